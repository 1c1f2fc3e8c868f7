import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { serveInProcess } from '../../harness/attach/in-process.ts'
import type { Handler, InProcessTarget } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { virtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Clock } from '../../harness/clock/clock.ts'
import { exchange, exchangeTogether } from '../../harness/http/client.ts'
import type { WireExchange } from '../../harness/http/message.ts'

const targets: InProcessTarget[] = []

afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
})

async function serve(clock: Clock, handler: Handler, path?: string): Promise<string> {
  const target = await serveInProcess(handler, clock, path === undefined ? {} : { path })
  targets.push(target)
  return target.url
}

function send(url: string, clock: Clock, deadlineMs = 5_000): Promise<WireExchange> {
  return exchange({ method: 'POST', url, headers: [], body: Buffer.from('{}') }, { deadlineMs }, clock)
}

async function drained(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

function answer(response: ServerResponse, status = 204): void {
  response.writeHead(status).end()
}

describe('an in-process target', () => {
  test('has a URL of its own with the path that was asked for', async () => {
    const clock = liveClock()
    const url = await serve(clock, async (_, response) => answer(response, 202), '/webhooks')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/webhooks$/)
    expect((await send(url, clock)).reply?.status).toBe(202)
  })

  test('answers 500 when its handler throws and goes on', async () => {
    const clock = virtualClock(0)
    let calls = 0
    const url = await serve(clock, async (_, response) => {
      calls += 1
      if (calls === 1) throw new Error('broken')
      answer(response)
    })
    expect([(await send(url, clock)).reply?.status, (await send(url, clock)).reply?.status]).toEqual([500, 204])
  })

  test('breaks the connection when its handler throws inside an answer', async () => {
    const clock = virtualClock(0)
    const url = await serve(clock, async (_, response) => {
      response.writeHead(200).write('x')
      throw new Error('broken')
    })
    expect((await send(url, clock)).reply?.truncated ?? true).toBe(true)
  })

  test('dies of an error that says crash', async () => {
    const clock = virtualClock(0)
    const url = await serve(clock, () => Promise.reject(Object.assign(new Error('dead'), { crash: true })))
    expect((await send(url, clock)).fault).toMatch(/reset|closed/)
    expect((await send(url, clock)).fault).toBe('refused')
  })

  test('that is closed breaks what is in flight', async () => {
    const clock = liveClock()
    let arrived = (): void => {}
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const target = await serveInProcess(async () => arrived(), clock)
    const pending = send(target.url, clock)
    await arrival
    await target.close()
    expect((await pending).fault).toMatch(/reset|closed/)
  })
})

describe('on a virtual clock', () => {
  test('a handler that sleeps for minutes answers at that time, in no time', async () => {
    const clock = virtualClock(0)
    const url = await serve(clock, async (request, response) => {
      await drained(request)
      await clock.sleep(600_000)
      answer(response)
    })
    const { startedMs, flushedMs, repliedMs } = await send(url, clock)
    expect([startedMs, flushedMs, repliedMs]).toEqual([0, 0, 600_000])
  })

  test('the same history comes out 100 times, background work and copies at once included', async () => {
    const histories = new Set<string>()
    for (let run = 0; run < 100; run += 1) {
      const clock = virtualClock(0)
      const history: string[] = []
      let calls = 0
      const url = await serve(clock, async (request, response) => {
        calls += 1
        const call = calls
        await drained(request)
        await clock.sleep(100 * call)
        history.push(`effect ${call} at ${clock.elapsed()}`)
        answer(response)
        void clock.sleep(1_000).then(() => history.push(`expiry ${call} at ${clock.elapsed()}`))
      })
      const pause = (ms: number): Promise<unknown> => clock.sleep(ms).then(() => history.push(`tick at ${clock.elapsed()}`))
      const request = { method: 'POST', url, headers: [], body: Buffer.from('{}') }
      const ticking = pause(150).then(() => pause(150))
      const seen = await exchangeTogether([request, request, request], { deadlineMs: 5_000 }, clock)
      history.push(...seen.map(({ reply, repliedMs }) => `${reply?.status} at ${repliedMs}`).toSorted())
      await ticking
      const last = await send(url, clock)
      history.push(`${last.reply?.status} after ${(last.repliedMs ?? NaN) - last.startedMs}`)
      await clock.sleep(5_000)
      histories.add(history.join('\n'))
      await targets.pop()?.close()
    }
    expect(histories.size).toBe(1)
  })

  test('a handler that never answers costs the real deadline and no virtual time', async () => {
    const clock = virtualClock(0)
    const url = await serve(clock, () => new Promise(() => {}))
    expect(await send(url, clock, 40)).toMatchObject({ fault: 'timeout', endedMs: 0 })
    await clock.sleep(7)
    expect(clock.elapsed()).toBe(7)
  })

  test('work that goes on after the answer sleeps in the background', async () => {
    const clock = virtualClock(0)
    let processedMs: number | undefined
    const url = await serve(clock, async (_, response) => {
      answer(response)
      await clock.sleep(50)
      processedMs = clock.elapsed()
    })
    const { repliedMs } = await send(url, clock)
    await clock.sleep(1_000)
    expect([repliedMs, processedMs]).toEqual([0, 50])
  })
})
