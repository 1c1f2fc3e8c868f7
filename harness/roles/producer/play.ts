import type { Clock } from '../../clock/clock.ts'
import type { Capture, CapturedAttempt, ScriptedAnswer } from '../../http/capture.ts'
import type { Profile } from '../../profile/profile.ts'
import { generateSecret, readKeys } from '../../signing/key.ts'
import type { AttemptLine, EmissionLine, EndpointLine, ExchangeLine } from '../../transcript/line.ts'
import { attemptLine } from './attempt-line.ts'
import { eventToEmit, markerOf, type EventToEmit } from './event-to-emit.ts'
import type { HandEndpoint, Registrar } from './registrar.ts'
import { hostileType, type ProducerCase, type ProducerStep, type ScriptFacts } from './vocabulary.ts'

/** What the receiver of a run has at hand. */
export interface ProducerStage {
  readonly profile: Profile
  readonly clock: Clock
  readonly capture: Capture
  readonly registrar: Registrar
  /** Makes the target emit; resolves once it has taken the events over. */
  readonly trigger: (events: readonly EventToEmit[]) => Promise<{ readonly accepted: boolean; readonly detail?: string }>
  /** Longest exchange of the target, scaled with its policy, in milliseconds. */
  readonly timeoutMs: number
  readonly redact: (text: string) => string
  readonly remainingMs: () => number
  readonly randomFor: (label: string) => (bytes: number) => Buffer
  readonly signal?: AbortSignal
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
  madeSecretBytes?: number
  sharesSecret?: boolean
}

/** Plays the steps of one case on endpoints of its own, and records what arrived. */
export async function playProducerCase(stage: ProducerStage, id: string, label: string, value: ProducerCase): Promise<PlayedProducerCase> {
  const player = new ProducerCasePlayer(stage, id, label)
  try {
    for (const step of value.when) await player.play(step)
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
  readonly #endpoints = new Map<string, OpenEndpoint>()
  readonly #emissions: EmissionLine[] = []
  readonly #exchanges: ExchangeLine[] = []
  readonly #markers = new Map<string, { readonly event: string; readonly number: number }>()
  #cutShort = false
  #pickByHand: ((marker: string) => void) | undefined

  constructor(stage: ProducerStage, id: string, label: string) {
    this.#stage = stage
    this.#case = id
    this.#label = label
    this.#type = stage.registrar.anyType ? `conformance.${label}` : (stage.profile.samples[0]?.name ?? 'event')
    this.#random = stage.randomFor(`${id} ${label}`)
  }

  async play(step: ProducerStep): Promise<void> {
    switch (step.do) {
      case 'open':
        return this.#open(step)
      case 'emit':
        return this.#emit(step)
      case 'await-attempts':
        return this.#awaitAttempts(step.endpoint, step.count)
      case 'watch':
        return this.#watch(step.ms)
      case 'remove':
        return this.#remove(step.endpoint)
      case 'call':
        return void this.#exchanges.push(await this.#stage.registrar.call(step.call, this.#callContext(step)))
    }
  }

  result(): PlayedProducerCase {
    const secrets = [...this.#endpoints.values()].map(({ secret }) => secret)
    const attempts = [...this.#endpoints.values()].flatMap((endpoint) => endpoint.attempts.map((attempt) => ({ endpoint, attempt })))
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
            ...(marked ? { event: marked.event, number: marked.number } : {}),
          })
        }),
      ],
      cutShort: this.#cutShort,
    }
  }

  async close(): Promise<void> {
    for (const endpoint of this.#endpoints.values()) {
      if (endpoint.id !== undefined && endpoint.removedMs === undefined) await this.#stage.registrar.remove(endpoint.id).catch(() => undefined)
      endpoint.close()
    }
  }

  async #open(step: Extract<ProducerStep, { do: 'open' }>): Promise<void> {
    const stage = this.#stage
    const counts = new Map<string, number>()
    const generated = generateSecret(stage.profile.signature, this.#random)
    const { script } = step
    const pick = (attempt: CapturedAttempt): ScriptedAnswer => {
      const marked = markerOf(attempt.body, this.#markers)
      if (!marked || typeof script !== 'function') return { do: 'answer', status: 200 }
      const key = `${marked.event} ${marked.number}`
      const n = counts.get(key) ?? 0
      counts.set(key, n + 1)
      return script(n, this.#facts(attempt))
    }
    const { byHand } = stage.registrar
    if (byHand) return this.#openByHand(step.endpoint, byHand, pick)
    const opened = stage.capture.open(`${this.#label}-${step.endpoint}`, typeof script === 'function' ? pick : script)
    const endpoint: OpenEndpoint = { name: step.endpoint, url: opened.url, attempts: opened.attempts, next: (ms, signal) => opened.next(ms, signal), secret: generated.verifying, close: () => opened.close() }
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

  /** Waits as long as the declared schedule explains the silence, and a little longer. */
  async #awaitAttempts(name: string, wanted: number | 'all'): Promise<void> {
    const schedule = this.#stage.profile.delivery?.retry?.delaysMs ?? []
    const count = wanted === 'all' ? schedule.length + 1 : wanted
    const counted = { upTo: 0, own: 0 }
    const own = () => {
      const attempts = this.#endpoints.get(name)?.attempts ?? []
      for (; counted.upTo < attempts.length; counted.upTo += 1) {
        const attempt = attempts[counted.upTo]
        if (attempt && markerOf(attempt.body, this.#markers)) counted.own += 1
      }
      return counted.own
    }
    const emitted = Math.max(1, this.#markers.size)
    while (own() < count) {
      const seen = own()
      const step = Math.floor(Math.max(0, seen - 1) / emitted)
      // A wrong producer may leave out a delay: for the whole schedule the longest that is left is waited for.
      const due = wanted === 'all' ? Math.max(0, ...schedule.slice(step)) : (schedule[Math.min(step, Math.max(0, schedule.length - 1))] ?? 0)
      const delayMs = seen === 0 ? 0 : due
      const allowedMs = this.#allowed(this.#patienceMs(delayMs))
      const next = await this.#endpoints.get(name)?.next(allowedMs.ms, this.#stage.signal)
      this.#stage.signal?.throwIfAborted()
      if (own() > seen || next) continue
      this.#cutShort ||= allowedMs.cut
      return
    }
  }

  async #watch(ms: number | 'one-more-delay' | 'first-delay' | 'second-delay' | 'a-moment'): Promise<void> {
    const { clock, profile } = this.#stage
    const retry = profile.delivery?.retry
    const momentDeclaredMs = momentMs * clock.scale
    if (typeof ms === 'number') return this.#pause(ms)
    if (ms === 'a-moment') return this.#pause(momentDeclaredMs)
    const index = { 'first-delay': 0, 'second-delay': Math.min(1, (retry?.delaysMs.length ?? 1) - 1), 'one-more-delay': -1 }[ms]
    const delayMs = retry?.delaysMs.at(index) ?? 0
    return this.#pause(delayMs * (1 + (retry?.jitter.up ?? 0)) * 1.1 + momentDeclaredMs)
  }

  async #remove(name: string): Promise<void> {
    const endpoint = this.#endpoints.get(name)
    if (endpoint?.id === undefined) return
    const exchange = await this.#stage.registrar.remove(endpoint.id)
    endpoint.removedMs = this.#stage.clock.elapsed()
    if (exchange) this.#exchanges.push({ ...exchange, id: `${this.#label}.s${this.#exchanges.length + 1}`, case: this.#case, event: `remove ${name}` })
  }

  /** Declared milliseconds to wait for an attempt that is due after a delay: room for a Retry-After of twice that, the exchange, and slack. */
  #patienceMs(delayMs: number): number {
    const { clock, timeoutMs } = this.#stage
    const up = this.#stage.profile.delivery?.retry?.jitter.up ?? 0
    return delayMs * (1 + up) * 2.5 + (timeoutMs + slackMs) * clock.scale
  }

  async #pause(declaredMs: number): Promise<void> {
    const { ms, cut } = this.#allowed(declaredMs)
    await this.#stage.clock.sleep(ms, this.#stage.signal)
    this.#cutShort ||= cut
  }

  /** As much of a declared wait as the budget of the run has room for. */
  #allowed(declaredMs: number): { readonly ms: number; readonly cut: boolean } {
    const { clock, remainingMs } = this.#stage
    if (clock.kind === 'virtual') return { ms: declaredMs, cut: false }
    const roomMs = Math.max(0, remainingMs() * clock.scale)
    return declaredMs > roomMs ? { ms: roomMs, cut: true } : { ms: declaredMs, cut: false }
  }

  #facts(attempt: CapturedAttempt): ScriptFacts {
    return { nowMs: attempt.arrivedAt, timeoutMs: this.#stage.timeoutMs, scale: this.#stage.clock.scale, elsewhere: `${this.#stage.capture.origin}/elsewhere/${this.#label}` }
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

/** Real milliseconds that an attempt which is due at once may take. */
const slackMs = 2000
/** Real milliseconds that are watched for what should not come at once. */
const momentMs = 400

/** Bytes of the key in a secret that the producer made; 0 for what is no key of the scheme. */
function keyBytes({ signature }: Profile, secret: string): number {
  try {
    return [...readKeys(signature, { secrets: [secret] }).values()].flat()[0]?.bytes.length ?? 0
  } catch {
    return 0 // a secret that cannot be read is a finding, not a fault
  }
}
