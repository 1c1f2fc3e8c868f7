import { describe, expect, test } from 'vitest'
import { EventStreamParser, eventStreamParser } from '../../harness/sse/parser.ts'
import type { StreamEvent, StreamFlaw } from '../../harness/sse/stream-parser.ts'
import { diagnose, parse, pieces } from './parse.ts'

const flawsIn = (body: string | Buffer) => diagnose(eventStreamParser, [Buffer.from(body)]).flaws

describe('what is told', () => {
  test('an event has its own id and the committed one', () => {
    const { events, ids } = parse(eventStreamParser, [Buffer.from('id: 1\ndata: a\n\ndata: b\n\nid\n\ndata: c\n\n')], { lastEventId: '0' })
    expect(events).toEqual([
      { type: 'message', data: 'a', lastEventId: '1', id: '1' },
      { type: 'message', data: 'b', lastEventId: '1', id: undefined },
      { type: 'message', data: 'c', lastEventId: '', id: undefined },
    ])
    expect(ids).toEqual(['1', ''])
  })

  test('the last event id is that of the connection before until a block commits another', () => {
    const parser = new EventStreamParser({ lastEventId: '7', onEvent: () => {} })
    expect(parser.lastEventId).toBe('7')
    parser.push(Buffer.from('id: 8\n'))
    expect(parser.lastEventId).toBe('7')
    parser.push(Buffer.from('\n'))
    expect(parser.lastEventId).toBe('8')
  })

  test('the id is committed before the event, and the block told after it', () => {
    const order: string[] = []
    const parser = new EventStreamParser({ onId: () => order.push('id'), onEvent: () => order.push('event'), onBlock: () => order.push('block') })
    parser.push(Buffer.from('id: 1\ndata: a\n\n'))
    expect(order).toEqual(['id', 'event', 'block'])
  })

  test('a comment is told with everything behind its colon', () => {
    expect(parse(eventStreamParser, [Buffer.from(':\n: é\n::\n')]).comments).toEqual(['', ' é', ':'])
  })

  test('a reconnection time beyond what numbers hold is the largest that they do', () => {
    expect(parse(eventStreamParser, [Buffer.from(`retry: ${'9'.repeat(400)}\n`)]).retries).toEqual([Number.MAX_SAFE_INTEGER])
  })

  test('a block is where its bytes are, comments included and byte order mark and blank lines not', () => {
    const body = Buffer.from('\ufeff\n:\n\nid: é\r\ndata: a\r\n\r\n\ndata: b\n')
    const { blocks } = diagnose(eventStreamParser, [body])
    expect(blocks.map(({ startOffset, endOffset, event }) => [body.toString('utf8', startOffset, endOffset), event?.data])).toEqual([
      [':\n\n', undefined],
      ['id: é\r\ndata: a\r\n\r', 'a'],
    ])
  })
})

describe('a flaw is found', () => {
  test.each<[string, string | Buffer, string, number]>([
    ['bytes that are not UTF-8', Buffer.from('data: a\xff\n\n', 'latin1'), 'invalid-utf8', 7],
    ['a sequence that breaks off', Buffer.concat([Buffer.from('data: é'), Buffer.from([0xe2, 0x82]), Buffer.from('\n\n')]), 'invalid-utf8', 8],
    ['a field that nobody knows', 'data: a\nfoo: b\n\n', 'unknown-field', 8],
    ['a line of one space', 'data: a\n \n\n', 'unknown-field', 8],
    ['a capital letter', 'Data: a\n\n', 'unknown-field', 0],
    ['a byte order mark at a later line', 'data: a\n\n\ufeffdata: b\n\n', 'byte-order-mark', 9],
    ['a second byte order mark', '\ufeff\ufeffdata: b\n\n', 'byte-order-mark', 3],
    ['an id with a NUL', 'id: a\0\ndata: a\n\n', 'nul-in-id', 0],
    ['a reconnection time with a sign', 'retry: -1\n', 'bad-retry', 0],
    ['a reconnection time of nothing', 'retry\n', 'bad-retry', 0],
    ['a type without data', 'data: a\n\n:\nevent: x\n\n', 'type-without-data', 9],
    ['an event without its blank line', 'data: a\n\ndata: b\n', 'unfinished-event', 9],
    ['an id without its blank line', 'id: 1\n', 'unfinished-event', 0],
    ['a line that is not ended', 'data: a\n\ndata: b', 'unfinished-line', 9],
  ])('%s', (_, body, code, offset) => {
    expect(flawsIn(body)).toEqual([{ code, offset, fact: expect.any(String) as string }])
  })

  test('in none of what a good stream holds', () => {
    expect(flawsIn('\ufeff: hello\r\nretry: 3000\r\n\r\nid: 1\r\nevent: größe\r\ndata\r\ndata: \ufeff\0\r\n\r\n:\n\n:\n')).toEqual([])
  })

  test('and what it quotes is short and harmless', () => {
    const [flaw] = flawsIn(`\u001b[31m${'x'.repeat(500)}: a\n\n`)
    expect(flaw?.fact).toContain('\\x1b')
    expect(flaw?.fact.length).toBeLessThan(200)
  })
})

describe('beyond a limit', () => {
  const small = { maxLineBytes: 20, maxDataLength: 20 }

  test('what just fits is taken', () => {
    const { events, fault } = parse(eventStreamParser, [Buffer.from(`data: ${'x'.repeat(14)}\ndata:${'y'.repeat(5)}\n\n`)], { limits: small })
    expect(fault).toBeUndefined()
    expect(events.map(({ data }) => data.length)).toEqual([20])
  })

  test.each([
    ['a line of one byte more', `data: ${'x'.repeat(15)}`, 'a line is longer than 20 bytes'],
    ['data of one character more', `data: ${'x'.repeat(14)}\ndata:${'y'.repeat(6)}\n`, 'the data of an event is longer than 20 UTF-16 code units'],
  ])('%s stops the parser, and whoever does not ask for flaws meets an error', (_, body, fact) => {
    const flaws: StreamFlaw[] = []
    const events: StreamEvent[] = []
    const asking = new EventStreamParser({ limits: small, onFlaw: (flaw) => flaws.push(flaw), onEvent: (event) => events.push(event) })
    asking.push(Buffer.from(`data: a\n\n${body}\n\ndata: b\n\n`))
    expect(flaws).toEqual([{ code: 'too-large', offset: expect.any(Number) as number, fact }])
    expect(asking.stopped).toEqual(flaws[0])
    asking.push(Buffer.from('\n\ndata: c\n\n'))
    asking.end()
    expect(events.map(({ data }) => data)).toEqual(['a'])
    expect(flaws).toHaveLength(1)

    const silent = new EventStreamParser({ limits: small, onEvent: () => {} })
    expect(() => silent.push(Buffer.from(body))).toThrow(fact)
    expect(silent.stopped?.code).toBe('too-large')
  })
})

/** Each of these takes minutes where time grows with the square of the bytes, and a second where it does not. */
describe('time grows with the bytes', () => {
  const mebibyte = 1_048_576
  test.each([
    ['one line byte by byte', [Buffer.from('data: '), ...pieces(Buffer.alloc(2 * mebibyte, 'x'), 1), Buffer.from('\n\n')], 1],
    ['one long line in chunks', [Buffer.from('data: '), ...pieces(Buffer.alloc(32 * mebibyte, 'x'), 1024), Buffer.from('\n\n')], 1],
    ['one CR before a long chunk with LF', [Buffer.from(`:\r\n${'data: x\n\n'.repeat(1_000_000)}`)], 1_000_000],
    ['one LF behind a long chunk with CR', [Buffer.from(`:\n${'data: x\r\r'.repeat(1_000_000)}\n`)], 1_000_000],
    ['CRLF at first, then CR, then LF', [Buffer.from(`${':\r\n'.repeat(300_000)}${':\r'.repeat(300_000)}${':\n'.repeat(300_000)}data: x\n\n`)], 1],
    ['a million data lines of one event', [Buffer.from(`${'data:\n'.repeat(1_000_000)}\n`)], 1],
    ['long lines without any CR, with diagnosis', [Buffer.from(`data: ${'x'.repeat(100)}\n\n`.repeat(100_000))], 100_000],
    ['long lines without any LF, with diagnosis', [Buffer.from(`data: ${'x'.repeat(100)}\r\r`.repeat(100_000))], 100_000],
  ])('%s', (name, chunks, events) => {
    const told = name.endsWith('diagnosis') ? diagnose(eventStreamParser, chunks) : parse(eventStreamParser, chunks)
    expect(told.events).toHaveLength(events)
  })
})
