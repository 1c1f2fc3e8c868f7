import { bytesOf } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import type { SignedPart } from './scheme.ts'

type FormPart = Extract<SignedPart, { readonly part: 'form' }>

/**
 * What a form body adds to signed content: its pairs, sorted by key, each spelled by the `pair` template.
 *
 * Keys and values are decoded to bytes, never to characters, so that bytes that are not UTF-8 stay apart. The values of
 * one key are sorted and equal ones counted once. Order is that of the bytes.
 */
export function formContent(part: FormPart, body: Buffer): Buffer {
  const valuesByKey = new Map<ByteText, Set<ByteText>>()
  for (const [key, value] of formPairs(body.toString('latin1'))) {
    const values = valuesByKey.get(key) ?? new Set()
    valuesByKey.set(key, values.add(value))
  }
  const keys = [...valuesByKey.keys()].sort(byBytes)
  const pairs = keys.flatMap((key) => [...(valuesByKey.get(key) ?? [])].sort(byBytes).map((value) => spellPair(part.pair, key, value)))
  return bytesOf(pairs.join(''))
}

/** Pairs of an `application/x-www-form-urlencoded` body (WHATWG URL §5.1); a percent sign without two hex digits is itself. */
function formPairs(text: ByteText): readonly (readonly [key: ByteText, value: ByteText])[] {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const cut = pair.indexOf('=')
    return cut === -1 ? [decodeForm(pair), ''] : [decodeForm(pair.slice(0, cut)), decodeForm(pair.slice(cut + 1))]
  })
}

function decodeForm(text: ByteText): ByteText {
  return text.replaceAll('+', ' ').replaceAll(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}

function spellPair(template: string, key: ByteText, value: ByteText): ByteText {
  return template.replaceAll(/\{[kv]\}/g, (name) => (name === '{k}' ? key : value))
}

function byBytes(left: ByteText, right: ByteText): number {
  return left < right ? -1 : left > right ? 1 : 0
}
