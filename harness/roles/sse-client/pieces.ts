/** A body or a text of the vectors: put together from texts, bytes in hexadecimal, and repetitions. */
export type Pieces = string | readonly Piece[]
export type Piece = string | { readonly hex: string } | { readonly repeat: string; readonly times: number }

export function piecesBytes(pieces: Pieces): Uint8Array {
  return Buffer.concat(listOf(pieces).map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : 'hex' in piece ? Buffer.from(piece.hex.replace(/\s/g, ''), 'hex') : Buffer.from(piece.repeat.repeat(piece.times)))))
}

export function piecesText(pieces: Pieces): string {
  return listOf(pieces).map((piece) => (typeof piece === 'string' ? piece : 'hex' in piece ? Buffer.from(piece.hex.replace(/\s/g, ''), 'hex').toString('utf8') : piece.repeat.repeat(piece.times))).join('')
}

function listOf(pieces: Pieces): readonly Piece[] {
  return typeof pieces === 'string' ? [pieces] : pieces
}
