import { setTimeout as pauseFor } from 'node:timers/promises'
import { recordBody } from '../../transcript/record.ts'
import type { RawExchange, RawServer } from '../../http/raw-server.ts'
import type { ServedLine } from '../../transcript/client-line.ts'
import { bytesOf, type Answer, type AnswerFacts, type Answering } from './answer.ts'
import { giveAnswer, type Given } from './give-answer.ts'
import type { SseClientStage } from './stage.ts'
import type { Place } from './vocabulary.ts'

interface Served {
  readonly exchange: RawExchange
  readonly answer: Answer
  given: Given
  /** Everything that does not wait for anybody has been written. */
  readonly written: Promise<void>
}

/** Requests that one path answers; beyond them the client is told to stop. */
const maxRequests = 400
/** A gate that no case names. */
const begun = ' begun'
const beginWithinMs = 2_000
const nothingGiven: Given = { sent: Buffer.alloc(0), bytes: 0, writes: 0, cuts: [], gates: {} }
const stop: Answer = { name: '204, after too many requests', status: 204, headers: [], acts: [], ending: 'end' }

/** The paths of one case: each answers its requests in turn, and tells whoever waits of what happens there. */
export class Paths {
  readonly #stage: SseClientStage
  readonly #byName = new Map<string, { readonly url: string; readonly place: Place; readonly server: RawServer; readonly served: Served[]; readonly close: () => void }>()
  readonly #gates = new Map<string, { readonly open: Promise<void>; readonly release: () => void }>()
  readonly #own: RawServer[] = []
  readonly #answers: Answering[] = []
  readonly #watchers = new Set<() => void>()
  #isBegun = false
  /** What an answer threw: a fault of the harness. */
  fault: unknown

  constructor(stage: SseClientStage) {
    this.#stage = stage
  }

  async open(name: string, place: Place, answers: readonly [Answering, ...Answering[]]): Promise<void> {
    const server = place === 'own-port' ? await this.#stage.ownServer() : place === 'elsewhere' ? this.#stage.elsewhere : this.#stage.server
    if (place === 'own-port') this.#own.push(server)
    this.#answers.push(...answers)
    const served: Served[] = []
    const route = server.route(name, (exchange) => {
      served.push(this.#serve(exchange, served.length >= maxRequests ? stop : (answers[Math.min(served.length, answers.length - 1)] ?? stop)))
      this.#changed()
    })
    this.#byName.set(name, { url: route.url, place, server, served, close: route.close })
  }

  url(name: string): string {
    return this.#byName.get(name)?.url ?? ''
  }

  server(name: string): RawServer | undefined {
    return this.#byName.get(name)?.server
  }

  count(name: string): number {
    return this.#byName.get(name)?.served.length ?? 0
  }

  /** Requests on all paths. */
  total(): number {
    return [...this.#byName.values()].reduce((sum, { served }) => sum + served.length, 0)
  }

  /** Milliseconds between the end of a stream and the next request. */
  returnMs(name: string, index: number): number | undefined {
    const served = this.#byName.get(name)?.served ?? []
    const before = served[index - 1]?.given.endingMs
    const arrived = served[index]?.exchange.request.arrivedMs
    return before === undefined || arrived === undefined ? undefined : arrived - before
  }

  anyOpen(name: string): boolean {
    return (this.#byName.get(name)?.served ?? []).some(({ exchange }) => exchange.closedMs === undefined)
  }

  /** Resolves once every answer that was asked for is written as far as it goes by itself. */
  async written(): Promise<void> {
    await Promise.all([...this.#byName.values()].flatMap(({ served }) => served.map((each) => each.written)))
  }

  /** Types of event that the streams of the case name; answers that depend on the request name none. */
  types(): readonly string[] {
    return [...new Set(this.#answers.flatMap((answering) => (typeof answering === 'function' ? [] : answering.acts)).flatMap((act) => (act.do === 'send' ? typesIn(bytesOf(act.bytes)) : [])))]
  }

  /** The client is told: streams may begin. A client that listens for each type would miss what came before. */
  begin(): void {
    this.#gate(begun).release()
  }

  release(gate: string): void {
    this.#gate(gate).release()
  }

  /** Resolves to true once the test holds, false after that many milliseconds. Asked again whenever something happens on a path. */
  until(test: () => boolean, withinMs: number): Promise<boolean> {
    if (test()) return Promise.resolve(true)
    return new Promise((resolve, reject) => {
      const { signal } = this.#stage
      const settle = (holds: boolean) => {
        this.#watchers.delete(look)
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        resolve(holds)
      }
      const look = () => test() && settle(true)
      const abort = () => {
        settle(false)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => settle(test()), withinMs)
      this.#watchers.add(look)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  lines(id: string, label: string): readonly ServedLine[] {
    const all = [...this.#byName].flatMap(([name, path]) => path.served.map((served) => ({ name, path, served })))
    all.sort((a, b) => a.served.exchange.request.arrivedMs - b.served.exchange.request.arrivedMs)
    return all.slice(0, maxRequests).map(({ name, path, served: { exchange, answer, given } }, index) => {
      const { request, closedMs, closedBy } = exchange
      const body = recordBody(given.sent, (text) => text)
      return {
        kind: 'served',
        id: `${label}.${index + 1}`,
        case: id,
        path: name,
        ...(path.place === 'elsewhere' ? { elsewhere: true } : {}),
        request: { method: request.method.slice(0, 40), target: request.target.slice(0, 2000), headers: request.headers.slice(0, 100).map(([header, value]) => [header.slice(0, 200), this.#stage.redact(value).slice(0, 2000)] as const) },
        arrivedMs: round(request.arrivedMs),
        answer: answer.name,
        status: answer.status,
        body: { ...body, bytes: given.bytes },
        writes: given.writes,
        cuts: given.cuts,
        ...(given.endingMs === undefined ? {} : { endingMs: round(given.endingMs) }),
        ...(closedMs === undefined ? {} : { closedMs: round(closedMs) }),
        ...(closedBy === undefined ? {} : { closedBy }),
        gates: Object.fromEntries(Object.entries(given.gates).map(([gate, atMs]) => [gate, round(atMs)])),
      }
    })
  }

  /** Ends every connection; whoever comes after that is told to stop. */
  async close(): Promise<void> {
    for (const { served, close } of this.#byName.values()) {
      close()
      for (const { exchange } of served) if (exchange.closedMs === undefined) exchange.end()
    }
    for (const { release } of this.#gates.values()) release()
    this.#watchers.clear()
    await Promise.all(this.#own.map((server) => server.close()))
  }

  #serve(exchange: RawExchange, answering: Answering): Served {
    const facts: AnswerFacts = { headers: exchange.request.headers, nowMs: this.#stage.clock.now(), url: (name) => this.url(name) }
    const answer = typeof answering === 'function' ? answering(facts) : answering
    exchange.gone.addEventListener('abort', () => this.#changed(), { once: true })
    let settleWritten = () => {}
    const written = new Promise<void>((resolve) => (settleWritten = resolve))
    const served: Served = { exchange, answer, given: nothingGiven, written }
    void this.#begun(exchange).then(() => giveAnswer(exchange, answer, {
      now: () => this.#stage.clock.elapsed(),
      gate: async (name, gone) => {
        settleWritten()
        await Promise.race([this.#gate(name).open, new Promise<void>((resolve) => (gone.aborted ? resolve() : gone.addEventListener('abort', () => resolve(), { once: true })))])
      },
      progress: (given) => {
        served.given = given
        this.#changed()
      },
    }))
      .catch((error: unknown) => (this.fault ??= error))
      .finally(settleWritten)
    return served
  }

  /** A client that must listen for each type of event has done so; whoever waits for the stream before it answers is not held up for long. */
  async #begun({ gone }: RawExchange): Promise<void> {
    if (this.#stage.control().manifest.capabilities['types'] !== true || this.#isBegun) return
    await Promise.race([this.#gate(begun).open, pauseFor(beginWithinMs, undefined, { signal: gone }).catch(() => {})])
    this.#isBegun = true
  }

  #gate(name: string): { readonly open: Promise<void>; readonly release: () => void } {
    const known = this.#gates.get(name)
    if (known) return known
    let release = () => {}
    const open = new Promise<void>((resolve) => (release = resolve))
    const made = { open, release: () => release() }
    this.#gates.set(name, made)
    return made
  }

  #changed(): void {
    // Whoever has seen enough leaves the set while it is gone through.
    for (const look of this.#watchers) look()
  }
}

function typesIn(bytes: Buffer): readonly string[] {
  return [...bytes.toString('utf8').matchAll(/(?:^|[\r\n])event: ?([^\r\n]+)/g)].map(([, type = '']) => type).filter((type) => type !== 'message')
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
