import type { HeaderLine } from '../http/message.ts'
import { decodeSignature, trimmed } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import { headerValues, matchesWhole } from './fields.ts'
import type { OpenMessage, SignatureParams } from './fields.ts'
import { locate, valueAt } from './json-text.ts'
import type { JsonSpan } from './json-text.ts'
import { found, refused } from './outcome.ts'
import type { Found } from './outcome.ts'
import type { SignatureScheme, SignatureSource } from './scheme.ts'

/** One signature, decoded, with the tag that says how it was made. */
export interface SignatureEntry {
  readonly tag: string
  /** The only slot whose key may have made it; absent when any may. */
  readonly keySlot?: number
  readonly raw: Buffer
}

export interface PlacedSignatures {
  readonly entries: readonly SignatureEntry[]
  readonly params: SignatureParams
}

/** The name of the header that source number `index` of a family gets: its name, or its pattern with the number filled in. */
export function patternName(pattern: string, index: number): string {
  return pattern.replaceAll(/^\^|\$$/g, '').replace(/(?:\[1-9\])?(?:\[0-9\]|\\d)(?:[*+]|\{[0-9,]*\})?/, String(index))
}

/** One entry as it stands in a signature value: `v1,<signature>`, `sha256=<signature>`, or bare where the scheme has neither or no tag is given. */
export function entryFor(scheme: SignatureScheme, tag: string | undefined, encoded: ByteText): ByteText {
  const { tag: tagged, prefix = '' } = scheme.signature
  return `${tagged === undefined || !tag ? '' : tag + tagged.sep}${prefix}${encoded}`
}

/** The value of a signature header: the scheme's parameters first (`t=…`), then the entries, joined by its separator. */
export function signatureHeader(scheme: SignatureScheme, fields: Readonly<Record<string, ByteText>>, entries: readonly ByteText[]): ByteText {
  const { list, tag } = scheme.signature
  const params = Object.entries(scheme.fields).flatMap(([name, field]) => {
    const value = fields[name]
    return field.in === 'sigparam' && value !== undefined ? [`${field.name}${tag?.sep ?? '='}${value}`] : []
  })
  return [...params, ...entries].join(list === undefined ? ', ' : list.sep + (list.trim === true && list.sep.trim() !== '' ? ' ' : ''))
}

/**
 * The usable signatures of a message, or of one item of its batch.
 *
 * Entries with an unknown tag and malformed entries are left out; parameters are no entries. Of the rest of one message
 * at most `max` are looked at. A header that occurs twice continues a list, and is refused where the scheme has no list.
 */
export function readSignatures(scheme: SignatureScheme, open: OpenMessage, item: JsonSpan | undefined): Found<PlacedSignatures> {
  const params = new Map<string, readonly ByteText[]>()
  const candidates: { readonly text: ByteText; readonly keySlot?: number }[] = []
  for (const source of scheme.signature.sources) {
    const values = sourceValues(scheme, source, open, item)
    if (!values.ok) return values
    for (const text of values.value.flatMap((value) => splitList(scheme, value))) {
      const param = paramOf(scheme, text)
      if (param !== undefined) params.set(param.name, [param.value, ...(params.get(param.name) ?? []).slice(0, 1)])
      else candidates.push('keySlot' in source && source.keySlot !== undefined ? { text, keySlot: source.keySlot } : { text })
    }
  }
  if (candidates.length === 0 && params.size === 0) return refused('missing-signature')
  const entries = candidates.slice(0, scheme.signature.max ?? 16).flatMap(({ text, ...slot }) => {
    const entry = readEntry(scheme, text)
    return entry === undefined ? [] : [{ ...entry, ...slot }]
  })
  return found({ entries, params })
}

function sourceValues(scheme: SignatureScheme, source: SignatureSource, open: OpenMessage, item: JsonSpan | undefined): Found<readonly ByteText[]> {
  if (source.in === 'header') {
    const { headers } = open.message
    const names = 'name' in source ? [source.name] : namesMatching(headers, source.pattern)
    const byName = names.map((name) => headerValues(headers, name))
    if (scheme.signature.list === undefined && byName.some((values) => values.length > 1)) return refused('repeated-field')
    return found(byName.flat().filter((value) => value !== ''))
  }
  const text = open.json()
  if (text === undefined) return refused('unreadable-body')
  const places = locate(text, source.pointer, source.in === 'item' ? item : undefined)
  if (places.length > 1) return refused('repeated-field')
  return found(places.map((place) => (text[place.start] === '"' ? valueAt(text, place) : undefined) ?? '').filter((value) => value !== ''))
}

/** Names of the headers that match, each once, in lower case and in order. */
export function namesMatching(headers: readonly HeaderLine[], pattern: string): readonly string[] {
  return [...new Set(headers.map(([name]) => name.toLowerCase()))].filter((name) => matchesWhole(pattern, name, 'i'))
}

function splitList({ signature: { list } }: SignatureScheme, value: ByteText): readonly ByteText[] {
  if (list === undefined) return [value]
  const parts = value.split(list.sep)
  return (list.trim === true ? parts.map((part) => trimmed(part, ' ')) : parts).filter((part) => part !== '')
}

function paramOf(scheme: SignatureScheme, text: ByteText): { readonly name: string; readonly value: ByteText } | undefined {
  for (const field of Object.values(scheme.fields)) {
    if (field.in !== 'sigparam') continue
    const head = field.name + (scheme.signature.tag?.sep ?? '=')
    if (text.startsWith(head)) return { name: field.name, value: text.slice(head.length) }
  }
  return undefined
}

function readEntry(scheme: SignatureScheme, text: ByteText): SignatureEntry | undefined {
  const { tag: tagged, prefix = '', encoding, hexCase = 'any' } = scheme.signature
  const cut = tagged === undefined ? 0 : text.indexOf(tagged.sep)
  if (cut === -1) return undefined
  const tag = text.slice(0, cut)
  const value = tagged === undefined ? text : text.slice(cut + tagged.sep.length)
  if (!Object.hasOwn(scheme.schemes, tag) || !value.startsWith(prefix)) return undefined
  const raw = decodeSignature(encoding, hexCase, value.slice(prefix.length))
  return raw === undefined ? undefined : { tag, raw }
}
