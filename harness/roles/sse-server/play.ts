import { HarnessError } from '../../errors.ts'
import { retryAfterMs } from '../../http/retry-after.ts'
import type { SseServerLine, StagingLine } from '../../transcript/stream-line.ts'
import { positionOf, type Position } from './anchor.ts'
import { questionBytes } from './ask.ts'
import { OwnEvents } from './own-events.ts'
import { Publisher, rounded } from './publisher.ts'
import { patienceMs, type SseServerStage } from './stage.ts'
import { CaseStreams, type OpenedStream } from './streams.ts'
import { comeAndGo, publishAndWait, resumeWhilePublishing } from './longer-steps.ts'
import type { Anchor, EventShape, SseServerCase, SseServerStep } from './vocabulary.ts'

export interface PlayedSseServerCase {
  readonly lines: readonly SseServerLine[]
  /** Why the case could not be staged to its end. */
  readonly stuck?: string
  /** A connection was refused or broke before it was answered. */
  readonly broke: boolean
}

/** Plays the steps of one case on streams of its own, and records what was read. */
export async function playSseServerCase(stage: SseServerStage, id: string, label: string, value: SseServerCase): Promise<PlayedSseServerCase> {
  const player = new SseServerCasePlayer(stage, id, label)
  try {
    for (const step of value.when) {
      stage.signal?.throwIfAborted()
      await player.play(step)
      if (player.stuck !== undefined) break
    }
  } finally {
    player.streams.closeAll()
    await player.liftRetention()
  }
  return player.result()
}

/** What a step may use. */
export class SseServerCasePlayer {
  readonly stage: SseServerStage
  readonly own: OwnEvents
  readonly streams: CaseStreams
  readonly publisher: Publisher
  stuck: string | undefined
  readonly #case: string
  readonly #random: (bytes: number) => Buffer
  readonly #staged: StagingLine[] = []
  readonly #numbers = new Map<string, number>()
  #rounds = 0

  constructor(stage: SseServerStage, id: string, label: string) {
    this.stage = stage
    this.#case = id
    this.#random = stage.randomFor(`${id} ${label}`)
    this.own = new OwnEvents(label, this.#random)
    const { clock, redact, signal, lens } = stage
    this.streams = new CaseStreams({ case: id, label, own: this.own, clock, redact, ...(signal ? { signal } : {}), ...(lens ? { lens } : {}) })
    this.publisher = new Publisher({ case: id, own: this.own, clock, redact, publish: stage.publish })
  }

  async play(step: SseServerStep): Promise<void> {
    const { streams } = this
    switch (step.do) {
      case 'connect':
        return this.#connect(step)
      case 'await-open':
        return void (await streams.until(() => this.#each(step.streams, ({ recorder }) => recorder.head !== undefined || recorder.ended !== undefined), step.ms))
      case 'await-live':
        return this.#awaitLive(step.streams, step.event)
      case 'publish':
        return this.#publish(step)
      case 'publish-many':
        return this.#publishMany(step)
      case 'publish-and-wait':
        return publishAndWait(this, step.stream)
      case 'await-events':
        return this.#awaitEvents(step)
      case 'await-all':
        return void (await streams.until(() => this.#each(step.streams, (stream) => this.#showedAll(stream)), patienceMs(this.stage)))
      case 'await-end':
        return void (await streams.until(() => this.#each(step.streams, ({ recorder }) => recorder.ended !== undefined), step.ms))
      case 'watch':
        return this.#watch(step)
      case 'stop-reading':
      case 'read-on':
      case 'close':
        return this.#handle(step.do, step.stream)
      case 'come-and-go':
        return comeAndGo(this, step.stream, step.times)
      case 'resume-while-publishing':
        return resumeWhilePublishing(this, step.stream, step.events)
      default:
        return this.#stageTarget(step)
    }
  }

  result(): PlayedSseServerCase {
    const broke = this.streams.all.some(({ recorder }) => ['refused', 'reset', 'closed', 'unreachable'].includes(recorder.ended?.fault ?? '')) || this.publisher.lines.some(({ outcome }) => outcome === 'failed')
    return { lines: [...this.publisher.lines, ...this.#staged, ...this.streams.lines()], broke, ...(this.stuck === undefined ? {} : { stuck: this.stuck }) }
  }

  /** What a case makes the target forget stays in force until somebody ends that. */
  async liftRetention(): Promise<void> {
    if (this.#staged.some(({ verb }) => verb === 'retain')) await called(async () => this.stage.control?.retain(1_000_000))
  }

  /** Opens a stream behind an id, or behind none. */
  open(name: string, lastEventId?: string): OpenedStream {
    return this.streams.open(name, questionBytes(this.stage, lastEventId === undefined ? {} : { lastEventId }), lastEventId === undefined ? {} : { after: lastEventId })
  }

  /** Publishes plain events by one call. */
  async publishPlain(name: string, count = 1, round?: number): Promise<readonly number[]> {
    const made = this.own.makeMany(name, count, 0)
    await this.publisher.publish(made, round)
    return made.map(({ number }) => number)
  }

  #connect({ stream, asking, copies }: Extract<SseServerStep, { do: 'connect' }>): void {
    const anchor = asking.after === undefined ? undefined : this.#position(asking.after)
    if (anchor === 'none') return
    const types = asking.types?.map((of) => of(this.own.type))
    const resource = asking.resource === undefined ? undefined : this.own.keyOf(asking.resource)
    const shared = { ...(types ? { types } : {}), ...(resource === undefined ? {} : { resource }), ...(asking.credentials ? { credentials: asking.credentials } : {}) }
    const question = { ...shared, ...(asking.method ? { method: asking.method } : {}), ...(asking.acceptEncoding === undefined ? {} : { acceptEncoding: asking.acceptEncoding }), ...(anchor ? { lastEventId: anchor.id } : {}) }
    const asked = { ...shared, ...(anchor ? { after: anchor.id, ...(anchor.own === undefined ? {} : { afterOwn: anchor.own }) } : {}) }
    for (let copy = 0; copy < copies; copy += 1) this.streams.open(stream, questionBytes(this.stage, question), asked)
  }

  /** The id that an anchor names. Where nothing is published the target owes no events: then the claims say that there were none. */
  #position(anchor: Anchor): Position | 'none' {
    const found = positionOf(anchor, { own: this.own, numbers: this.#numbers, streams: this.streams, random: this.#random, publishes: this.publisher.able })
    if (typeof found !== 'string') return found
    if (this.publisher.able) this.stuck = found
    return 'none'
  }

  #each(names: readonly string[], test: (stream: OpenedStream) => boolean): boolean {
    return names.every((name) => this.streams.of(name).every(test))
  }

  /** Publishes until each stream has shown an event of this round, or is over, or has had its time. */
  async #awaitLive(names: readonly string[], shape: EventShape): Promise<void> {
    const { stage, streams, publisher } = this
    if (!publisher.able) return
    const round = (this.#rounds += 1)
    const numbers: number[] = []
    const shown = ({ recorder }: OpenedStream) => recorder.isOver || numbers.some((number) => recorder.ownSeen.has(number))
    const slow = () => names.flatMap((name) => streams.of(name)).filter((stream) => !shown(stream)).reduce((sum, { recorder }) => sum + recorder.ownSeen.size, 0)
    const lastMs = stage.clock.elapsed() + longestPatience * patienceMs(stage)
    let untilMs = stage.clock.elapsed() + patienceMs(stage)
    let progress = 0
    for (let waitMs = Math.max(200, 3 * stage.pace.latencyMs); ; waitMs *= 2) {
      const made = this.own.make({ name: `round ${round}`, ...shape })
      numbers.push(made.number)
      await publisher.publish([made], round)
      const leftMs = untilMs - stage.clock.elapsed()
      const done = await streams.until(() => this.#each(names, shown), Math.max(0, Math.min(waitMs, leftMs)))
      // What was opened again, and what still delivers, has the whole time before it.
      const again = done && (await this.#openThrottledAgain(names))
      if (done && !again) break
      if (!again && leftMs > waitMs) continue
      if (!again && slow() <= progress) break
      progress = slow()
      untilMs = Math.min(lastMs, stage.clock.elapsed() + patienceMs(stage))
      if (untilMs <= stage.clock.elapsed()) break
    }
    // A server that is live before it has replayed shows the rest of its replay behind that event.
    await streams.until(() => this.#each(names, (stream) => this.#replayed(stream)), lateReplayMs)
  }

  /** A stream has shown every event of the case from its first one on: what was published before it was live, it does not owe. */
  #showedAll(stream: OpenedStream): boolean {
    const { recorder, asked } = stream
    if (asked.afterOwn !== undefined) return this.#replayed(stream)
    const [first] = recorder.ownSeen
    return recorder.isOver || (first !== undefined && recorder.ownSeen.size >= this.own.count - first)
  }

  /** A stream that was resumed has shown everything that it selects, as far as it is going to. */
  #replayed({ recorder, asked }: OpenedStream): boolean {
    if (recorder.isOver || asked.afterOwn === undefined) return true
    for (let number = asked.afterOwn + 1; number < this.own.count; number += 1) {
      if (!recorder.ownSeen.has(number) && this.own.isSelected(number, asked)) return false
    }
    return true
  }

  /** A server that is busy may refuse for a while: what it refused is asked again. */
  async #openThrottledAgain(names: readonly string[]): Promise<boolean> {
    const refused = names.flatMap((name) => this.streams.of(name).slice(-1)).filter(({ recorder }) => recorder.head?.status === 429 || recorder.head?.status === 503)
    const first = refused.filter(({ name }) => this.streams.of(name).length < 4)
    if (first.length === 0) return false
    const waitsMs = first.map(({ recorder }) => retryAfterMs(recorder.head?.headers ?? [], this.stage.clock.now()) ?? 300)
    await this.stage.clock.sleep(Math.min(2000, Math.max(...waitsMs)), this.stage.signal)
    for (const { name, request, asked } of first) this.streams.open(name, request, asked)
    return true
  }

  async #publish({ events, together }: Extract<SseServerStep, { do: 'publish' }>): Promise<void> {
    if (!this.publisher.able) return
    const made = events.map((event) => this.own.make(event))
    for (const { name, number } of made) this.#numbers.set(name, number)
    if (together) return void (await Promise.all(made.map((one) => this.publisher.publish([one]))))
    for (const one of made) await this.publisher.publish([one])
  }

  async #publishMany({ name, count, dataBytes, batch }: Extract<SseServerStep, { do: 'publish-many' }>): Promise<void> {
    const made = this.own.makeMany(name, count, dataBytes)
    for (const [index, { number }] of made.entries()) this.#numbers.set(`${name} ${index + 1}`, number)
    for (let at = 0; at < made.length; at += batch) {
      const { outcome } = await this.publisher.publish(made.slice(at, at + batch))
      // A target that does not take one of them will not take the others.
      if (outcome !== 'accepted') return
    }
  }

  async #awaitEvents({ stream, count, ms }: Extract<SseServerStep, { do: 'await-events' }>): Promise<void> {
    const [opened] = this.streams.of(stream)
    if (!opened) return
    const enough = () => opened.recorder.eventCount >= count || opened.recorder.isOver
    if (this.publisher.able) await this.#awaitLive([stream], {})
    for (let more = 0; more < count && this.publisher.able && !enough(); more += 1) await this.publishPlain('filler')
    await this.streams.until(enough, Math.min(ms, Math.max(0, this.stage.remainingMs())))
  }

  async #watch({ stream, until }: Extract<SseServerStep, { do: 'watch' }>): Promise<void> {
    const { heartbeatMs, remainingMs } = this.stage
    const [opened] = this.streams.of(stream)
    if (until === 'a-moment' || !opened) return void (await this.streams.until(() => opened?.recorder.ended !== undefined, momentMs))
    const before = opened.recorder.commentCount
    const enough = () => opened.recorder.commentCount >= before + 2 || opened.recorder.isOver
    await this.streams.until(enough, Math.min(2 * heartbeatMs + 1500, Math.max(0, remainingMs())))
  }

  #handle(what: 'stop-reading' | 'read-on' | 'close', name: string): void {
    for (const stream of this.streams.of(name)) {
      if (what === 'close') stream.connection.close()
      else if (what === 'stop-reading') {
        stream.connection.pause()
        stream.unread = { fromMs: this.stage.clock.elapsed() }
      } else {
        if (stream.unread) stream.unread = { ...stream.unread, untilMs: this.stage.clock.elapsed() }
        stream.recorder.skipSilence()
        stream.connection.resume()
      }
    }
  }

  async #stageTarget(step: Extract<SseServerStep, { do: 'disconnect' | 'retain' | 'reset' }>): Promise<void> {
    const { clock, control, redact } = this.stage
    const beforeMs = clock.elapsed()
    const outcome = await called(async () => (step.do === 'retain' ? control?.retain(step.keep) : step.do === 'reset' ? control?.reset() : control?.disconnect()))
    const done = outcome === 'done'
    this.#staged.push({ kind: 'staging', case: this.#case, verb: step.do, ...(step.do === 'retain' ? { keep: step.keep } : {}), beforeMs: rounded(beforeMs), afterMs: rounded(clock.elapsed()), done, ...(done ? {} : { detail: redact(outcome ?? 'there is no control API') }) })
    if (!done) this.stuck = `the target could not be told to ${step.do}: ${redact(outcome ?? 'there is no control API')}`
  }
}

/** How many times the patience with one event a stream may take that delivers slowly, or is refused for a while. */
const longestPatience = 10
/** How long a replay may go on behind the first live event. */
const lateReplayMs = 400
/** How long what should not come is waited for. */
const momentMs = 300

async function called(call: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof HarnessError) return error.message
    throw error
  }
}
