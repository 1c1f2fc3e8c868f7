import { createHash } from 'node:crypto'
import type { DeadLetter, Delivery, Endpoint, ProducerRecord, PublishedEvent } from './records.ts'

const maxDeadLetters = 1000
/** Ids by which a second publication of the same event is recognised; the oldest are forgotten first. */
const maxKnown = 100_000

/** What a producer knows: the sum of its records. */
export interface State {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  /** Deliveries that have not ended, by `keyOf`. */
  readonly deliveries: ReadonlyMap<string, Delivery>
  /** Events that some delivery still needs. */
  readonly events: ReadonlyMap<string, PublishedEvent>
  readonly deadLetters: readonly DeadLetter[]
  /** How many deliveries to an endpoint have not ended. */
  pendingFor(endpoint: string): number
  /** Whether an event with this id was published. */
  knows(event: string): boolean
  apply(record: ProducerRecord): void
  /** Fewest records that add up to this state. */
  snapshot(): readonly ProducerRecord[]
}

export function keyOf({ event, endpoint }: Pick<Delivery, 'event' | 'endpoint'>): string {
  return `${event} ${endpoint}`
}

export function createState(): State {
  const endpoints = new Map<string, Endpoint>()
  const deliveries = new Map<string, Delivery>()
  const events = new Map<string, PublishedEvent>()
  /** Deliveries that have not ended, counted by event and by endpoint. */
  const pending = { events: createCounts(), endpoints: createCounts() }
  const known = new Set<string>()
  const deadLetters: DeadLetter[] = []
  return { endpoints, deliveries, events, deadLetters, pendingFor: (endpoint) => pending.endpoints.of(endpoint), knows: (event) => known.has(event), apply, snapshot }

  function apply(record: ProducerRecord): void {
    switch (record.kind) {
      case 'endpoint':
        return void endpoints.set(record.endpoint.id, record.endpoint)
      case 'removed':
        endpoints.delete(record.endpoint)
        return deliveriesTo(record.endpoint).forEach(end)
      case 'published':
        remember(record.event.id)
        return record.endpoints.forEach((endpoint) => begin(record.event, { event: record.event.id, endpoint, attempts: 0, dueAt: record.event.at }))
      case 'attempted':
        return attempted(record)
      case 'redelivered':
        return deadLetters.filter(({ id }) => id === record.letter).forEach((letter) => begin(letter.event, again(letter, record.at)))
      case 'reset':
        for (const all of [endpoints, deliveries, events, pending.events, pending.endpoints, known]) all.clear()
        return void deadLetters.splice(0)
      case 'known':
        return record.events.forEach(remember)
      case 'pending':
        return record.deliveries.forEach((delivery) => begin(record.event, delivery))
      case 'dead-letter':
        return bury(record.letter)
    }
  }

  function attempted(record: Extract<ProducerRecord, { kind: 'attempted' }>): void {
    const { startedAt, endedAt, then } = record
    const endpoint = endpoints.get(record.endpoint)
    const delivery = deliveries.get(keyOf(record))
    if (endpoint) endpoints.set(endpoint.id, counted(endpoint, endedAt, then.kind))
    if (!delivery) return
    const tried = { ...delivery, attempts: delivery.attempts + 1, firstAttemptAt: delivery.firstAttemptAt ?? startedAt }
    if (then.kind === 'retry') return void deliveries.set(keyOf(record), { ...tried, dueAt: then.dueAt })
    if (then.kind === 'acknowledged') {
      if (deadLetters.length > 0) unbury(deadLetterId(tried))
      return end(tried)
    }
    giveUp(tried, then.reason, { lastAttemptAt: startedAt, ...(record.error !== undefined && { lastError: record.error }) })
    if (then.reason !== 'endpoint_disabled' || !endpoint) return
    endpoints.set(endpoint.id, { ...counted(endpoint, endedAt, then.kind), disabled: true })
    for (const other of deliveriesTo(endpoint.id)) giveUp(other, then.reason, {})
  }

  function begin(event: PublishedEvent, delivery: Delivery): void {
    if (deliveries.has(keyOf(delivery))) return
    events.set(event.id, event)
    pending.events.add(event.id, 1)
    pending.endpoints.add(delivery.endpoint, 1)
    deliveries.set(keyOf(delivery), delivery)
  }

  function end(delivery: Delivery): void {
    if (!deliveries.delete(keyOf(delivery))) return
    pending.endpoints.add(delivery.endpoint, -1)
    pending.events.add(delivery.event, -1)
    if (pending.events.of(delivery.event) === 0) events.delete(delivery.event)
  }

  function giveUp({ endpoint, event: id, attempts, firstAttemptAt }: Delivery, reason: DeadLetter['reason'], last: Pick<DeadLetter, 'lastAttemptAt' | 'lastError'>): void {
    const event = events.get(id)
    if (event) bury({ id: deadLetterId({ event: id, endpoint }), endpoint, event, reason, attempts, ...(firstAttemptAt !== undefined && { firstAttemptAt }), ...last })
    end({ event: id, endpoint, attempts, dueAt: 0 })
  }

  function bury(letter: DeadLetter): void {
    unbury(letter.id)
    deadLetters.push(letter)
    if (deadLetters.length > maxDeadLetters) deadLetters.shift()
  }

  function unbury(letter: string): void {
    const index = deadLetters.findIndex(({ id }) => id === letter)
    if (index >= 0) deadLetters.splice(index, 1)
  }

  function remember(event: string): void {
    known.add(event)
    const [oldest] = known
    if (known.size > maxKnown && oldest !== undefined) known.delete(oldest)
  }

  function deliveriesTo(endpoint: string): readonly Delivery[] {
    return [...deliveries.values()].filter((delivery) => delivery.endpoint === endpoint)
  }

  function snapshot(): readonly ProducerRecord[] {
    const byEvent = new Map<string, Delivery[]>()
    for (const delivery of deliveries.values()) byEvent.set(delivery.event, [...(byEvent.get(delivery.event) ?? []), delivery])
    return [
      ...[...endpoints.values()].map((endpoint) => ({ kind: 'endpoint', endpoint }) as const),
      ...(known.size > 0 ? [{ kind: 'known', events: [...known] } as const] : []),
      ...[...events.values()].map((event) => ({ kind: 'pending', event, deliveries: byEvent.get(event.id) ?? [] }) as const),
      ...deadLetters.map((letter) => ({ kind: 'dead-letter', letter }) as const),
    ]
  }
}

function counted({ failingSince, ...endpoint }: Endpoint, at: number, result: 'acknowledged' | 'retry' | 'given-up'): Endpoint {
  const attempts = endpoint.attempts + 1
  if (result === 'acknowledged') return { ...endpoint, attempts, failing: false, lastSuccessAt: at }
  return { ...endpoint, attempts, failures: endpoint.failures + 1, failing: endpoint.failing || result === 'given-up', failingSince: failingSince ?? at, lastFailureAt: at }
}

/** One for each delivery: what is given up again replaces the letter of the first time. */
function deadLetterId(delivery: Pick<Delivery, 'event' | 'endpoint'>): string {
  return `dl-${createHash('sha256').update(keyOf(delivery)).digest('hex').slice(0, 24)}`
}

/** The delivery of a dead letter, due for one attempt more. */
function again({ event, endpoint, attempts, firstAttemptAt }: DeadLetter, at: number): Delivery {
  return { event: event.id, endpoint, attempts, dueAt: at, ...(firstAttemptAt !== undefined && { firstAttemptAt }) }
}

function createCounts() {
  const counts = new Map<string, number>()
  const of = (key: string): number => counts.get(key) ?? 0
  return {
    of,
    add(key: string, more: number): void {
      const count = of(key) + more
      if (count > 0) counts.set(key, count)
      else counts.delete(key)
    },
    clear: (): void => counts.clear(),
  }
}
