import { isUtf8 } from 'node:buffer'
import { inert } from '../report/inert.ts'
import { invalidUtf8At } from './invalid-utf8.ts'
import type { StreamFlaw } from './stream-parser.ts'

const quotedCharacters = 40

/**
 * What is wrong with one line that is neither blank nor unfinished: its bytes, and the text that they decode to.
 *
 * At most two flaws, the place of invalid UTF-8 first. Offsets are in bytes of the body; `offset` is that of the line.
 */
export function flawsOfLine(bytes: Uint8Array, text: string, offset: number): readonly StreamFlaw[] {
  return [...encodingFlaws(bytes, offset), ...fieldFlaws(text, offset)]
}

function encodingFlaws(bytes: Uint8Array, offset: number): readonly StreamFlaw[] {
  if (isUtf8(bytes)) return []
  const at = invalidUtf8At(bytes)
  const shown = [...bytes.subarray(at, at + 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return [{ code: 'invalid-utf8', offset: offset + at, fact: `the bytes ${shown} are not UTF-8` }]
}

function fieldFlaws(text: string, offset: number): readonly StreamFlaw[] {
  const colon = text.indexOf(':')
  if (colon === 0) return []
  const name = colon === -1 ? text : text.slice(0, colon)
  const value = colon === -1 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
  switch (name) {
    case 'data':
    case 'event':
      return []
    case 'id':
      return value.includes('\0') ? [{ code: 'nul-in-id', offset, fact: `the id ${quoted(value)} has a NUL, so that clients ignore it` }] : []
    case 'retry':
      return /^[0-9]+$/.test(value) ? [] : [{ code: 'bad-retry', offset, fact: `the reconnection time ${quoted(value)} is not made of digits alone` }]
    default:
      return name.startsWith('\ufeff')
        ? [{ code: 'byte-order-mark', offset, fact: `a byte order mark behind the start of the body makes the field name ${quoted(name)}` }]
        : [{ code: 'unknown-field', offset, fact: `the field name ${quoted(name)} is none of data, event, id and retry` }]
  }
}

/** What it quotes came from the target. */
function quoted(text: string): string {
  return `"${inert(text, quotedCharacters)}"`
}
