/** A stream as it may arrive: what it is called, and its chunks. */
export interface Shape {
  readonly name: string
  readonly chunks: readonly Buffer[]
}

const mebibyte = 1_048_576
const socketChunk = 65_536

const payload = '{"id":123456,"kind":"order.created","total":4995,"currency":"EUR","at":"2026-01-01T00:00"}'
const typical = `id: 123456\nevent: order\ndata: ${payload}\n\n`
const german = typical.replace('order.created', 'Bestellung für Jürgen — 豆 😀')
const japanese = `data: ${'豆腐は美味しい'.repeat(20)}\n\n`

export const shapes: readonly Shape[] = [
  shape('typical events of 122 bytes, 64 KiB chunks', repeated(typical, 8), socketChunk),
  shape('the same, 1 KiB chunks', repeated(typical, 4), 1024),
  shape('the same, one event a chunk', repeated(typical, 4), Buffer.byteLength(typical)),
  shape('the same, 16-byte chunks', repeated(typical, 1), 16),
  shape('the same, 1-byte chunks', repeated(typical, 0.125), 1),
  shape('the same, CRLF', repeated(typical.replaceAll('\n', '\r\n'), 8), socketChunk),
  shape('the same, CR', repeated(typical.replaceAll('\n', '\r'), 8), socketChunk),
  shape('the same, LF behind one CRLF', Buffer.concat([Buffer.from(':\r\n\r\n'), repeated(typical, 8)]), socketChunk),
  shape('data only, 98 bytes', repeated(`data: ${payload}\n\n`, 8), socketChunk),
  shape('tokens of 16 bytes', repeated('data: {"t":"a"}\n\n', 2), socketChunk),
  shape('ten data lines an event', repeated(`${'data: a line of text, not long\n'.repeat(10)}\n`, 8), socketChunk),
  shape('one event of 200,000 data lines', Buffer.from(`${'data: z\n'.repeat(100_000)}\n`.repeat(2)), socketChunk),
  shape('one line of 16 MiB', Buffer.from(`data: ${'x'.repeat(16 * mebibyte)}\n\n`), socketChunk),
  shape('one line of 1 MiB, 16-byte chunks', Buffer.from(`data: ${'x'.repeat(mebibyte)}\n\n`), 16),
  shape('some characters beyond ASCII', repeated(german, 8), socketChunk),
  shape('Japanese', repeated(japanese, 8), socketChunk),
  shape('comments as heartbeats', repeated(': still here\n\n', 4), socketChunk),
]

function shape(name: string, body: Buffer, chunkBytes: number): Shape {
  return { name, chunks: Array.from({ length: Math.ceil(body.length / chunkBytes) }, (_, index) => body.subarray(index * chunkBytes, (index + 1) * chunkBytes)) }
}

function repeated(text: string, mebibytes: number): Buffer {
  return Buffer.from(text.repeat(Math.round((mebibytes * mebibyte) / Buffer.byteLength(text))))
}
