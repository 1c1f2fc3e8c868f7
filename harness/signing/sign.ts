import { HarnessError } from '../errors.ts'
import { withHeader } from '../http/headers.ts'
import type { HeaderLine } from '../http/message.ts'
import { encodeSignature } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import { openMessage } from './fields.ts'
import { locate, putAt, readJsonText } from './json-text.ts'
import type { JsonSpan } from './json-text.ts'
import { readKeys } from './key.ts'
import type { SchemeKey, SigningKeys } from './key.ts'
import { signatureOf } from './mac.ts'
import { found } from './outcome.ts'
import type { Found, SignedMessage } from './outcome.ts'
import { knownFields, placeFields, withBodyValue } from './place-fields.ts'
import { entryFor, namesMatching, patternName, signatureHeader } from './placement.ts'
import type { SignatureAlgorithm, SignatureScheme, SignatureSource } from './scheme.ts'
import { contentOf, signedFields, signsSecret, variantOf } from './signed-content.ts'
import { urlSpellings } from './url.ts'

export { encodeSignature } from './encoding.ts'
export { selectedTag } from './key.ts'
export { entryFor, signatureHeader } from './placement.ts'

/** Where a signature departs from what the scheme says; each member replaces one step, the others are as they should be. */
export interface SigningChoice {
  /** Values by field name, one character a byte, verbatim in the signed content and on the wire, whatever the grammar says. */
  readonly fields?: Readonly<Record<string, string>>
  /** Raw key bytes in place of the decoded secret's; a seed for Ed25519. */
  readonly key?: Buffer
  /** In place of the algorithm of the secret's tag. */
  readonly algorithm?: SignatureAlgorithm['alg']
  /** In place of the computed signed content. */
  readonly content?: Buffer
}

/**
 * The bytes that a sender signs, with the scheme's first spelling of the URL, the first secret and the first item of a batch.
 *
 * Fields that are not given are read from the message.
 *
 * @throws HarnessError `bad-event` when signed values come from a JSON body that cannot be read.
 */
export function signedContent(scheme: SignatureScheme, message: SignedMessage, fields: Readonly<Record<string, string>>, keys: SigningKeys): Buffer {
  const draft = draftOf(scheme, message, keys, { fields })
  return readable(contentFor(draft, signingKeys(draft)[0].bytes, itemsOf(scheme, draft.message)[0]))
}

/** Raw bytes of the signature that the first secret makes over a message once its fields are in place; for a batch that of its first item. */
export function computeSignature(scheme: SignatureScheme, message: SignedMessage, keys: SigningKeys, choice: SigningChoice = {}): Buffer {
  const draft = draftOf(scheme, message, keys, choice)
  return readable(rawSignature(draft, signingKeys(draft)[0], itemsOf(scheme, draft.message)[0]))
}

/**
 * The message with fields, guards and signatures in every place that the scheme names, in place of what stood there.
 *
 * Every secret that can sign makes one entry where the scheme has a list, numbered headers or slots; elsewhere the first.
 * `entries` is handed the first secret's entry and gives those to place instead, one a slot or number where the scheme
 * has such headers; none means no signature. A body that cannot hold its values stays as it is.
 *
 * @throws HarnessError `bad-secret` for keys that cannot sign, `internal` when a signed field has no value.
 */
export function sign(
  scheme: SignatureScheme,
  message: SignedMessage,
  keys: SigningKeys,
  choice: SigningChoice & { readonly entries?: (right: string) => readonly string[] } = {},
): SignedMessage {
  const draft = draftOf(scheme, message, keys, choice)
  const secrets = choice.key === undefined ? signingKeys(draft) : signingKeys(draft).slice(0, 1)
  let signed = draft.message
  for (const index of itemsOf(scheme, signed).keys()) {
    const item = itemsOf(scheme, signed)[index]
    const own: Entry[] = []
    for (const key of secrets) {
      const raw = rawSignature(draft, key, itemsOf(scheme, draft.message)[index])
      if (raw.ok) own.push({ slot: key.slot, text: entryFor(scheme, key.tag, encodeSignature(scheme.signature.encoding, raw.value)) })
    }
    const chosen = own[0] === undefined ? undefined : choice.entries?.(own[0].text).map((text, slot) => ({ slot, text }))
    signed = placeSignatures(draft, signed, chosen ?? own, chosen !== undefined, item)
  }
  return signed
}

interface Draft {
  readonly scheme: SignatureScheme
  readonly message: SignedMessage
  readonly keys: SigningKeys
  readonly choice: SigningChoice
  readonly fields: Readonly<Record<string, ByteText>>
}

interface Entry {
  readonly slot: number
  readonly text: ByteText
}

function draftOf(scheme: SignatureScheme, message: SignedMessage, keys: SigningKeys, choice: SigningChoice): Draft {
  const given = choice.fields ?? {}
  const placed = placeFields(scheme, message, given)
  return { scheme, message: placed, keys, choice, fields: knownFields(scheme, placed, given) }
}

function signingKeys({ scheme, keys, choice }: Draft): readonly [SchemeKey, ...SchemeKey[]] {
  const all = [...readKeys(scheme, keys, 'sign').values()].flat().sort((left, right) => left.slot - right.slot)
  const [first, ...others] = choice.key === undefined ? all.filter(({ pair }) => pair === undefined || pair.signing !== undefined) : all
  if (first !== undefined) return [first, ...others]
  throw new HarnessError('bad-secret', 'The secret can verify signatures and cannot make them.', 'Give the private key of the pair.')
}

/** The items that are signed one by one, or one `undefined` that stands for the whole message. */
function itemsOf(scheme: SignatureScheme, message: SignedMessage): readonly (JsonSpan | undefined)[] {
  if (scheme.items === undefined) return [undefined]
  const text = readJsonText(message.body)
  return text === undefined ? [] : locate(text, scheme.items.pointer)
}

function contentFor({ scheme, message, fields, keys }: Draft, secret: Buffer, item: JsonSpan | undefined): Found<Buffer> {
  const { signed } = variantOf(scheme, message.url)
  for (const name of signedFields(signed)) {
    if (fields[name] === undefined && scheme.fields[name]?.required !== false) {
      throw new HarnessError('internal', `The signed field "${name}" has no value.`, 'Give it when signing, or in the message.')
    }
  }
  const [url = message.url] = urlSpellings(scheme.urlCandidates, message.url)
  return contentOf(signed, { open: openMessage(message), url, fields: new Map(Object.entries(fields)), config: keys.config ?? {}, secret, item })
}

/** A plain digest takes the secret in front of the content, unless the scheme's content has it already. */
function rawSignature(draft: Draft, key: SchemeKey, item: JsonSpan | undefined): Found<Buffer> {
  const { scheme, message, choice } = draft
  const alg = choice.algorithm ?? key.algorithm.alg
  const secret = choice.key ?? key.bytes
  const content = choice.content === undefined ? contentFor(draft, secret, item) : found(choice.content)
  if (!content.ok) return content
  const lacksSecret = alg === 'sha256-secret-prefix' && !signsSecret(variantOf(scheme, message.url).signed)
  return found(signatureOf(alg, choice.key ?? key, lacksSecret ? Buffer.concat([secret, content.value]) : content.value))
}

function readable(bytes: Found<Buffer>): Buffer {
  if (bytes.ok) return bytes.value
  throw new HarnessError('bad-event', `The signed content cannot be read from the body (${bytes.reason}).`, 'Use an event whose body has the values that are signed.')
}

function placeSignatures(draft: Draft, message: SignedMessage, entries: readonly Entry[], isChosen: boolean, item: JsonSpan | undefined): SignedMessage {
  let placed = message
  for (const source of draft.scheme.signature.sources) {
    if (source.in === 'header') {
      placed = { ...placed, headers: headersWith(draft, placed.headers, source, entries, isChosen) }
      continue
    }
    const [entry] = entries
    if (entry !== undefined) placed = withBodyValue(placed, (text) => putAt(text, source.pointer, entry.text, source.in === 'item' ? item : undefined))
  }
  return placed
}

function headersWith(
  { scheme, fields }: Draft,
  headers: readonly HeaderLine[],
  source: Extract<SignatureSource, { readonly in: 'header' }>,
  entries: readonly Entry[],
  isChosen: boolean,
): readonly HeaderLine[] {
  if ('pattern' in source) {
    const others = namesMatching(headers, source.pattern).reduce((rest, name) => withHeader(rest, name), headers)
    return [...others, ...entries.map(({ text }, index): HeaderLine => [patternName(source.pattern, index + 1), signatureHeader(scheme, fields, [text])])]
  }
  const { keySlot } = source
  const texts = entries.filter(({ slot }) => keySlot === undefined || slot === keySlot).map(({ text }) => text)
  if (scheme.signature.list === undefined) {
    const values = (isChosen ? texts : texts.slice(0, 1)).map((text) => signatureHeader(scheme, fields, [text]))
    return withHeader(headers, source.name, ...values)
  }
  const value = signatureHeader(scheme, fields, texts)
  return texts.length === 0 && value === '' ? withHeader(headers, source.name) : withHeader(headers, source.name, value)
}
