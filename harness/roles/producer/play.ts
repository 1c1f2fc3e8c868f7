import type { Capture, CapturedAttempt, ScriptedAnswer } from '../../http/capture.ts'
import type { Profile } from '../../profile/profile.ts'
import { generateSecret, readKeys } from '../../signing/key.ts'
import type { AttemptLine, EmissionLine, EndpointLine, ExchangeLine } from '../../transcript/line.ts'
import { attemptLine, identityOf } from './attempt-line.ts'
import { eventToEmit, markerIn, markerOf, type EventToEmit } from './event-to-emit.ts'
import { challengeAnswer } from './challenge-answer.ts'
import type { HandEndpoint, Registrar } from './registrar.ts'
import { hostileType, type ProducerCase, type ProducerStep, type ScriptFacts } from './vocabulary.ts'
import { Waiting, type Patience } from './waiting.ts'

/** What the receiver of a run has at hand. */
export interface ProducerStage extends Patience {
  readonly capture: Capture
  readonly registrar: Registrar
  /** A receiver of its own port, for one endpoint. */
  readonly openPort: () => Promise<Capture>
  /** Makes the target emit; resolves once it has taken the events over. */
  readonly trigger: (events: readonly EventToEmit[]) => Promise<{ readonly accepted: boolean; readonly detail?: string }>
  readonly redact: (text: string) => string
  readonly randomFor: (label: string) => (bytes: number) => Buffer
  /** Every secret that the run made, so that it can be hidden. */
  readonly madeSecrets: Map<string, string>
}

export interface PlayedProducerCase {
  readonly lines: readonly (AttemptLine | EmissionLine | EndpointLine | ExchangeLine)[]
  readonly cutShort: boolean
}

interface OpenEndpoint {
  readonly name: string
  readonly url: string
  readonly attempts: readonly CapturedAttempt[]
  readonly secret: string
  readonly next: (ms: number, signal?: AbortSignal) => Promise<CapturedAttempt | undefined>
  readonly close: () => void
  id?: string
  refused?: string
  removedMs?: number
  rotatedSecret?: string
  port?: Capture
  silentFromMs?: number
  silentUntilMs?: number
  madeSecretBytes?: number
  sharesSecret?: boolean
}

/**
 * Plays the steps of one case on endpoints of its own, and records what arrived.
 *
 * `rests` is told what was seen so far once nothing is left to do but to watch: the case asks no more of the target, and
 * nothing is due.
 */
export async function playProducerCase(stage: ProducerStage, id: string, label: string, { when }: ProducerCase, rests: (soFar: PlayedProducerCase) => void = () => {}): Promise<PlayedProducerCase> {
  const player = new ProducerCasePlayer(stage, id, label)
  const restsFrom = when.findLastIndex((step) => step.do !== 'watch') + 1
  try {
    for (const step of when.slice(0, restsFrom)) await player.play(step)
    if (restsFrom < when.length) rests(player.result())
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
  readonly #endpoints = new Map<string, OpenEndpoint>()
  readonly #emissions: EmissionLine[] = []
  readonly #exchanges: ExchangeLine[] = []
  readonly #markers = new Map<string, { readonly event: string; readonly number: number }>()
  #pickByHand: ((marker: string) => void) | undefined

  constructor(stage: ProducerStage, id: string, label: string) {
    this.#stage = stage
    this.#case = id
    this.#label = label
    this.#type = stage.registrar.anyType ? `conformance.${label}` : (stage.profile.samples[0]?.name ?? 'event')
    this.#random = stage.randomFor(`${id} ${label}`)
    this.#waiting = new Waiting(stage)
  }

  /** An endpoint of the case could not be registered. */
  get #refused(): boolean {
    return [...this.#endpoints.values()].some(({ refused }) => refused !== undefined)
  }

  async play(step: ProducerStep): Promise<void> {
    // Nothing arrives at an endpoint that the target does not know: there is nothing to wait for.
    if (this.#refused) return
    switch (step.do) {
      case 'open':
        return this.#open(step)
      case 'emit':
        return this.#emit(step)
      case 'await-attempts':
        return this.#awaitAttempts(step)
      case 'watch':
        return this.#waiting.watch(step.ms)
      case 'remove':
        return this.#remove(step.endpoint)
      case 'call':
        return void this.#exchanges.push(await this.#stage.registrar.call(step.call, this.#callContext(step)))
      case 'rotate':
        return this.#rotate(step.endpoint)
      case 'redeliver':
        return this.#redeliver(step.endpoint)
      case 'listen':
        return this.#listen(step.endpoint, step.on)
    }
  }

  result(): PlayedProducerCase {
    const secrets = [...this.#endpoints.values()].map(({ secret }) => secret)
    const attempts = [...this.#endpoints.values()].flatMap((endpoint) => endpoint.attempts.filter((attempt) => !this.#isOfAnotherCase(attempt)).map((attempt) => ({ endpoint, attempt })))
    attempts.sort((a, b) => a.attempt.arrivedMs - b.attempt.arrivedMs)
    return {
      lines: [
        ...[...this.#endpoints.values()].map((endpoint): EndpointLine => ({
          kind: 'endpoint',
          case: this.#case,
          name: endpoint.name,
          url: endpoint.url,
          ...(endpoint.id === undefined ? {} : { id: endpoint.id }),
          ...(endpoint.refused === undefined ? {} : { refused: endpoint.refused }),
          ...(endpoint.removedMs === undefined ? {} : { removedMs: endpoint.removedMs }),
          ...(endpoint.silentFromMs === undefined ? {} : { silentFromMs: endpoint.silentFromMs }),
          ...(endpoint.silentUntilMs === undefined ? {} : { silentUntilMs: endpoint.silentUntilMs }),
          ...(endpoint.madeSecretBytes === undefined ? {} : { madeSecretBytes: endpoint.madeSecretBytes }),
          ...(endpoint.sharesSecret ? { sharesSecret: true } : {}),
        })),
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

  /** A producer that cannot be told types sends every event of the run to every endpoint: that is judged where it is asked for. */
  #isOfAnotherCase({ body }: CapturedAttempt): boolean {
    const marker = markerIn(body)
    return marker !== undefined && !this.#markers.has(marker)
  }

  async close(): Promise<void> {
    for (const endpoint of this.#endpoints.values()) {
      if (endpoint.id !== undefined && endpoint.removedMs === undefined) await this.#stage.registrar.remove(endpoint.id).catch(() => undefined)
      endpoint.close()
      await endpoint.port?.close()
    }
  }

  async #open(step: Extract<ProducerStep, { do: 'open' }>): Promise<void> {
    const stage = this.#stage
    const counts = new Map<string, number>()
    const generated = generateSecret(stage.profile.signature, this.#random)
    const { script } = step
    const pick = (attempt: CapturedAttempt): ScriptedAnswer => {
      const marked = markerOf(attempt.body, this.#markers)
      if (!marked || typeof script !== 'function') return challengeAnswer(stage.profile, attempt, generated.verifying) ?? { do: 'answer', status: 200 }
      const key = `${marked.event} ${marked.number}`
      const n = counts.get(key) ?? 0
      counts.set(key, n + 1)
      return script(n, this.#facts(attempt, marked.event))
    }
    const { byHand } = stage.registrar
    if (byHand) return this.#openByHand(step.endpoint, byHand, pick)
    const port = step.ownPort ? await stage.openPort() : undefined
    const opened = (port ?? stage.capture).open(`${this.#label}-${step.endpoint}`, typeof script === 'function' ? pick : script)
    const endpoint: OpenEndpoint = { name: step.endpoint, url: opened.url, attempts: opened.attempts, next: (ms, signal) => opened.next(ms, signal), secret: generated.verifying, close: () => opened.close(), ...(port ? { port } : {}) }
    this.#endpoints.set(step.endpoint, endpoint)
    const about = { url: opened.url, secret: generated.signing }
    let subscribed = await stage.registrar.subscribe({
      ...about,
      ...(step.types === 'all' ? {} : { types: [step.types === 'own' ? this.#type : `${this.#type}.other`] }),
      ...(step.filter ? { filter: step.filter } : {}),
    })
    // An API that wants types named is given those that the case emits.
    if (subscribed.id === undefined && step.types === 'all') subscribed = await stage.registrar.subscribe({ ...about, types: [this.#type, hostileType, hostileType.replace(/[\r\n]/g, '')] })
    if (subscribed.id === undefined) endpoint.refused = subscribed.refused ?? 'the target gave no id'
    else endpoint.id = subscribed.id
    if (subscribed.secret !== undefined) {
      const shared = [...this.#endpoints.values()].some((other) => other !== endpoint && other.secret === subscribed.secret)
      const made = { secret: subscribed.secret, madeSecretBytes: keyBytes(stage.profile, subscribed.secret), ...(shared ? { sharesSecret: true } : {}) }
      this.#endpoints.set(step.endpoint, Object.assign(endpoint, made))
    }
    for (const secret of [generated.signing, generated.verifying, subscribed.secret]) if (secret) stage.madeSecrets.set(secret, step.endpoint)
    if (subscribed.exchange) this.#exchanges.push({ ...subscribed.exchange, id: `${this.#label}.s${this.#exchanges.length + 1}`, case: this.#case, event: `subscribe ${step.endpoint}` })
  }

  /** The endpoint that all cases share: what arrives for other cases is theirs. */
  #openByHand(name: string, { captured, secret, scripts }: HandEndpoint, pick: (attempt: CapturedAttempt) => ScriptedAnswer): void {
    this.#pickByHand = (marker) => scripts.set(marker, pick)
    const markers = this.#markers
    this.#endpoints.set(name, {
      name,
      url: captured.url,
      get attempts() {
        return captured.attempts.filter((attempt) => markerOf(attempt.body, markers) !== undefined)
      },
      secret,
      next: (ms, signal) => captured.next(ms, signal),
      close: () => undefined,
    })
  }

  async #emit(step: Extract<ProducerStep, { do: 'emit' }>): Promise<void> {
    const events = Array.from({ length: step.count }, (_, number) => {
      const made = eventToEmit(this.#stage.profile, { type: step.type ?? this.#type, marker: `${this.#label}-${this.#random(9).toString('hex')}`, data: step.data ?? {}, random: this.#random })
      this.#markers.set(made.marker, { event: step.event, number })
      this.#pickByHand?.(made.marker)
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
  async #awaitAttempts({ endpoint: name, count, dueMs }: Extract<ProducerStep, { do: 'await-attempts' }>): Promise<void> {
    const endpoint = this.#endpoints.get(name)
    const counted = { upTo: 0, own: 0 }
    const arrived = () => {
      const attempts = endpoint?.attempts ?? []
      for (; counted.upTo < attempts.length; counted.upTo += 1) {
        const attempt = attempts[counted.upTo]
        if (attempt && markerOf(attempt.body, this.#markers)) counted.own += 1
      }
      return counted.own
    }
    await this.#waiting.forAttempts({ arrived, count, emitted: this.#markers.size, ...(dueMs === undefined ? {} : { dueMs }), next: async (ms, signal) => endpoint?.next(ms, signal) })
  }

  async #remove(name: string): Promise<void> {
    const endpoint = this.#endpoints.get(name)
    if (endpoint?.id === undefined) return
    const exchange = await this.#stage.registrar.remove(endpoint.id)
    endpoint.removedMs = this.#stage.clock.elapsed()
    if (exchange) this.#exchanges.push({ ...exchange, id: `${this.#label}.s${this.#exchanges.length + 1}`, case: this.#case, event: `remove ${name}` })
  }

  async #rotate(name: string): Promise<void> {
    const { registrar, profile, madeSecrets } = this.#stage
    const endpoint = this.#endpoints.get(name)
    if (endpoint?.id === undefined || !registrar.rotate) return
    const given = generateSecret(profile.signature, this.#random)
    for (const secret of [given.signing, given.verifying]) madeSecrets.set(secret, name)
    const { secret, exchange } = await registrar.rotate(endpoint.id, given.signing)
    this.#record('rotation', exchange)
    if (secret === undefined) return
    madeSecrets.set(secret, name)
    endpoint.rotatedSecret = secret === given.signing ? given.verifying : secret
  }

  async #redeliver(name: string): Promise<void> {
    const endpoint = this.#endpoints.get(name)
    const [attempt] = endpoint?.attempts ?? []
    if (endpoint?.id === undefined || !attempt || !this.#stage.registrar.redeliver) return
    const event = identityOf(this.#stage.profile, attempt)
    const { list, asked } = await this.#stage.registrar.redeliver(endpoint.id, { marker: markerIn(attempt.body) ?? '', ...(event === undefined ? {} : { event }) })
    this.#record('dead letters', list)
    if (asked) this.#record('redelivery', asked)
  }

  async #listen(name: string, on: boolean): Promise<void> {
    const endpoint = this.#endpoints.get(name)
    if (!endpoint?.port) return
    if (on) await endpoint.port.listenAgain()
    else await endpoint.port.silence()
    endpoint[on ? 'silentUntilMs' : 'silentFromMs'] = this.#stage.clock.elapsed()
  }

  #record(event: string, exchange: ExchangeLine): void {
    this.#exchanges.push({ ...exchange, id: `${this.#label}.s${this.#exchanges.length + 1}`, case: this.#case, event })
  }

  #facts(attempt: CapturedAttempt, event: string): ScriptFacts {
    return { event, nowMs: attempt.arrivedAt, timeoutMs: this.#stage.timeoutMs, scale: this.#stage.clock.scale, elsewhere: `${this.#stage.capture.origin}/elsewhere/${this.#label}` }
  }

  #callContext(step: Extract<ProducerStep, { do: 'call' }>) {
    const of = this.#endpoints.get(step.call.of ?? 'endpoint')
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

/** Bytes of the key in a secret that the producer made; 0 for what is no key of the scheme. */
function keyBytes({ signature }: Profile, secret: string): number {
  try {
    return [...readKeys(signature, { secrets: [secret] }).values()].flat()[0]?.bytes.length ?? 0
  } catch {
    return 0 // a secret that cannot be read is a finding, not a fault
  }
}
