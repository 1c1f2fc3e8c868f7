import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../harness/errors.ts'
import type { BodyFraming, HeaderLine, WireRequest } from '../../harness/http/message.ts'
import { requestUrl, requestWrites } from '../../harness/http/request-bytes.ts'

function writes(parts: Partial<WireRequest>): string[] {
  const request = { method: 'POST', url: 'http://localhost:80/a%20b?c=%2F', headers: [], body: Buffer.from('hello'), ...parts }
  return requestWrites(request, requestUrl(request.url)).map((bytes) => bytes.toString('latin1'))
}

describe('the header section', () => {
  test('is completed with host, connection and length, in one write with the body', () => {
    expect(writes({ headers: [['X', '1']] })).toEqual([
      'POST /a%20b?c=%2F HTTP/1.1\r\nHost: localhost\r\nX: 1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello',
    ])
  })

  test('keeps case, order and duplicates of what was given, in latin1', () => {
    const headers: HeaderLine[] = [['webhook-ID', 'a'], ['host', 'other'], ['Webhook-Id', '\xfc'], ['CONNECTION', 'x'], ['content-length', '7']]
    expect(writes({ headers })[0]).toContain('HTTP/1.1\r\nwebhook-ID: a\r\nhost: other\r\nWebhook-Id: \xfc\r\nCONNECTION: x\r\ncontent-length: 7\r\n\r\nhello')
  })

  test('carries a length for an empty POST and none for an empty GET', () => {
    expect(writes({ body: Buffer.alloc(0) })[0]).toContain('Content-Length: 0\r\n')
    expect(writes({ method: 'GET', body: Buffer.alloc(0) })[0]).not.toContain('Content-Length')
  })

  test('names the host with its port and IPv6 brackets', () => {
    expect(writes({ url: 'http://[::1]:8080/' })[0]).toContain('Host: [::1]:8080\r\n')
  })
})

describe('the body', () => {
  const framings: [string, BodyFraming, string[]][] = [
    ['one cut', { transfer: 'content-length', cuts: [2] }, ['he', 'llo']],
    ['cuts out of order, doubled and outside', { transfer: 'content-length', cuts: [4, 2, 2, 5, 9, -1] }, ['he', 'll', 'o']],
    ['a cut in front', { transfer: 'content-length', cuts: [0] }, ['', 'hello']],
    ['one chunk', { transfer: 'chunked', cuts: [] }, ['5\r\nhello\r\n0\r\n\r\n']],
    ['a chunk a cut', { transfer: 'chunked', cuts: [0, 1] }, ['', '1\r\nh\r\n', '4\r\nello\r\n0\r\n\r\n']],
  ]
  test.each(framings)('with %s', (_, framing, expected) => {
    const [first = '', ...rest] = writes({ framing })
    expect([first.slice(first.indexOf('\r\n\r\n') + 4), ...rest]).toEqual(expected)
  })

  test('that is empty and chunked is the last chunk alone', () => {
    expect(writes({ body: Buffer.alloc(0), framing: { transfer: 'chunked', cuts: [] } })[0]).toMatch(/Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n$/)
  })
})

describe('a request that could be read in two ways is refused', () => {
  const chunked: BodyFraming = { transfer: 'chunked', cuts: [] }
  const refused: [string, Partial<WireRequest>][] = [
    ['a line break in a value', { headers: [['A', '1\r\nB: 2']] }],
    ['a character that latin1 folds into a line break', { headers: [['A', '1\u010aB: 2']] }],
    ['NUL in a value', { headers: [['A', '\0']] }],
    ['a colon in a name', { headers: [['A: 1', 'x']] }],
    ['a blank in the method', { method: 'POST /x' }],
    ['a length beside chunks', { headers: [['Content-Length', '5']], framing: chunked }],
    ['chunked announced for a counted body', { headers: [['Transfer-Encoding', 'chunked']] }],
    ['two lengths', { headers: [['Content-Length', '5'], ['Content-Length', '6']] }],
    ['a length below that of the body', { headers: [['Content-Length', '4']] }],
  ]
  test.each(refused)('%s', (_, parts) => {
    expect(() => writes(parts)).toThrow(TypeError)
  })

  test.each(['http://user:hunter2@localhost/', 'ftp://localhost/', '/relative'])('the URL %s', (url) => {
    expect(() => requestUrl(url)).toThrow(HarnessError)
    expect(() => requestUrl(url)).not.toThrow(/hunter2/)
  })
})
