import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, test, vi } from 'vitest'
import { runTrigger } from '../../harness/attach/trigger.ts'
import { missingAlertmanager, startAlertmanager } from './alertmanager/alertmanager.ts'

const why = missingAlertmanager()
const credential = 'a-credential-of-the-receiver'

/** The recorded deviations once more, with a receiver that knows nothing of the harness. */
describe.skipIf(why !== undefined).concurrent(`Alertmanager alone${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  test('the key to deduplicate by has white space, and grows with the labels', { timeout: 30_000 }, async () => {
    await using receiver = await listen('127.0.0.1', { status: 200 })
    await using _ = await notifying(receiver.url, 'x'.repeat(300))
    const { body } = await receiver.request(1)
    expect(JSON.parse(body)).toHaveProperty('groupKey', expect.stringMatching(/^\{\}:\{alertname="x{300}", event="[-0-9a-f]{36}"\}$/))
  })

  test.each([
    [302, 'GET', false],
    [307, 'POST', true],
  ])('a redirect with %i takes the credential to another host', { timeout: 30_000 }, async (status, method, withBody) => {
    await using elsewhere = await listen('localhost', { status: 200 })
    await using receiver = await listen('127.0.0.1', { status, headers: { Location: elsewhere.url } })
    await using alertmanager = await notifying(receiver.url, 'Redirected')
    const stray = await elsewhere.request(1)
    expect(stray).toMatchObject({ method, authorization: `Bearer ${credential}` })
    expect(stray.body !== '').toBe(withBody)
    // What the other host answered was taken for an acknowledgement, whether the notification reached it or not.
    await vi.waitFor(async () => expect(await counter(alertmanager.url, 'notification_requests_total')).toBe(1), { timeout: 5000 })
    expect(await counter(alertmanager.url, 'notification_requests_failed_total')).toBe(0)
  })

  test('a 503 with Retry-After: 5 is tried again within two seconds', { timeout: 30_000 }, async () => {
    await using receiver = await listen('127.0.0.1', { status: 503, headers: { 'Retry-After': '5' } }, { status: 200 })
    await using _ = await notifying(receiver.url, 'Throttled')
    const [first, second] = [await receiver.request(1), await receiver.request(2)]
    expect(second.atMs - first.atMs).toBeLessThan(2000)
  })
})

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

interface Received {
  readonly method: string
  readonly authorization: string
  readonly body: string
  readonly atMs: number
}

/** A server that gives one answer after the other, the last one to all that follow. */
async function listen(host: string, ...answers: readonly [Answer, ...Answer[]]) {
  const received: Received[] = []
  const news = new EventEmitter()
  const server = createServer(async (request, response) => {
    const { method = '', headers } = request
    const { status, headers: own = {} } = answers[Math.min(received.length, answers.length - 1)] ?? answers[0]
    received.push({ method, authorization: headers.authorization ?? '', body: await text(request), atMs: performance.now() })
    response.writeHead(status, own).end()
    news.emit('request')
  })
  await new Promise<void>((resolve) => void server.listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return {
    url: `http://${host}:${address.port}/`,
    /** The nth request, counted from 1. */
    async request(n: number): Promise<Received> {
      const signal = AbortSignal.timeout(10_000)
      for (;;) {
        const found = received[n - 1]
        if (found) return found
        await once(news, 'request', { signal })
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An Alertmanager of its own that has one alert to tell this URL about. */
async function notifying(url: string, name: string) {
  const alertmanager = await startAlertmanager()
  const disposable = { url: alertmanager.url, [Symbol.asyncDispose]: () => alertmanager.close() }
  try {
    await alertmanager.notify(url, credential)
    expect(await runTrigger(alertmanager.trigger, [{ type: name, data: {} }], 20_000)).toEqual({ accepted: true })
    return disposable
  } catch (error) {
    await alertmanager.close()
    throw error
  }
}

async function counter(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^alertmanager_${name}\\{integration="webhook"\\} (\\d+)$`, 'm').exec(metrics)?.[1])
}
