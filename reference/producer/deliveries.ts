import type { AttemptContext, AttemptResult, OutgoingRequest } from './attempt.ts'
import type { Journal } from './journal.ts'
import { createLanes } from './lanes.ts'
import type { Attempt, ProducerParts, Setting } from './parts.ts'
import type { Consequence, Delivery } from './records.ts'
import { keyOf } from './state.ts'

/** Everything that is on its way. */
export interface Deliveries {
  /** Makes the attempts of a delivery until it ends, the next one after `waitMs` declared milliseconds. */
  begin(delivery: Pick<Delivery, 'event' | 'endpoint'>, waitMs: number): void
  /** Stops what the journal no longer knows. An attempt in flight may end. */
  drop(): void
  /** Stops everything, attempts in flight too. */
  close(): void
}

type Address = Pick<Delivery, 'event' | 'endpoint'>

export function createDeliveries(journal: Journal, parts: ProducerParts, setting: Setting): Deliveries {
  const { clock } = setting
  const { state } = journal
  const lanes = createLanes()
  /** What stops a delivery, by `keyOf`. */
  const running = new Map<string, AbortController>()
  /** What ends an attempt that is in flight. */
  const inFlight = new Set<AbortController>()
  let closed = false
  return {
    begin(address, waitMs) {
      const key = keyOf(address)
      if (running.has(key)) return
      const stop = new AbortController()
      running.set(key, stop)
      // It fails when it was stopped, or when the store is broken: then the delivery is still due after the next start.
      deliver(address, waitMs, stop.signal).catch(() => {}).finally(() => running.delete(key))
    },
    drop,
    close() {
      closed = true
      for (const stop of [...running.values(), ...inFlight]) stop.abort()
    },
  }

  /** The life of a delivery: wait, attempt, and again, until an attempt was the last one. */
  async function deliver(address: Address, firstWaitMs: number, stop: AbortSignal): Promise<void> {
    let waitMs: number | undefined = firstWaitMs
    while (waitMs !== undefined) {
      if (waitMs > 0) await clock.sleep(waitMs, stop)
      const endpoint = state.endpoints.get(address.endpoint)
      if (!endpoint) return
      waitMs = await lanes.run(parts.lane(endpoint, setting), async () => (stop.aborted ? undefined : attempt(address)))
    }
  }

  /** Declared milliseconds until the next attempt; undefined when this was the last. */
  async function attempt(address: Address): Promise<number | undefined> {
    const delivery = state.deliveries.get(keyOf(address))
    const endpoint = state.endpoints.get(address.endpoint)
    const event = state.events.get(address.event)
    if (!delivery || !endpoint || !event) return undefined
    let connection: string | undefined
    const release = clock.begin(() => connection)
    try {
      const made: Attempt = { event, endpoint, number: delivery.attempts + 1, at: clock.now() }
      const startMs = clock.elapsed()
      const result = await exchange(made, (name) => (connection = name))
      if (closed) return undefined
      const endedAt = clock.now()
      const judged = parts.classify(result, made, setting)
      const judgement = judged !== 'acknowledged' && parts.hasFailedTooLong(endpoint, endedAt, setting) ? 'disable' : judged
      const tookMs = (clock.elapsed() - startMs) * clock.scale
      const waitMs = judgement === 'failed' ? parts.delayFor({ number: made.number, result, tookMs, endedAt }, made, setting) : undefined
      const then = consequence(judgement, waitMs, endedAt)
      await journal.record({ kind: 'attempted', ...address, startedAt: made.at, endedAt, ...(then.kind !== 'acknowledged' && { error: errorOf(result) }), then })
      if (then.kind === 'given-up') drop()
      return waitMs
    } finally {
      release()
    }
  }

  function drop(): void {
    for (const [key, stop] of running) if (!state.deliveries.has(key)) stop.abort()
  }

  /** One attempt on the wire, redirects that are followed included, within one timeout. */
  async function exchange(made: Attempt, connectedBy: (name: string) => void): Promise<AttemptResult> {
    const over = new AbortController()
    inFlight.add(over)
    clock.sleep(parts.timeoutMs(setting), over.signal).then(() => over.abort('over'), () => {})
    const context: AttemptContext = { signal: over.signal, connected: ({ localPort, remotePort }) => connectedBy(`${localPort}>${remotePort}`) }
    try {
      let request: OutgoingRequest = parts.dress(made, setting)
      for (let followed = 0; ; followed += 1) {
        const result = await parts.send(request, context, setting)
        const next = over.signal.aborted ? undefined : parts.follow(result, request, followed, setting)
        if (next === undefined) return result
        request = { ...request, url: next }
      }
    } finally {
      over.abort('over')
      inFlight.delete(over)
    }
  }

  function consequence(judgement: ReturnType<ProducerParts['classify']>, waitMs: number | undefined, endedAt: number): Consequence {
    if (judgement === 'acknowledged') return { kind: 'acknowledged' }
    if (waitMs !== undefined) return { kind: 'retry', dueAt: endedAt + waitMs / clock.scale }
    return { kind: 'given-up', reason: ({ failed: 'attempts_exhausted', permanent: 'permanent_status', disable: 'endpoint_disabled' } as const)[judgement] }
  }
}

function errorOf(result: AttemptResult): string {
  return result.kind === 'answered' ? String(result.status) : result.reason.slice(0, 200)
}
