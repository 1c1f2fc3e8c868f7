import { isAscii } from 'node:buffer'

/** As much of a line is held as bytes; what is longer is put aside. */
const heldCapacity = 4096
/** Fewer bytes are copied sooner one by one than by a call. */
const fewBytes = 64

/** The bytes of a line as its chunks bring them. It keeps copies: the memory of a chunk may be used again. */
export class CollectedLine {
  /** What was put aside, as Latin-1, a character a byte. Behind it come the first bytes of `#held`. */
  #aside: string[] = []
  readonly #held = Buffer.allocUnsafeSlow(heldCapacity)
  #heldBytes = 0
  #bytes = 0
  #isAscii = true

  get bytes(): number {
    return this.#bytes
  }

  get isAscii(): boolean {
    return this.#isAscii
  }

  add(chunk: Uint8Array, start: number, end: number): void {
    const length = end - start
    this.#bytes += length
    if (this.#heldBytes > 0 && this.#heldBytes + length > heldCapacity) {
      this.#aside.push(this.#held.toString('latin1', 0, this.#heldBytes))
      this.#heldBytes = 0
    }
    if (length < fewBytes) this.#hold(chunk, start, end)
    else this.#addPiece(chunk.subarray(start, end))
  }

  /** All of it as Latin-1. The next line starts empty. */
  take(): string {
    const rest = this.#held.toString('latin1', 0, this.#heldBytes)
    const aside = this.#aside
    if (aside.length > 0) this.#aside = []
    this.#heldBytes = 0
    this.#bytes = 0
    this.#isAscii = true
    return aside.length === 0 ? rest : [...aside, rest].join('')
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const held = this.#held
    let to = this.#heldBytes
    let bits = 0
    for (let from = start; from < end; from += 1) {
      const byte = chunk[from] ?? 0
      bits |= byte
      held[to] = byte
      to += 1
    }
    this.#heldBytes = to
    if (bits > 0x7f) this.#isAscii = false
  }

  #addPiece(piece: Uint8Array): void {
    this.#isAscii = this.#isAscii && isAscii(piece)
    if (piece.length > heldCapacity) this.#aside.push(asBuffer(piece).toString('latin1'))
    else {
      this.#held.set(piece, this.#heldBytes)
      this.#heldBytes += piece.length
    }
  }
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
