import { describe, expect, test } from 'vitest'
import { ResponseParser } from '../../harness/http/response-parser.ts'

interface Row {
  readonly name: string
  readonly bytes: string
  readonly method?: string
  /** The peer closed after the bytes. */
  readonly ended?: boolean
  readonly body?: string
  readonly status?: number
  readonly truncated?: boolean
  readonly malformed?: RegExp
}

const rows: readonly Row[] = [
  { name: 'a length', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', body: 'hello' },
  { name: 'a length of 0', bytes: 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n', status: 202 },
  { name: 'bytes beyond the length', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello', body: 'he' },
  { name: 'a length told twice alike', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\ncontent-length: 2\r\n\r\nhe', body: 'he' },
  { name: 'a body shorter than its length', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello', ended: true, body: 'hello', truncated: true },
  { name: 'a body that ends with the connection', bytes: 'HTTP/1.0 200 OK\r\n\r\nhello', ended: true, body: 'hello' },
  { name: 'chunks with extensions and trailers', bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n2;a=b\r\nhe\r\n3 \r\nllo\r\n0;last\r\nX: 1\r\nY: 2\r\n\r\n', body: 'hello' },
  { name: 'chunks beside a length', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n', body: '0123456789' },
  { name: 'chunks that break off', bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello', ended: true, body: 'hello', truncated: true },
  { name: 'a chunk size that is no number', bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nzz\r\n', body: 'he', truncated: true },
  { name: 'a chunk longer than its size', bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n', body: 'he', truncated: true },
  { name: 'a trailer section without end', bytes: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'X: 1\r\n'.repeat(100)}`, truncated: true },
  { name: 'another coding than chunked', bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello', ended: true, body: 'hello' },
  { name: 'interim answers', bytes: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', status: 204 },
  { name: '304 with a length', bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', status: 304 },
  { name: 'an answer to HEAD', method: 'HEAD', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n' },
  { name: 'no reason, lines that end in LF', bytes: 'HTTP/1.1 401\nContent-Length: 2\n\nno', status: 401, body: 'no' },
  { name: 'a body of exactly the limit', bytes: `HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n${'x'.repeat(20)}`, body: 'x'.repeat(20) },
  { name: 'a body beyond the limit', bytes: `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(21)}`, body: 'x'.repeat(20), truncated: true },
  { name: 'another protocol', bytes: 'SSH-2.0-server\r\n', malformed: /does not start with a status line/ },
  { name: 'HTTP/2', bytes: 'HTTP/2 200\r\n\r\n', malformed: /does not start with a status line/ },
  { name: 'a status of two digits', bytes: 'HTTP/1.1 20 OK\r\n\r\n', malformed: /does not start with a status line/ },
  { name: 'a header without a name', bytes: 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', malformed: /no name/ },
  { name: 'two lengths', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', malformed: /one number/ },
  { name: 'a negative length', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', malformed: /one number/ },
  { name: 'a header section beyond the limit', bytes: `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300)}`, malformed: /longer than 256 bytes/ },
  { name: 'interim answers without end', bytes: 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20), malformed: /longer than 256 bytes/ },
]

describe.each([
  ['at once', Infinity],
  ['byte by byte', 1],
  ['seven bytes at a time', 7],
])('bytes that arrive %s', (_, size) => {
  test.each(rows)('$name', ({ bytes, method = 'POST', ended = false, body = '', status = 200, truncated = false, malformed }) => {
    const parser = new ResponseParser(method, { maxReplyBytes: 20, maxHeaderBytes: 256 })
    const whole = Buffer.from(bytes, 'latin1')
    const step = Math.min(size, whole.length)
    for (let at = 0; at < whole.length; at += step) parser.push(whole.subarray(at, at + step))
    if (ended) parser.end()
    expect(parser.finished).toBe(true)
    if (malformed === undefined) expect(parser.reply()).toMatchObject({ status, body: Buffer.from(body), truncated })
    else {
      expect(parser.malformation).toMatch(malformed)
      expect(parser.reply()).toBeUndefined()
    }
  })
})

test('header lines keep their names, order and duplicates; folded lines are joined', () => {
  const parser = new ResponseParser('POST', { maxReplyBytes: 20, maxHeaderBytes: 256 })
  parser.push(Buffer.from('HTTP/1.1 200 Fine\r\nX-a:  1 \r\nx-A:\r\nFold: one\r\n  two\r\nName\xe9 : \xfc\r\nContent-Length: 0\r\n\r\n', 'latin1'))
  expect(parser.reply()?.reason).toBe('Fine')
  expect(parser.reply()?.headers).toEqual([['X-a', '1'], ['x-A', ''], ['Fold', 'one two'], ['Name\xe9', '\xfc'], ['Content-Length', '0']])
})

test('what is kept of a body does not change with the memory that it was read into', () => {
  const parser = new ResponseParser('POST', { maxReplyBytes: 20, maxHeaderBytes: 256 })
  const memory = Buffer.from('HTTP/1.1 200 OK\r\nX: abc\r\nContent-Length: 5\r\n\r\nhello', 'latin1')
  parser.push(memory)
  memory.fill(0)
  expect(parser.reply()).toMatchObject({ body: Buffer.from('hello'), headers: [['X', 'abc'], ['Content-Length', '5']] })
})
