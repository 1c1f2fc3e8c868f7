import { byteText, bytesOf } from './encoding.ts'
import type { ByteText } from './encoding.ts'

/** The place of one value in a JSON text, without the white space around it. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A body's text, or `undefined` when it is not one JSON value in UTF-8 without a byte order mark (RFC 8259 §8.1). */
export function readJsonText(body: Buffer): string | undefined {
  try {
    const text = utf8.decode(body)
    JSON.parse(text)
    return text
  } catch {
    return undefined
  }
}

/**
 * Every place in a valid JSON text that a JSON pointer (RFC 6901) leads to, in order.
 *
 * A member name that occurs twice gives two places, where a parser would silently keep one. `*` stands for each element
 * of an array. `within` makes the pointer start at that value.
 */
export function locate(text: string, pointer: string, within?: JsonSpan): readonly JsonSpan[] {
  const start = skipSpace(text, 0)
  let places: readonly JsonSpan[] = [within ?? { start, end: valueEnd(text, start) }]
  for (const token of tokensOf(pointer)) places = places.flatMap((place) => childrenNamed(text, place, token))
  return places
}

/**
 * The value at a place as bytes: a string decoded, a number or boolean as it is spelled, `undefined` for null.
 *
 * An object or array is its own text, which no grammar of a scheme allows.
 */
export function valueAt(text: string, place: JsonSpan): ByteText | undefined {
  const raw = text.slice(place.start, place.end)
  if (raw === 'null') return undefined
  const value: unknown = raw.startsWith('"') ? JSON.parse(raw) : raw
  return byteText(String(value))
}

/**
 * A JSON text with a value put where the pointer leads and every other byte kept, or `undefined` when no object is there
 * to hold it. Absent members are added. A number stays a number while the new value is one.
 */
export function putAt(text: string, pointer: string, value: ByteText, within?: JsonSpan): string | undefined {
  const json = JSON.stringify(bytesOf(value).toString('utf8'))
  const place = locate(text, pointer, within).at(-1)
  if (place === undefined) return addMember(text, pointer, json, within)
  const isNumber = /^-?[0-9]/.test(text.slice(place.start, place.end)) && /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(value)
  return text.slice(0, place.start) + (isNumber ? value : json) + text.slice(place.end)
}

function addMember(text: string, pointer: string, json: string, within: JsonSpan | undefined): string | undefined {
  const cut = pointer.lastIndexOf('/')
  if (cut === -1) return undefined
  const member = `${JSON.stringify(unescapeToken(pointer.slice(cut + 1)))}:${json}`
  const parent = locate(text, pointer.slice(0, cut), within).at(-1)
  if (parent === undefined) return addMember(text, pointer.slice(0, cut), `{${member}}`, within)
  if (text[parent.start] !== '{') return undefined
  const isEmpty = text[skipSpace(text, parent.start + 1)] === '}'
  return `${text.slice(0, parent.end - 1)}${isEmpty ? '' : ','}${member}${text.slice(parent.end - 1)}`
}

function tokensOf(pointer: string): readonly string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapeToken)
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}

function childrenNamed(text: string, parent: JsonSpan, token: string): readonly JsonSpan[] {
  const isArray = text[parent.start] === '['
  if (!isArray && text[parent.start] !== '{') return []
  const places: JsonSpan[] = []
  let at = skipSpace(text, parent.start + 1)
  for (let index = 0; at < parent.end - 1; index += 1) {
    let name: unknown = String(index)
    if (!isArray) {
      const end = valueEnd(text, at)
      name = JSON.parse(text.slice(at, end))
      at = skipSpace(text, skipSpace(text, end) + 1)
    }
    const end = valueEnd(text, at)
    if (name === token || (isArray && token === '*')) places.push({ start: at, end })
    at = skipSpace(text, end)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return places
}

function valueEnd(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  let at = start
  if (first !== '{' && first !== '[') {
    while (at < text.length && !',]} \t\n\r'.includes(text.charAt(at))) at += 1
    return at
  }
  for (let depth = 0; at < text.length; ) {
    const char = text[at]
    at = char === '"' ? stringEnd(text, at) : at + 1
    if (char === '{' || char === '[') depth += 1
    if (char === '}' || char === ']') depth -= 1
    if (depth === 0) break
  }
  return at
}

function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1
  return at
}
