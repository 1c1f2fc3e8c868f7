import { describe, expect, test } from 'vitest'
import type { HeaderLine } from '../../harness/http/message.ts'
import { RequestParser } from '../../harness/http/request-parser.ts'

const limits = { maxBodyBytes: 20, maxReadBytes: 60, maxHeaderBytes: 200 }

/** What a listener was told, one string a request or malformation. */
function read(bytes: string, step: number): { readonly told: string[]; readonly headers: readonly HeaderLine[] } {
  const told: string[] = []
  let headers: readonly HeaderLine[] = []
  const parser = new RequestParser(limits, {
    began: () => told.push('began'),
    headed: (head) => {
      headers = head.headers
      told.push(`${head.method} ${head.target}${head.persistent ? '' : ' once'}`)
    },
    ended: ({ body, truncated, chunks }) => told.push(`${body.toString()}${truncated ? ' truncated' : ''}${chunks === undefined ? '' : ` [${chunks.join()}]`}`),
    malformed: (fact) => told.push(`malformed: ${fact}`),
  })
  const all = Buffer.from(bytes, 'latin1')
  for (let at = 0; at < all.length; at += step) parser.push(all.subarray(at, at + step))
  return { told, headers }
}

const rows: readonly { readonly name: string; readonly bytes: string; readonly told: readonly (string | RegExp)[] }[] = [
  { name: 'a length', bytes: 'POST /a?b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello', told: ['began', 'POST /a?b', 'hello'] },
  { name: 'no body', bytes: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', told: ['began', 'GET /', ''] },
  { name: 'HTTP/1.0', bytes: 'POST / HTTP/1.0\r\n\r\n', told: ['began', 'POST / once', ''] },
  { name: 'lines that end in LF', bytes: 'POST / HTTP/1.1\nContent-Length: 2\n\nhi', told: ['began', 'POST /', 'hi'] },
  { name: 'chunks with extensions and trailers', bytes: 'POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\nX: 1\r\n\r\n', told: ['began', 'POST /', 'hello [2,3]'] },
  { name: 'requests behind one another', bytes: '\r\nPOST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\na\r\nPOST /2 HTTP/1.1\r\nContent-Length: 1\r\n\r\nb', told: ['began', 'POST /1', 'a', 'began', 'POST /2', 'b'] },
  { name: 'a length told twice alike', bytes: 'POST / HTTP/1.1\r\nContent-Length: 1, 1\r\ncontent-length: 1\r\n\r\na', told: ['began', 'POST /', 'a'] },
  { name: 'a body of exactly the limit', bytes: `POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n${'x'.repeat(20)}`, told: ['began', 'POST /', 'x'.repeat(20)] },
  { name: 'a body beyond the limit', bytes: `POST / HTTP/1.1\r\nContent-Length: 21\r\n\r\n${'x'.repeat(21)}`, told: ['began', 'POST /', `${'x'.repeat(20)} truncated`] },
  { name: 'a body beyond what is read', bytes: `POST / HTTP/1.1\r\nContent-Length: 61\r\n\r\n${'x'.repeat(61)}`, told: ['began', 'POST /', /body is longer than 60 bytes/] },
  { name: 'a header section beyond the limit', bytes: `POST / HTTP/1.1\r\nX: ${'x'.repeat(200)}\r\n\r\n`, told: ['began', /header section is longer than 200 bytes/] },
  { name: 'a trailer section without end', bytes: `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'X: 1\r\n'.repeat(40)}`, told: ['began', 'POST /', /trailer section/] },
  { name: 'a handshake of TLS', bytes: '\x16\x03\x01', told: ['began', /does not start with a method/] },
  { name: 'another protocol', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', told: ['began', /request line of HTTP\/1/] },
  { name: 'a target with a space', bytes: 'GET /a b HTTP/1.1\r\n\r\n', told: ['began', /request line of HTTP\/1/] },
  { name: 'a header without a name', bytes: 'GET / HTTP/1.1\r\nnonsense\r\n\r\n', told: ['began', /name and a colon/] },
  { name: 'a space before the colon', bytes: 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', told: ['began', /name and a colon/] },
  { name: 'a folded line', bytes: 'GET / HTTP/1.1\r\nA: b\r\n c: d\r\n\r\n', told: ['began', /name and a colon/] },
  { name: 'two lengths', bytes: 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', told: ['began', 'POST /', /one number/] },
  { name: 'a length with a sign', bytes: 'POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n', told: ['began', 'POST /', /one number/] },
  { name: 'a length beside chunks', bytes: 'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', told: ['began', 'POST /', /both Transfer-Encoding/] },
  { name: 'another coding than chunked', bytes: 'POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', told: ['began', 'POST /', /not chunked/] },
  { name: 'a chunk size that is no number', bytes: 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', told: ['began', 'POST /', /hexadecimal/] },
  { name: 'a chunk longer than its size', bytes: 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n', told: ['began', 'POST /', /longer than its size/] },
]

describe.each(rows)('$name', ({ bytes, told }) => {
  test.each([1, 3, 10_000])('is read alike in pieces of %i bytes', (step) => {
    const seen = read(bytes, step).told
    expect(seen).toHaveLength(told.length)
    for (const [index, expected] of told.entries()) expect(seen[index]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
  })
})

test('header lines keep their spelling, order and duplicates', () => {
  const { headers } = read('GET / HTTP/1.1\r\nHOST: a\r\nx-a: 1 \r\nX-A:\t2\r\nx-b:\xe9:\r\n\r\n', 7)
  expect(headers).toEqual([['HOST', 'a'], ['x-a', '1'], ['X-A', '2'], ['x-b', '\xe9:']])
})
