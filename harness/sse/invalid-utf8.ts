/**
 * The index of the first byte that is not part of a well-formed UTF-8 sequence, or the length.
 *
 * Of a sequence that breaks off it is the first byte. Unicode, table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
export function invalidUtf8At(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return bytes.length
}

/** 0 where no well-formed sequence starts. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const [lowest, highest] = secondByte(first)
  for (let index = 1; index < length; index += 1) {
    const byte = bytes[at + index] ?? 0
    if (index === 1 ? byte < lowest || byte > highest : byte < 0x80 || byte > 0xbf) return 0
  }
  return length
}

function secondByte(first: number): readonly [lowest: number, highest: number] {
  if (first === 0xe0) return [0xa0, 0xbf]
  if (first === 0xed) return [0x80, 0x9f]
  if (first === 0xf0) return [0x90, 0xbf]
  if (first === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}
