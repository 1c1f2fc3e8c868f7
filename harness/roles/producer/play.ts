import type { CapturedAttempt } from '../../http/capture.ts'
import { generateSecret } from '../../signing/key.ts'
import type { AttemptLine, EmissionLine, EndpointLine, ExchangeLine } from '../../transcript/line.ts'
import { attemptLine, identityOf } from './attempt-line.ts'
import { CaseEndpoints, type EndpointStage } from './endpoints.ts'
import { eventToEmit, markerIn, markerOf, type EventToEmit } from './event-to-emit.ts'
import type { ProducerCase, ProducerStep } from './vocabulary.ts'
import { Waiting } from './waiting.ts'

/** What the receiver of a run has at hand. */
export interface ProducerStage extends EndpointStage {
  /** Makes the target emit; resolves once it has taken the events over. */
  readonly trigger: (events: readonly EventToEmit[]) => Promise<{ readonly accepted: boolean; readonly detail?: string }>
  readonly redact: (text: string) => string
  readonly randomFor: (label: string) => (bytes: number) => Buffer
}

export interface PlayedProducerCase {
  readonly lines: readonly (AttemptLine | EmissionLine | EndpointLine | ExchangeLine)[]
  readonly cutShort: boolean
}

/**
 * Plays the steps of one case on endpoints of its own, and records what arrived.
 *
 * `rests` is called once nothing is left to do but to watch: the case asks no more of the target, and nothing is due. It is
 * handed what tells what was seen so far.
 */
export async function playProducerCase(stage: ProducerStage, id: string, label: string, { when }: ProducerCase, rests: (soFar: () => PlayedProducerCase) => void = () => {}): Promise<PlayedProducerCase> {
  const player = new ProducerCasePlayer(stage, id, label)
  const restsFrom = when.findLastIndex((step) => step.do !== 'watch') + 1
  try {
    for (const step of when.slice(0, restsFrom)) await player.play(step)
    if (restsFrom < when.length) rests(() => player.result())
    for (const step of when.slice(restsFrom)) await player.play(step)
    return player.result()
  } finally {
    await player.close()
  }
}

class ProducerCasePlayer {
  readonly #stage: ProducerStage
  readonly #case: string
  readonly #label: string
  readonly #type: string
  readonly #random: (bytes: number) => Buffer
  readonly #waiting: Waiting
  readonly #endpoints: CaseEndpoints
  readonly #emissions: EmissionLine[] = []
  readonly #exchanges: ExchangeLine[] = []
  readonly #markers = new Map<string, { readonly event: string; readonly number: number }>()

  constructor(stage: ProducerStage, id: string, label: string) {
    this.#stage = stage
    this.#case = id
    this.#label = label
    this.#type = stage.registrar.anyType ? `conformance.${label}` : (stage.profile.samples[0]?.name ?? 'event')
    this.#random = stage.randomFor(`${id} ${label}`)
    this.#waiting = new Waiting(stage)
    this.#endpoints = new CaseEndpoints(stage, { case: id, label, type: this.#type, random: this.#random, markers: this.#markers, record: (event, exchange) => this.#record(event, exchange) })
  }

  async play(step: ProducerStep): Promise<void> {
    // Nothing arrives at an endpoint that the target does not know: there is nothing to wait for.
    if (this.#endpoints.refused) return
    switch (step.do) {
      case 'open':
        return this.#endpoints.open(step)
      case 'emit':
        return this.#emit(step)
      case 'await-attempts':
        return this.#awaitAttempts(step)
      case 'watch':
        return this.#waiting.watch(step.ms)
      case 'remove':
        return this.#endpoints.remove(step.endpoint)
      case 'call':
        return void this.#exchanges.push(await this.#stage.registrar.call(step.call, this.#callContext(step)))
      case 'rotate':
        return this.#endpoints.rotate(step.endpoint)
      case 'redeliver':
        return this.#redeliver(step.endpoint)
      case 'listen':
        return this.#endpoints.listen(step.endpoint, step.on)
    }
  }

  result(): PlayedProducerCase {
    const secrets = this.#endpoints.all.map(({ secret }) => secret)
    const attempts = this.#endpoints.all.flatMap((endpoint) => endpoint.attempts.filter((attempt) => !this.#isOfAnotherCase(attempt)).map((attempt) => ({ endpoint, attempt })))
    attempts.sort((a, b) => a.attempt.arrivedMs - b.attempt.arrivedMs)
    return {
      lines: [
        ...this.#endpoints.lines(),
        ...this.#emissions,
        ...this.#exchanges,
        ...attempts.map(({ endpoint, attempt }, index) => {
          const marked = markerOf(attempt.body, this.#markers)
          return attemptLine(this.#stage, attempt, {
            id: `${this.#label}.a${index + 1}`,
            case: this.#case,
            endpoint: endpoint.name,
            url: endpoint.url,
            secret: endpoint.secret,
            otherSecrets: secrets.filter((secret) => secret !== endpoint.secret),
            ...(endpoint.rotatedSecret === undefined ? {} : { rotatedSecret: endpoint.rotatedSecret }),
            ...(marked ? { event: marked.event, number: marked.number } : {}),
          })
        }),
      ],
      cutShort: this.#waiting.cutShort,
    }
  }

  close(): Promise<void> {
    return this.#endpoints.close()
  }

  /** A producer that cannot be told types sends every event of the run to every endpoint: that is judged where it is asked for. */
  #isOfAnotherCase({ body }: CapturedAttempt): boolean {
    const marker = markerIn(body)
    return marker !== undefined && !this.#markers.has(marker)
  }

  async #emit(step: Extract<ProducerStep, { do: 'emit' }>): Promise<void> {
    const events = Array.from({ length: step.count }, (_, number) => {
      const made = eventToEmit(this.#stage.profile, { type: step.type ?? this.#type, marker: `${this.#label}-${this.#random(9).toString('hex')}`, data: step.data ?? {}, random: this.#random })
      this.#markers.set(made.marker, { event: step.event, number })
      this.#endpoints.expect(made.marker)
      return made
    })
    const beforeMs = this.#stage.clock.elapsed()
    const told = await this.#stage.trigger(events)
    const afterMs = this.#stage.clock.elapsed()
    for (const [number, { type }] of events.entries()) {
      this.#emissions.push({ kind: 'emission', case: this.#case, event: step.event, number, type, beforeMs, afterMs, accepted: told.accepted, ...(told.detail ? { detail: this.#stage.redact(told.detail).slice(0, 500) } : {}) })
    }
  }

  /** Waits for attempts that carry the case's own events. */
  async #awaitAttempts({ endpoint: name, count, dueMs, distinct = false }: Extract<ProducerStep, { do: 'await-attempts' }>): Promise<void> {
    const endpoint = this.#endpoints.of(name)
    const counted = { upTo: 0, own: 0 }
    const events = new Set<string>()
    const arrived = () => {
      const attempts = endpoint?.attempts ?? []
      for (; counted.upTo < attempts.length; counted.upTo += 1) {
        const attempt = attempts[counted.upTo]
        const marked = attempt && markerOf(attempt.body, this.#markers)
        if (!marked) continue
        counted.own += 1
        events.add(`${marked.number} ${marked.event}`)
      }
      return distinct ? events.size : counted.own
    }
    await this.#waiting.forAttempts({ arrived, count, emitted: this.#markers.size, ...(dueMs === undefined ? {} : { dueMs }), heldUp: () => this.#endpoints.heldUpByOthers(), next: async (ms, signal) => endpoint?.next(ms, signal) })
  }

  async #redeliver(name: string): Promise<void> {
    const endpoint = this.#endpoints.of(name)
    const [attempt] = endpoint?.attempts ?? []
    if (endpoint?.id === undefined || !attempt || !this.#stage.registrar.redeliver) return
    const event = identityOf(this.#stage.profile, attempt)
    const { list, asked } = await this.#stage.registrar.redeliver(endpoint.id, { marker: markerIn(attempt.body) ?? '', ...(event === undefined ? {} : { event }) })
    this.#record('dead letters', list)
    if (asked) this.#record('redelivery', asked)
  }

  #record(event: string, exchange: ExchangeLine): void {
    this.#exchanges.push({ ...exchange, id: `${this.#label}.s${this.#exchanges.length + 1}`, case: this.#case, event })
  }

  #callContext(step: Extract<ProducerStep, { do: 'call' }>) {
    const of = this.#endpoints.of(step.call.of ?? 'endpoint')
    return {
      id: `${this.#label}.s${this.#exchanges.length + 1}`,
      case: this.#case,
      name: step.name,
      url: of?.url ?? `${this.#stage.capture.origin}/unopened/${this.#label}`,
      type: this.#type,
      secret: of?.secret ?? generateSecret(this.#stage.profile.signature, this.#random).signing,
      subscription: step.call.id ?? of?.id ?? '',
    }
  }
}
