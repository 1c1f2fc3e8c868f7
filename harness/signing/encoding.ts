import type { SignatureEncoding } from './scheme.ts'

/**
 * Bytes as text, one character (U+0000 to U+00FF) a byte, as header values travel.
 *
 * Every value read from a message has this form until it is hashed, so nothing is lost between wire and digest.
 */
export type ByteText = string

/** The bytes that a byte text stands for. */
export function bytesOf(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1')
}

/** The UTF-8 bytes of a text, as a byte text. */
export function byteText(text: string): ByteText {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** A text without the given characters at its two ends, in linear time. */
export function trimmed(text: ByteText, characters: string): ByteText {
  let start = 0
  let end = text.length
  while (start < end && characters.includes(text.charAt(start))) start += 1
  while (end > start && characters.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** Text of a signature on the wire: lower-case hex, padded base64 (RFC 4648 §4), or the bytes as they are. */
export function encodeSignature(encoding: SignatureEncoding, raw: Buffer): ByteText {
  return encoding === 'utf8' ? raw.toString('latin1') : raw.toString(encoding)
}

/**
 * Bytes of a signature, or `undefined` when its text is not the one canonical spelling.
 *
 * Base64 has padding, the standard alphabet, no white space and zero trailing bits; hex has whole bytes.
 */
export function decodeSignature(encoding: SignatureEncoding, hexCase: 'lower' | 'any', text: ByteText): Buffer | undefined {
  if (text === '') return undefined
  if (encoding === 'utf8') return bytesOf(text)
  return encoding === 'base64' ? decodeBase64(text) : decodeHex(text, hexCase)
}

/** Bytes of a padded base64 text, or `undefined` when encoding them again gives another text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** Bytes of a hex text, or `undefined` at an odd length or any other character. */
export function decodeHex(text: string, hexCase: 'lower' | 'any' = 'any'): Buffer | undefined {
  const digits = hexCase === 'lower' ? /^[0-9a-f]*$/ : /^[0-9a-fA-F]*$/
  return text.length % 2 === 0 && digits.test(text) ? Buffer.from(text, 'hex') : undefined
}
