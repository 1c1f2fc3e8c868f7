import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../../cli/exit-code.ts'
import { loadProfile } from '../../../harness/profile/load.ts'
import { run } from '../../../harness/run.ts'
import type { RunOptions, RunResult } from '../../../harness/run-facts.ts'
import { suites } from '../../../suites/index.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A target whose registration API answers like this, and how often it was called. */
async function targetThat(answer: RequestListener): Promise<{ readonly url: string; readonly calls: string[] }> {
  const calls: string[] = []
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`, calls }
}

async function judged(url: string, more: Partial<RunOptions> = {}): Promise<RunResult> {
  return run({ role: 'producer', profile: await loadProfile('event-delivery'), suites, keys: { secrets: [] }, target: { kind: 'url', url }, trigger: 'true', apiDeadlineMs: 100, ...more })
}

const page = '<!doctype html><title>Welcome</title><p>Please sign in.</p>'
const json = { 'content-type': 'application/json' }
const bad: readonly (readonly [string, RequestListener, RegExp])[] = [
  ['answers a page', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page), /answered with 200 and no usable id/],
  ['answers a page that says 404', (_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end(page), /answered with 404/],
  ['never answers', () => {}, /was not answered: /],
  ['answers without an id', (_, response) => response.writeHead(201, json).end('{"url":"http://127.0.0.1/"}'), /answered with 201 and no usable id/],
  ['answers an id that is an object', (_, response) => response.writeHead(201, json).end('{"id":{"value":1}}'), /no usable id/],
  ['answers an empty id', (_, response) => response.writeHead(201, json).end('{"id":""}'), /no usable id/],
  ['answers 500', (_, response) => response.writeHead(500, json).end('{"error":"database"}'), /answered with 500/],
  ['redirects to a sign-in', (_, response) => response.writeHead(302, { location: '/login' }).end(), /answered with 302/],
  ['answers a body of eight megabytes', (_, response) => response.writeHead(201, json).end(`{"padding":"${'x'.repeat(8 * 1024 * 1024)}","id":"wh-1"}`), /no usable id/],
  ['answers a body that never ends', (_, response) => endless(response.writeHead(201, json)), /no usable id/],
  ['drips its header section', (request) => drip(request.socket), /was not answered: /],
  ['resets the connection', (request) => request.socket.resetAndDestroy(), /was not answered: /],
  ['answers what is no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'), /was not answered: /],
]

function endless(response: { write(chunk: string, done: () => void): unknown; destroyed: boolean }): void {
  if (!response.destroyed) response.write('{"events":['.padEnd(4096, ' '), () => setImmediate(() => endless(response)))
}

function drip(socket: { write(chunk: string): unknown; destroyed: boolean; once(event: 'close', then: () => void): unknown }): void {
  const timer = setInterval(() => socket.write('H'), 10)
  socket.once('close', () => clearInterval(timer))
}

describe('a registration API that', () => {
  test.each(bad)('%s leaves the run unproven, with the exchange', async (_, answer, fact) => {
    const { url, calls } = await targetThat(answer)
    const { report, transcript } = await judged(url)
    expect(report.summary).toMatchObject({ conformant: null, counts: { passed: 0, failed: 0, faulted: 0 }, obstacle: { code: 'not-registered', fact: expect.stringMatching(fact) as string } })
    expect(exitCodeOf(report)).toBe(3)
    const first = report.verdicts.find((verdict) => verdict.case === 'producer-delivery/delivered')
    const exchange = transcript.find((line) => line.kind === 'exchange' && line.id === first?.exchanges[0])
    expect(exchange).toMatchObject({ request: { method: 'POST', url: `${url}api/v1/webhooks` } })
    // One malformed request and one registration: the deadline of each is all that such an API can cost.
    expect(calls).toEqual(['POST /api/v1/webhooks', 'POST /api/v1/webhooks'])
    expect(JSON.stringify(transcript).length).toBeLessThan(1024 * 1024)
  })

  test('never answers costs each request its deadline and no more, where nothing can be emitted', async () => {
    const { url, calls } = await targetThat(() => {})
    const { report } = await judged(url, { trigger: undefined as never })
    expect(report.summary.conformant).toBeNull()
    expect(report.summary.counts.failed).toBe(0)
    expect(calls.length).toBeLessThan(60)
  })

  test('cannot be reached ends the run before anything is judged', async () => {
    const { url } = await targetThat(() => {})
    const [server] = servers.splice(0)
    await new Promise((resolve) => server?.close(resolve))
    await expect(judged(url)).rejects.toMatchObject({ code: 'unreachable', exitCode: 3, message: expect.stringContaining(url) as string })
  })
})
