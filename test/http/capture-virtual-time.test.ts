import { Agent, request as httpRequest } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { virtualClock } from '../../harness/clock/virtual-clock.ts'
import type { VirtualClock } from '../../harness/clock/virtual-clock.ts'
import { startCapture } from '../../harness/http/capture.ts'
import type { Capture, CapturedAttempt, ScriptedAnswer } from '../../harness/http/capture.ts'

const timeoutMs = 15_000
const hour = 3_600_000
const start = 1_700_000_000_000

const captures: Capture[] = []

afterEach(async () => {
  for (const capture of captures.splice(0)) await capture.close()
})

type Outcome = number | 'timeout' | 'broken'

interface Sending {
  readonly agent?: Agent
  /** Count the attempt without the name of its socket, as a sender that uses `fetch` must. */
  readonly unnamed?: boolean
}

/** One attempt of an in-process sender, counted as `Clock.begin` asks for. */
async function attempt(clock: VirtualClock, url: string, { agent, unnamed = false }: Sending = {}): Promise<Outcome> {
  const over = new AbortController()
  const request = httpRequest(url, { method: 'POST', agent: agent ?? false })
  const end = clock.begin(unnamed ? undefined : () => `${request.socket?.localPort}>${request.socket?.remotePort}`)
  try {
    return await new Promise((resolve) => {
      let outcome: Outcome = 'broken'
      request.on('error', () => {})
      request.on('close', () => resolve(outcome))
      request.on('response', (response) => {
        response.on('error', () => {})
        response.on('end', () => (outcome = response.statusCode ?? 0))
        // An endless body: enough is enough.
        let bytes = 0
        response.on('data', ({ length }) => {
          bytes += length
          if (bytes > 100_000) request.destroy()
        })
      })
      clock.sleep(timeoutMs, over.signal).then(
        () => {
          outcome = 'timeout'
          request.destroy()
        },
        () => {},
      )
      request.end('{"event":1}')
    })
  } finally {
    over.abort()
    end()
  }
}

/** Attempts with `waits` between their starts, until the first 2xx. */
async function deliver(clock: VirtualClock, url: string, waits: readonly number[], sending?: Sending): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const wait of [...waits, undefined]) {
    const startedMs = clock.elapsed()
    const outcome = await attempt(clock, url, sending)
    outcomes.push(outcome)
    if (typeof outcome === 'number' && outcome < 300) break
    if (wait !== undefined) await clock.sleep(startedMs + wait - clock.elapsed())
  }
  return outcomes
}

async function play(answers: readonly [ScriptedAnswer, ...ScriptedAnswer[]], waits: readonly number[], sending?: Sending): Promise<{ outcomes: readonly Outcome[]; attempts: readonly CapturedAttempt[]; realMs: number }> {
  const clock = virtualClock(start)
  const capture = await startCapture(clock)
  captures.push(capture)
  const { url, attempts } = capture.open('case', answers)
  const before = performance.now()
  const outcomes = await deliver(clock, url, waits, sending)
  // The close of the last attempt is noted before time moves on, not before its sender knows.
  await clock.sleep(1)
  return { outcomes, attempts, realMs: performance.now() - before }
}

const afterMs = 10_000
const ok = { do: 'answer', status: 200 } as const
const silence = { do: 'silence' } as const

describe.each([
  ['names its socket', {}],
  ['does not name it', { unnamed: true }],
])('a sender on a virtual clock that %s', (_, sending) => {
  test('meets silence, a late answer and waits of 28 hours in no time', async () => {
    const { outcomes, attempts, realMs } = await play([silence, { do: 'answer', status: 503, afterMs }, ok], [28 * hour, 28 * hour], sending)
    expect(outcomes).toEqual(['timeout', 503, 200])
    expect(attempts.map(({ openedMs, arrivedMs, completedMs }) => [openedMs, arrivedMs, completedMs])).toEqual([0, 28 * hour, 56 * hour].map((at) => [at, at, at]))
    expect(attempts.map(({ answeredMs }) => answeredMs)).toEqual([undefined, 28 * hour + afterMs, 56 * hour])
    expect(attempts.map(({ closedMs, closedBy }) => [closedMs, closedBy])[0]).toEqual([timeoutMs, 'sender'])
    expect(attempts.map(({ arrivedAt }) => arrivedAt - start)).toEqual([0, 28 * hour, 56 * hour])
    expect(realMs).toBeLessThan(1_000)
  })

  test('times out on whatever takes longer, at its time', async () => {
    const { outcomes, attempts } = await play(
      [{ do: 'drip-header', everyMs: 400 }, { do: 'drip-body', status: 200, everyMs: 400 }, { ...ok, afterMs: timeoutMs + 1 }, { do: 'silence' }],
      [hour, hour, hour],
      sending,
    )
    expect(outcomes).toEqual(['timeout', 'timeout', 'timeout', 'timeout'])
    expect(attempts.map(({ arrivedMs, closedMs, closedBy }) => [(closedMs ?? NaN) - arrivedMs, closedBy])).toEqual(Array(4).fill([timeoutMs, 'sender']))
    expect(attempts.map(({ answeredMs }) => answeredMs)).toEqual([undefined, hour, undefined, undefined])
  })

  test('loses no time over what breaks at once', async () => {
    const { outcomes, attempts } = await play(
      [{ do: 'reset', when: 'before-body' }, { do: 'reset', when: 'after-body' }, { do: 'close', when: 'after-body' }, { do: 'endless-body', status: 200 }],
      [hour, hour, hour],
      sending,
    )
    expect(outcomes).toEqual(['broken', 'broken', 'broken', 'broken'])
    expect(attempts.map(({ arrivedMs, closedMs, closedBy }) => [(closedMs ?? NaN) - arrivedMs, closedBy])).toEqual([...Array(3).fill([0, 'harness']), [0, 'sender']])
  })
})

test('a sender keeps its connection over 28 hours', async () => {
  const agent = new Agent({ keepAlive: true })
  const { outcomes, attempts } = await play([{ do: 'answer', status: 500 }, { do: 'answer', status: 500, afterMs }, ok], [28 * hour, 28 * hour], { agent })
  agent.destroy()
  expect(outcomes).toEqual([500, 500, 200])
  expect(attempts.map(({ openedMs, arrivedMs }) => [openedMs, arrivedMs])).toEqual([[0, 0], [0, 28 * hour], [0, 56 * hour]])
})

test('an endpoint that is silent takes no time from attempts on another', async () => {
  const clock = virtualClock(start)
  const capture = await startCapture(clock)
  captures.push(capture)
  const silent = capture.open('silent', [silence])
  const quick = capture.open('quick', [{ do: 'answer', status: 500 }])
  const outcomes = await Promise.all([deliver(clock, silent.url, [hour]), deliver(clock, quick.url, [7_000, 7_000, 7_000])])
  await clock.sleep(1)
  expect(outcomes).toEqual([['timeout', 'timeout'], [500, 500, 500, 500]])
  expect(quick.attempts.map(({ arrivedMs, answeredMs }) => [arrivedMs, answeredMs])).toEqual([0, 7_000, 14_000, 21_000].map((at) => [at, at]))
  expect(silent.attempts.map(({ arrivedMs, closedMs }) => [arrivedMs, closedMs])).toEqual([[0, timeoutMs], [hour, hour + timeoutMs]])
})

test('a sender without a timeout does not stop the time of those who wait for it', async () => {
  const clock = virtualClock(start)
  const capture = await startCapture(clock)
  captures.push(capture)
  const endpoint = capture.open('silent', [silence])
  const request = httpRequest(endpoint.url, { method: 'POST', agent: false })
  const end = clock.begin(() => `${request.socket?.localPort}>${request.socket?.remotePort}`)
  const closed = new Promise<void>((resolve) => request.on('error', () => {}).on('close', resolve))
  request.end('{}')
  expect((await endpoint.next(hour))?.arrivedMs).toBe(0)
  expect(await endpoint.next(28 * hour)).toBeUndefined()
  expect([clock.elapsed(), endpoint.attempts[0]?.closedMs]).toEqual([28 * hour, undefined])
  endpoint.close()
  await closed
  end()
  expect(endpoint.attempts[0]).toMatchObject({ closedMs: 28 * hour, closedBy: 'harness' })
})
