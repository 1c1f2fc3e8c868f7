import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventStreamParser } from '../../harness/sse/parser.ts'
import { bodyOf } from '../../harness/sse/vector.ts'
import { diagnose, parse, pieces } from './parse.ts'
import { PlainParser } from './plain-parser.ts'
import { streamVectors } from './vectors.ts'

const plainParser = (options: ConstructorParameters<typeof PlainParser>[0]) => new PlainParser(options)

/** What streams are made of, and what is almost that. */
const words = ['data', 'event', 'id', 'retry', 'data: ', 'data:x', 'event: y', 'id: 1', 'retry: 60', ':', ': ', ' ', 'x', '7', '\t', '\0', 'Data', 'foo: bar', 'é', '…', '😀', '\ufeff', '\u2028', '\u0085', 'a longer text '.repeat(9), 'data: {"n":1}\n\n', 'id: 2\r\ndata: é\r\n\r\n']
const raw = [[0xff], [0xc3], [0xe2], [0xe2, 0x82], [0x82], [0xf0, 0x9f], [0xef, 0xbb], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]
const lineEnd = fc.constantFrom('\n', '\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n', '\n\r').map((text) => Buffer.from(text))

const token = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words).map((text) => Buffer.from(text)) },
  { weight: 5, arbitrary: lineEnd },
  { weight: 1, arbitrary: fc.constantFrom(...raw).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(...streamVectors.filter(({ large }) => large !== true)).map(bodyOf) },
)

const body = fc.array(token, { maxLength: 80 }).map((tokens) => Buffer.concat(tokens))
/** A body and the places where it is cut. */
const cutBody = fc.tuple(body, fc.array(fc.nat(), { maxLength: 12 })).map(([bytes, cuts]) => ({ bytes, chunks: cutAt(bytes, cuts) }))

describe('our parser and the plain one', () => {
  test('tell the same of any bytes in any chunks', () => {
    fc.assert(
      fc.property(cutBody, fc.constantFrom('', '5'), ({ bytes, chunks }, lastEventId) => {
        const expected = parse(plainParser, [bytes], { lastEventId })
        expect(parse(eventStreamParser, [bytes], { lastEventId })).toEqual(expected)
        expect(parse(eventStreamParser, chunks, { lastEventId })).toEqual(expected)
      }),
      { numRuns: 4000 },
    )
  })

  test('tell the same byte by byte', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        expect(parse(eventStreamParser, pieces(bytes, 1))).toEqual(parse(plainParser, [bytes]))
      }),
      { numRuns: 500 },
    )
  })

  test('tell the same of chunks whose memory is used again, Buffers or not', () => {
    fc.assert(
      fc.property(cutBody, ({ bytes, chunks }) => {
        const memory = new Uint8Array(bytes.length)
        const events: string[] = []
        const parser = eventStreamParser({ onEvent: ({ data }) => events.push(data) })
        for (const chunk of chunks) {
          memory.set(chunk)
          parser.push(memory.subarray(0, chunk.length))
          memory.fill(0x21)
        }
        parser.end()
        expect(events).toEqual(parse(plainParser, [bytes]).events.map(({ data }) => data))
      }),
      { numRuns: 500 },
    )
  })
})

/** Long enough for whole lines to be read from one text, on either side of the cut. */
describe('a long body is the same whichever byte it is cut at', () => {
  const block = `id: 1\nevent: é\ndata: ${'x'.repeat(70)}\n\n:\ndata: …\ndata\n\n`
  test.each([
    ['LF', block.repeat(3)],
    ['CR', block.repeat(3).replaceAll('\n', '\r')],
    ['CRLF', block.repeat(3).replaceAll('\n', '\r\n')],
    ['CRLF, then LF', block.replaceAll('\n', '\r\n') + block.repeat(2)],
    ['LF, then CRLF', block + block.repeat(2).replaceAll('\n', '\r\n')],
    ['CR, then LF, then CR', block.replaceAll('\n', '\r') + block + block.replaceAll('\n', '\r')],
    ['LF, and long enough for the decoder of long texts', block.repeat(20)],
    ['ASCII with CRLF', block.repeat(3).replaceAll(/[é…]/g, 'e').replaceAll('\n', '\r\n')],
  ])('%s', (_, text) => {
    const start = Buffer.from(':\n')
    const bytes = Buffer.from(text)
    const expected = parse(plainParser, [start, bytes])
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(parse(eventStreamParser, [start, bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected)
      expect(parse(eventStreamParser, [start, bytes.subarray(0, cut), bytes.subarray(cut, cut + 1), bytes.subarray(cut + 1)])).toEqual(expected)
    }
  })
})

describe('diagnosis', () => {
  test('changes no event, and tells the same however the body is cut', () => {
    fc.assert(
      fc.property(cutBody, ({ bytes, chunks }) => {
        const whole = diagnose(eventStreamParser, [bytes])
        expect(whole.events).toEqual(parse(plainParser, [bytes]).events)
        expect(diagnose(eventStreamParser, chunks)).toEqual(whole)
      }),
      { numRuns: 1500 },
    )
  })

  test('gives the offsets of blocks: the bytes between them make the same event alone', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        const { blocks, events } = diagnose(eventStreamParser, [bytes])
        expect(blocks.flatMap(({ event }) => event ?? [])).toEqual(events)
        for (const { startOffset, endOffset, event } of blocks) {
          const alone = parse(plainParser, [Buffer.from('\n'), bytes.subarray(startOffset, endOffset)])
          expect(alone.events.map(({ type, data, id }) => ({ type, data, id }))).toEqual(event === undefined ? [] : [{ type: event.type, data: event.data, id: event.id }])
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('finds invalid UTF-8 where the decoder of the platform does', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        const flaw = diagnose(eventStreamParser, [bytes]).flaws.find(({ code }) => code === 'invalid-utf8')
        const ended = bytes.subarray(0, Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1)
        expect(flaw === undefined).toBe(isUtf8(ended))
        if (flaw !== undefined) expect(isUtf8(ended.subarray(0, flaw.offset))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('limits', () => {
  const limits = fc.record({ maxLineBytes: fc.integer({ min: 0, max: 300 }), maxDataLength: fc.integer({ min: 0, max: 300 }) })

  test('stop at the same place however the body is cut', () => {
    fc.assert(
      fc.property(cutBody, limits, ({ bytes, chunks }, small) => {
        const whole = parse(eventStreamParser, [bytes], { limits: small })
        expect(parse(eventStreamParser, chunks, { limits: small })).toEqual(whole)
        expect(parse(eventStreamParser, pieces(bytes, 1), { limits: small })).toEqual(whole)
        const events = parse(plainParser, [bytes]).events
        expect(whole.events).toEqual(whole.fault === undefined ? events : events.slice(0, whole.events.length))
        const diagnosed = diagnose(eventStreamParser, chunks, small)
        expect(diagnosed.events).toEqual(whole.events)
        expect(diagnosed.flaws.filter(({ code }) => code === 'too-large')).toEqual(whole.stopped === undefined ? [] : [whole.stopped])
        for (const { data } of whole.events) expect(data.length).toBeLessThanOrEqual(small.maxDataLength)
      }),
      { numRuns: 1500 },
    )
  })
})

function cutAt(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place))
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
