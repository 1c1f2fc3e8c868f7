export const LF = 0x0a
export const CR = 0x0d

/** A line end this near is found sooner by looking at bytes than by a search. */
const nearBytes = 64

/** The index of the first CR or LF from `at` on, or the length. */
export function firstLineEnd(chunk: Uint8Array, at: number): number {
  const near = Math.min(chunk.length, at + nearBytes)
  for (let index = at; index < near; index += 1) if (chunk[index] === LF || chunk[index] === CR) return index
  // Windows that grow: neither kind of line end is looked for far beyond the other.
  for (let from = near, size = 4 * nearBytes; from < chunk.length; from += size, size *= 4) {
    const window = chunk.subarray(from, from + size)
    const end = Math.min(indexOr(window.indexOf(LF), size), indexOr(window.indexOf(CR), size))
    if (end < size) return from + end
  }
  return chunk.length
}

/** The index behind the last CR or LF, or `at` where there is none from there on. */
export function lastLineEnd(chunk: Buffer, at: number): number {
  const near = Math.max(at, chunk.length - nearBytes)
  for (let end = chunk.length; end > near; end -= 1) if (chunk[end - 1] === LF || chunk[end - 1] === CR) return end
  return near === at ? at : Math.max(at, chunk.lastIndexOf(LF, near - 1) + 1, chunk.lastIndexOf(CR, near - 1) + 1)
}

function indexOr(index: number, none: number): number {
  return index === -1 ? none : index
}
