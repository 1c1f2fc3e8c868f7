import type { Control } from '../../attach/control.ts'
import type { Clock } from '../../clock/clock.ts'
import { exchange, exchangeTogether } from '../../http/client.ts'
import type { WireExchange } from '../../http/message.ts'
import { retryAfterMs } from '../../http/retry-after.ts'
import type { ExchangeLine } from '../../transcript/line.ts'
import { recordExchange } from '../../transcript/record.ts'
import { challengeVerdict } from './challenge.ts'
import { compose, freshId, type ComposedDelivery, type Sender } from './compose.ts'
import { expectedSignatureRedactor } from './expected-signature.ts'
import { PauseBeyondBudget, type Pace } from './pace.ts'
import { meaningOf } from './seen.ts'
import type { ConsumerCase, ConsumerStep, Delivery, EventRef } from './vocabulary.ts'

/** What the sender of a run has at hand. */
export interface ConsumerStage {
  readonly sender: Omit<Sender, 'random'>
  readonly clock: Clock
  /** Shared by all cases of a run. */
  readonly pace: Pace
  readonly control?: Control
  /** Longest wait for one answer, in real milliseconds. */
  readonly answerWithinMs: number
  /** Longest wait for an effect after an acknowledgement. */
  readonly effectWithinMs: number
  /** Tells how long an effect took to show after its acknowledgement. */
  readonly effectShown?: (afterMs: number) => void
  readonly redact: (text: string) => string
  /** Marks the secret where a target tells it. */
  readonly markSecret: (text: string) => string
  /** Milliseconds left of the run's budget. */
  readonly remainingMs: () => number
  /** A stream of bytes for one case; the same seed and case give the same bytes. */
  readonly randomFor: (label: string) => (bytes: number) => Buffer
  readonly signal?: AbortSignal
}

/** What playing one case left behind. */
export interface Played {
  readonly exchanges: readonly ExchangeLine[]
  /** An exchange broke where the case did not expect it. */
  readonly broke: boolean
  /** Why the case could not be played to its end within the budget. */
  readonly overBudget?: string
}

/**
 * Plays the steps of one case in order and records every exchange.
 *
 * `label` numbers the exchanges (`x12.1`, `x12.2` …) and seeds their bytes, so that runs are comparable.
 */
export async function playConsumerCase(stage: ConsumerStage, id: string, label: string, value: ConsumerCase): Promise<Played> {
  const player = new CasePlayer(stage, id, label)
  try {
    for (const step of value.when) await player.play(step)
  } catch (error) {
    if (!(error instanceof PauseBeyondBudget)) throw error
    return { exchanges: player.exchanges, broke: false, overBudget: error.message }
  }
  return { exchanges: player.exchanges, broke: player.broke }
}

/** A longer Retry-After is not waited for between redeliveries: they are few, and the rest of the run waits, too. */
const longestPauseMs = 5000

class CasePlayer {
  readonly exchanges: ExchangeLine[] = []
  broke = false
  readonly #stage: ConsumerStage
  readonly #case: string
  readonly #label: string
  readonly #sender: Sender
  readonly #ids = new Map<string, string>()
  readonly #born = new Map<string, number>()
  readonly #sent = new Map<string, ComposedDelivery>()

  constructor(stage: ConsumerStage, id: string, label: string) {
    this.#stage = stage
    this.#case = id
    this.#label = label
    this.#sender = { ...stage.sender, random: stage.randomFor(`${id} ${label}`) }
  }

  async play(step: ConsumerStep): Promise<void> {
    switch (step.do) {
      case 'deliver':
        return void (await this.#deliver(step.event, step.delivery))
      case 'send-again':
        return void (await this.#sendAgain(step.event))
      case 'deliver-together':
        return this.#deliverTogether(step)
      case 'redeliver-until-acknowledged':
        return this.#redeliver(step.event, step.atMost, step.everyMs)
      case 'wait-for-effect':
        return this.#waitForEffect(step.event)
      case 'fail-next':
        return void (await this.#stage.control?.faults(this.#identity(step.event), step.times))
      case 'elapse':
        return this.#stage.clock.sleep(step.ms, this.#stage.signal)
    }
  }

  async #deliver(event: EventRef, delivery: Delivery): Promise<ExchangeLine> {
    const { composed, seen } = await this.#exchange(event, () => this.#compose(event, this.#idOf(event), delivery), delivery.once)
    this.broke ||= !delivery.mayBreak && seen.reply === undefined
    return this.#record(event, composed, seen, false, delivery.handshake && challengeVerdict(delivery.handshake, composed.request, seen.reply, this.#sender.keys))
  }

  async #sendAgain(event: EventRef): Promise<void> {
    const known = this.#sent.get(event.name)
    if (!known) return
    const { composed, seen } = await this.#exchange(event, () => known)
    this.#record(event, composed, seen, false)
  }

  /** One delivery at the pace that the target allows: made afresh each time it is sent. */
  #exchange(event: EventRef, making: () => ComposedDelivery, once = false): Promise<{ readonly composed: ComposedDelivery; readonly seen: WireExchange }> {
    const { clock, pace, signal } = this.#stage
    return pace.send(
      async () => {
        const composed = making()
        this.#sent.set(event.name, composed)
        return { composed, seen: await exchange(composed.request, { deadlineMs: this.#limitMs() }, clock, signal) }
      },
      ({ seen }) => (once ? undefined : this.#askedToWaitMs(seen)),
      ({ composed, seen }) => void this.#record(event, composed, seen, true),
    )
  }

  /** Copies of one event go out all at once; many events in volleys, since a small server drops what it cannot queue. */
  async #deliverTogether({ event, delivery, copies, distinct }: Extract<ConsumerStep, { do: 'deliver-together' }>): Promise<void> {
    const sending = async (count: number) => {
      const composed = Array.from({ length: count }, () => this.#compose(event, distinct ? freshId(this.#sender.profile, this.#sender.random) : this.#idOf(event), delivery))
      const seen = await exchangeTogether(composed.map(({ request }) => request), { deadlineMs: this.#limitMs() }, this.#stage.clock, this.#stage.signal)
      return composed.flatMap((one, index) => (seen[index] ? [{ composed: one, seen: seen[index] }] : []))
    }
    const recordAll = (together: Awaited<ReturnType<typeof sending>>, superseded: boolean) => {
      for (const { composed, seen } of together) this.#record(event, composed, seen, superseded)
    }
    if (!distinct) {
      // Copies that were all turned away at the door have shown nothing yet.
      const waitMs = (together: Awaited<ReturnType<typeof sending>>) => {
        const pauses = together.map(({ seen }) => this.#askedToWaitMs(seen))
        return pauses.every((ms) => ms !== undefined) ? Math.max(...pauses) : undefined
      }
      return recordAll(await this.#stage.pace.send(() => sending(copies), waitMs, (together) => recordAll(together, true)), false)
    }
    for (let sent = 0; sent < copies; sent += 10) recordAll(await sending(Math.min(10, copies - sent)), false)
  }

  async #redeliver(event: EventRef, atMost: number, everyMs: number): Promise<void> {
    for (let attempt = 1; attempt <= atMost; attempt += 1) {
      const line = await this.#deliver(event, {})
      if (meaningOf(line.reply?.status, this.#sender.profile) === 'accepted') return
      const askedMs = line.reply && retryAfterMs(line.reply.headers, this.#stage.clock.now())
      const pauseMs = askedMs !== undefined && askedMs <= longestPauseMs ? Math.max(askedMs, everyMs) : everyMs
      if (attempt < atMost) await this.#stage.clock.sleep(pauseMs, this.#stage.signal)
    }
  }

  async #waitForEffect(event: EventRef): Promise<void> {
    const { clock, control, effectWithinMs, signal } = this.#stage
    const last = this.exchanges.findLast((line) => line.event === event.name)
    if (!control || meaningOf(last?.reply?.status, this.#sender.profile) !== 'accepted') return
    const since = clock.elapsed()
    for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 200)) {
      const effects = await control.effects(last?.ids[0] ?? this.#idOf(event))
      const afterMs = clock.elapsed() - since
      if (effects !== 'absent' && effects.length > 0) this.#stage.effectShown?.(afterMs)
      if (effects === 'absent' || effects.length > 0 || afterMs >= effectWithinMs) return
      await clock.sleep(pauseMs, signal)
    }
  }

  #compose(event: EventRef, id: string, delivery: Delivery): ComposedDelivery {
    const body = delivery.bodyOf && this.#sent.get(delivery.bodyOf.name)?.request.body
    const nowMs = this.#stage.clock.now()
    const bornMs = this.#born.get(event.name) ?? nowMs
    this.#born.set(event.name, bornMs)
    return compose(this.#sender, event, id, body ? { ...delivery, body: () => body } : delivery, nowMs, bornMs)
  }

  #record(event: EventRef, { request, ids, fields }: ComposedDelivery, seen: WireExchange, superseded: boolean, handshake?: string): ExchangeLine {
    const expected = expectedSignatureRedactor(this.#sender, request, fields)
    const recorded = recordExchange(request, seen, {
      id: `${this.#label}.${this.exchanges.length + 1}`,
      case: this.#case,
      event: event.name,
      ids,
      redact: this.#stage.redact,
      reveal: (text) => expected(this.#stage.markSecret(text)),
      superseded,
    })
    const line: ExchangeLine = { ...recorded, ...(handshake === undefined ? {} : { handshake }) }
    this.exchanges.push(line)
    return line
  }

  /** What the target calls the event, known before its first delivery. */
  #identity(event: EventRef): string {
    return this.#compose(event, this.#idOf(event), {}).ids[0] ?? this.#idOf(event)
  }

  #idOf(event: EventRef): string {
    const known = this.#ids.get(event.name)
    if (known !== undefined) return known
    const id = freshId(this.#sender.profile, this.#sender.random)
    this.#ids.set(event.name, id)
    return id
  }

  #limitMs(): number {
    return Math.max(250, Math.min(this.#stage.answerWithinMs, this.#stage.remainingMs()))
  }

  /** What a 429 asks for. */
  #askedToWaitMs(seen: WireExchange): number | undefined {
    if (!seen.reply || meaningOf(seen.reply.status, this.#sender.profile) !== 'throttled') return undefined
    return retryAfterMs(seen.reply.headers, this.#stage.clock.now())
  }
}
