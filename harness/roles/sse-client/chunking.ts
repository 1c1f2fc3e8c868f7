/** A way to cut bytes, and the rule that a wrong reading of it breaks. */
export interface Chunking {
  /** Such as `cut-in-crlf`. */
  readonly key: string
  readonly words: string
  readonly cuts: readonly number[] | 'every-byte'
  readonly about: 'line-end' | 'character' | 'byte-order-mark' | 'anything'
}

const [CR, LF] = [0x0d, 0x0a]
const mark: readonly number[] = [0xef, 0xbb, 0xbf]

/**
 * The cuts that have been read wrongly: between CR and LF, inside a character, inside the byte order mark, and everywhere.
 *
 * Where two of them meet in the same bytes, a wrong reading would not tell which rule it breaks; only the single ones are given.
 */
export function chunkings(bytes: Uint8Array): readonly Chunking[] {
  const hasMark = mark.every((byte, index) => bytes[index] === byte)
  const lineEnds = offsets(bytes, (at) => bytes[at - 1] === CR && bytes[at] === LF)
  const characters = offsets(bytes, (at) => (bytes[at] ?? 0) >= 0x80 && (bytes[at - 1] ?? 0) >= 0x80 && !(hasMark && at < mark.length))
  const singles: readonly Chunking[] = [
    ...(hasMark ? [1, 2].map((at): Chunking => ({ key: `cut-in-mark-${at}`, words: `cut behind byte ${at} of the byte order mark`, cuts: [at], about: 'byte-order-mark' })) : []),
    ...(lineEnds.length > 0 ? [{ key: 'cut-in-crlf', words: 'cut between CR and LF', cuts: lineEnds, about: 'line-end' } as const] : []),
    ...(characters.length > 0 ? [{ key: 'cut-in-character', words: 'cut inside of characters', cuts: characters, about: 'character' } as const] : []),
  ]
  const kinds = new Set(singles.map(({ about }) => about))
  if (kinds.size > 1) return singles
  return [...singles, { key: 'byte-by-byte', words: 'byte by byte', cuts: 'every-byte', about: singles[0]?.about ?? 'anything' }]
}

/** Whether a stream could go on behind these bytes as if it began: they end with an empty line. */
export function endsWithBlankLine(bytes: Uint8Array): boolean {
  const lines = Buffer.from(bytes).toString('latin1').split(/\r\n|\n|\r/)
  return lines.length > 1 && lines.at(-1) === '' && lines.at(-2) === ''
}

function offsets(bytes: Uint8Array, test: (at: number) => boolean): readonly number[] {
  return Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => index + 1).filter(test)
}
