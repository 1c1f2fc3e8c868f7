import type { ClientConnection } from '../../attach/control.ts'
import type { ConnectionLine, ServedLine } from '../../transcript/client-line.ts'
import { Clients } from './clients.ts'
import { Paths } from './paths.ts'
import type { SseClientStage } from './stage.ts'
import { endMark, type SseClientCase, type SseClientStep } from './vocabulary.ts'

export interface PlayedSseClientCase {
  readonly lines: readonly (ServedLine | ConnectionLine)[]
  readonly cutShort: boolean
  /** The target refused a parameter that it took before. */
  readonly refused: boolean
}

/** Between two questions to the control API: short at first, since most clients are fast. */
const firstPauseMs = 3
const longestPauseMs = 200
/** A client that says it is closed is believed after this long. */
const closedForGoodMs = 100

/**
 * Plays the steps of one case on paths of its own, and records what the client did.
 *
 * @throws HarnessError when the control API breaks off: the target may have died.
 */
export async function playSseClientCase(stage: SseClientStage, id: string, label: string, value: SseClientCase): Promise<PlayedSseClientCase> {
  const player = new CasePlayer(stage)
  try {
    for (const step of value.when) await player.play(step)
    await player.end()
    return player.result(id, label)
  } finally {
    await player.close()
  }
}

class CasePlayer {
  readonly #stage: SseClientStage
  readonly #paths: Paths
  readonly #clients: Clients
  #refused = false

  constructor(stage: SseClientStage) {
    this.#stage = stage
    this.#paths = new Paths(stage)
    this.#clients = new Clients(stage)
  }

  async play(step: SseClientStep): Promise<void> {
    if (this.#refused) return
    switch (step.do) {
      case 'serve':
        return this.#paths.open(step.path, step.place, step.answers)
      case 'connect': {
        // One at a time: what a client may hold at once is the run's to share out.
        this.#refused = !(await this.#clients.open(step.client, step.path, this.#paths.url(step.path), step.asked, this.#paths.types()))
        this.#paths.begin()
        return
      }
      case 'await-end-mark':
        return this.#poll(step.client, this.#within(step.withinMs ?? this.#stage.patience.deliveryMs), ({ events }) => events.some(({ data }) => data.includes(endMark)))
      case 'await-events':
        return this.#poll(step.client, this.#within(this.#stage.patience.deliveryMs), ({ events }) => events.length >= step.count)
      case 'await-requests':
        return this.#awaitRequests(step.path, step.count, step.afterMs)
      case 'await-state':
        return this.#poll(step.client, this.#within(step.withinMs), ({ state }) => state === step.state)
      case 'await-final':
        return this.#awaitFinal(step)
      case 'await-quiet':
        return this.#awaitQuiet(step.path, step.quietMs, step.most)
      case 'await-gone':
        return void (await this.#paths.until(() => !this.#paths.anyOpen(step.path), this.#within(step.withinMs)))
      case 'release':
        return this.#paths.release(step.gate)
      case 'close':
        return this.#clients.close(step.client)
      case 'refuse':
        return this.#paths.server(step.path)?.refuse()
      case 'accept':
        return this.#paths.server(step.path)?.accept()
      case 'watch': {
        const before = this.#paths.total()
        const ms = step.reconnection ? step.ms + this.#stage.patience.silenceMs : step.ms
        return void (await this.#paths.until(() => step.reconnection && this.#paths.total() > before, this.#within(ms)))
      }
    }
  }

  /** What the clients say at last; those that are still open are closed. */
  async end(): Promise<void> {
    await this.#clients.readClosed()
    await this.#clients.closeAll()
    if (this.#paths.fault !== undefined) throw this.#paths.fault
  }

  result(id: string, label: string): PlayedSseClientCase {
    return { lines: [...this.#paths.lines(id, label), ...this.#clients.lines(id, label)], cutShort: this.#stage.remainingMs() <= 0, refused: this.#refused }
  }

  close(): Promise<void> {
    return this.#paths.close()
  }

  async #awaitRequests(path: string, count: number, afterMs: number): Promise<void> {
    const { patience } = this.#stage
    for (let wanted = Math.min(count, this.#paths.count(path) + 1); wanted <= count; wanted += 1) {
      const ms = this.#paths.total() === 0 ? patience.firstRequestMs : wanted === 1 ? patience.deliveryMs : afterMs + patience.reconnectionMs
      if (!(await this.#paths.until(() => this.#paths.count(path) >= wanted, this.#within(ms)))) return
    }
  }

  /** Until the client has come back, says that it never will, or would have. */
  async #awaitFinal({ client, path, count, afterMs }: Extract<SseClientStep, { do: 'await-final' }>): Promise<void> {
    await this.#atMost(() => this.#paths.written(), this.#stage.patience.deliveryMs)
    const back = () => this.#paths.count(path) > count
    const endMs = performance.now() + this.#within(afterMs + this.#stage.patience.silenceMs)
    await this.#poll(client, endMs - performance.now(), ({ state }) => state === 'closed' || back())
    await this.#paths.until(back, Math.max(0, Math.min(endMs - performance.now(), closedForGoodMs)))
  }

  async #awaitQuiet(path: string, quietMs: number, most: number): Promise<void> {
    for (let seen = this.#paths.count(path); seen < most; seen = this.#paths.count(path)) {
      if (!(await this.#paths.until(() => this.#paths.count(path) > seen, this.#within(quietMs)))) return
    }
  }

  /** Asks the client again and again, in pauses that grow, until the test holds. */
  async #poll(client: string, withinMs: number, test: (told: ClientConnection) => boolean): Promise<void> {
    if (!this.#clients.has(client)) return
    const startMs = performance.now()
    await this.#atMost(() => this.#paths.written(), withinMs)
    let closedMs: number | undefined
    // What was written a moment ago has hardly been read.
    await this.#stage.clock.sleep(firstPauseMs, this.#stage.signal)
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
      const told = await this.#clients.read(client)
      if (test(told)) return
      const nowMs = performance.now()
      // What is closed delivers nothing more; a moment is left to a report that lags behind.
      closedMs = told.state === 'closed' ? (closedMs ?? nowMs) : undefined
      if (closedMs !== undefined && nowMs - closedMs > closedForGoodMs) return
      const leftMs = withinMs - (nowMs - startMs)
      if (leftMs <= 0) return
      await this.#stage.clock.sleep(Math.min(pauseMs, leftMs), this.#stage.signal)
    }
  }

  /** As long as the budget of the run allows. */
  #within(ms: number): number {
    return Math.min(ms, Math.max(0, this.#stage.remainingMs()))
  }

  async #atMost(work: () => Promise<void>, ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await Promise.race([work(), new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))])
    clearTimeout(timer)
  }
}
