import { createHash } from 'node:crypto'

/** Bytes that depend on the seed and the label alone, so that a run repeats itself whatever runs beside it. */
export function seededRandom(seed: number, label: string): (bytes: number) => Buffer {
  let counter = 0
  return (bytes) => {
    const blocks: Buffer[] = []
    for (let length = 0; length < bytes; length += 32) {
      blocks.push(createHash('sha256').update(`${seed}\n${label}\n${counter}`).digest())
      counter += 1
    }
    return Buffer.concat(blocks).subarray(0, bytes)
  }
}
