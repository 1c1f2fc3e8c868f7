import type { Capture, CapturedAttempt, ScriptedAnswer } from '../../http/capture.ts'
import type { Profile } from '../../profile/profile.ts'
import { generateSecret, readKeys } from '../../signing/key.ts'
import type { EndpointLine, ExchangeLine } from '../../transcript/line.ts'
import { challengeAnswer } from './challenge-answer.ts'
import { markerOf } from './event-to-emit.ts'
import type { HandEndpoint, Registrar } from './registrar.ts'
import { hostileType, type ProducerStep, type ScriptFacts } from './vocabulary.ts'
import type { Patience } from './waiting.ts'

/** What endpoints are opened and registered with. */
export interface EndpointStage extends Patience {
  readonly capture: Capture
  readonly registrar: Registrar
  /** A receiver of its own port, for one endpoint. */
  readonly openPort: () => Promise<Capture>
  /** Every secret that the run made, so that it can be hidden. */
  readonly madeSecrets: Map<string, string>
}

/** The case whose endpoints they are. */
interface Owner {
  readonly case: string
  readonly label: string
  /** Type of its events. */
  readonly type: string
  readonly random: (bytes: number) => Buffer
  /** Its events by what stands in them. */
  readonly markers: ReadonlyMap<string, { readonly event: string; readonly number: number }>
  readonly record: (event: string, exchange: ExchangeLine) => void
}

export interface OpenEndpoint {
  readonly name: string
  readonly url: string
  readonly attempts: readonly CapturedAttempt[]
  /** What verifies its deliveries. */
  secret: string
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

/** The endpoints of one case, from their registration to their end. */
export class CaseEndpoints {
  readonly #stage: EndpointStage
  readonly #owner: Owner
  readonly #open = new Map<string, OpenEndpoint>()
  #pickByHand: ((marker: string) => void) | undefined

  constructor(stage: EndpointStage, owner: Owner) {
    this.#stage = stage
    this.#owner = owner
  }

  get all(): readonly OpenEndpoint[] {
    return [...this.#open.values()]
  }

  /** One of them could not be registered. */
  get refused(): boolean {
    return this.all.some(({ refused }) => refused !== undefined)
  }

  of(name: string): OpenEndpoint | undefined {
    return this.#open.get(name)
  }

  async open(step: Extract<ProducerStep, { do: 'open' }>): Promise<void> {
    const stage = this.#stage
    const { label } = this.#owner
    const generated = generateSecret(stage.profile.signature, this.#owner.random)
    const { script } = step
    const pick = this.#answersOf(script, generated.verifying)
    const { byHand } = stage.registrar
    if (byHand) return this.#openByHand(step.endpoint, byHand, pick)
    const port = step.ownPort ? await stage.openPort() : undefined
    const opened = (port ?? stage.capture).open(`${label}-${step.endpoint}`, typeof script === 'function' ? pick : script)
    const endpoint: OpenEndpoint = { name: step.endpoint, url: step.query === undefined ? opened.url : `${opened.url}?${step.query}`, attempts: opened.attempts, next: (ms, signal) => opened.next(ms, signal), secret: generated.verifying, close: () => opened.close(), ...(port ? { port } : {}) }
    this.#open.set(step.endpoint, endpoint)
    await this.#subscribe(endpoint, step, generated)
  }

  /** An endpoint of another case keeps the target waiting. */
  heldUpByOthers(): boolean {
    return this.#stage.capture.holdsBut(this.all.map(({ url }) => url.split('?')[0] ?? url))
  }

  /** An event with this marker is about to be emitted. */
  expect(marker: string): void {
    this.#pickByHand?.(marker)
  }

  async remove(name: string): Promise<void> {
    const endpoint = this.#open.get(name)
    if (endpoint?.id === undefined) return
    const exchange = await this.#stage.registrar.remove(endpoint.id)
    endpoint.removedMs = this.#stage.clock.elapsed()
    if (exchange) this.#owner.record(`remove ${name}`, exchange)
  }

  /** Exchanges the secret of an endpoint. */
  async rotate(name: string): Promise<void> {
    const { registrar, profile, madeSecrets } = this.#stage
    const endpoint = this.#open.get(name)
    if (endpoint?.id === undefined || !registrar.rotate) return
    const given = generateSecret(profile.signature, this.#owner.random)
    for (const secret of [given.signing, given.verifying]) madeSecrets.set(secret, name)
    const { secret, exchange } = await registrar.rotate(endpoint.id, given.signing)
    this.#owner.record('rotation', exchange)
    if (secret === undefined) return
    madeSecrets.set(secret, name)
    endpoint.rotatedSecret = secret === given.signing ? given.verifying : secret
  }

  async listen(name: string, on: boolean): Promise<void> {
    const endpoint = this.#open.get(name)
    if (!endpoint?.port) return
    if (on) await endpoint.port.listenAgain()
    else await endpoint.port.silence()
    endpoint[on ? 'silentUntilMs' : 'silentFromMs'] = this.#stage.clock.elapsed()
  }

  lines(): readonly EndpointLine[] {
    return this.all.map(({ name, url, id, refused, removedMs, silentFromMs, silentUntilMs, madeSecretBytes, sharesSecret }) => ({
      kind: 'endpoint',
      case: this.#owner.case,
      name,
      url,
      ...(id === undefined ? {} : { id }),
      ...(refused === undefined ? {} : { refused }),
      ...(removedMs === undefined ? {} : { removedMs }),
      ...(silentFromMs === undefined ? {} : { silentFromMs }),
      ...(silentUntilMs === undefined ? {} : { silentUntilMs }),
      ...(madeSecretBytes === undefined ? {} : { madeSecretBytes }),
      ...(sharesSecret ? { sharesSecret: true } : {}),
    }))
  }

  /** Takes every registration back that the case has left, and lets go of every socket. */
  async close(): Promise<void> {
    for (const endpoint of this.all) {
      if (endpoint.id !== undefined && endpoint.removedMs === undefined) await this.#stage.registrar.remove(endpoint.id).catch(() => undefined)
      endpoint.close()
      await endpoint.port?.close()
    }
  }

  /** Answers of a script, counted for each event of the case; what is none of its events is answered as a handshake wants, else acknowledged. */
  #answersOf(script: Extract<ProducerStep, { do: 'open' }>['script'], verifying: string): (attempt: CapturedAttempt) => ScriptedAnswer {
    const counts = new Map<string, number>()
    return (attempt) => {
      const marked = markerOf(attempt.body, this.#owner.markers)
      if (!marked || typeof script !== 'function') return challengeAnswer(this.#stage.profile, attempt, verifying) ?? { do: 'answer', status: 200 }
      const key = `${marked.event} ${marked.number}`
      const n = counts.get(key) ?? 0
      counts.set(key, n + 1)
      return script(n, this.#facts(attempt, marked.event))
    }
  }

  #facts({ arrivedAt }: CapturedAttempt, event: string): ScriptFacts {
    const { timeoutMs, clock, capture } = this.#stage
    return { event, nowMs: arrivedAt, timeoutMs, scale: clock.scale, elsewhere: `${capture.origin}/elsewhere/${this.#owner.label}` }
  }

  async #subscribe(endpoint: OpenEndpoint, step: Extract<ProducerStep, { do: 'open' }>, generated: { readonly signing: string; readonly verifying: string }): Promise<void> {
    const { registrar, profile, madeSecrets } = this.#stage
    const { type, record } = this.#owner
    const about = { url: endpoint.url, secret: generated.signing }
    let subscribed = await registrar.subscribe({
      ...about,
      ...(step.types === 'all' ? {} : { types: [step.types === 'own' ? type : `${type}.other`] }),
      ...(step.filter ? { filter: step.filter } : {}),
    })
    // An API that wants types named is given those that the case emits.
    if (subscribed.id === undefined && step.types === 'all') subscribed = await registrar.subscribe({ ...about, types: [type, hostileType, hostileType.replace(/[\r\n]/g, '')] })
    if (subscribed.id === undefined) endpoint.refused = subscribed.refused ?? 'the target gave no id'
    else endpoint.id = subscribed.id
    if (subscribed.secret !== undefined) {
      if (this.all.some((other) => other !== endpoint && other.secret === subscribed.secret)) endpoint.sharesSecret = true
      endpoint.secret = subscribed.secret
      endpoint.madeSecretBytes = keyBytes(profile, subscribed.secret)
    }
    for (const secret of [generated.signing, generated.verifying, subscribed.secret]) if (secret) madeSecrets.set(secret, endpoint.name)
    if (subscribed.exchange) record(`subscribe ${endpoint.name}`, subscribed.exchange)
  }

  /** The endpoint that all cases share: what arrives for other cases is theirs. */
  #openByHand(name: string, { captured, secret, scripts }: HandEndpoint, pick: (attempt: CapturedAttempt) => ScriptedAnswer): void {
    this.#pickByHand = (marker) => scripts.set(marker, pick)
    const { markers } = this.#owner
    this.#open.set(name, {
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
}

/** Bytes of the key in a secret that the producer made; 0 for what is no key of the scheme. */
function keyBytes({ signature }: Profile, secret: string): number {
  try {
    return [...readKeys(signature, { secrets: [secret] }).values()].flat()[0]?.bytes.length ?? 0
  } catch {
    return 0 // a secret that cannot be read is a finding, not a fault
  }
}
