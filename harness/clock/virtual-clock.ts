import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from './clock.ts'

/** A clock that stands still while anything is in flight, and otherwise jumps to the next sleeper. */
export interface VirtualClock extends Clock {
  readonly kind: 'virtual'
  /**
   * Runs one exchange that an in-process target handles, as work in flight.
   *
   * A sleep inside it parks the exchange, and with it the work that waits on the same connection: neither counts as in
   * flight until the sleeper wakes. Once the handler has ended, or `released` has aborted, sleeps that it left behind
   * are ordinary ones. Work that a handler starts beside itself parks it too when it sleeps: start it last.
   */
  runExchange<T>(handler: () => Promise<T>, about?: ExchangeContext): Promise<T>
}

export interface ExchangeContext {
  /** The connection as `Clock.begin` names it: `CLIENT_PORT>SERVER_PORT`. Without it, any unnamed work may be what waits. */
  readonly connection?: string
  /** True from the moment at which the handler has given its whole answer; it holds nobody's time from then on. */
  readonly answered?: () => boolean
  /** Aborts when nobody waits for the handler any more: the answer is out, or the client is gone. */
  readonly released?: AbortSignal
}

export function isVirtual(clock: Clock): clock is VirtualClock {
  return clock.kind === 'virtual' && 'runExchange' in clock
}

/** A virtual clock whose wall-clock time starts at `startMs`, in milliseconds since the epoch. */
export function virtualClock(startMs: number): VirtualClock {
  return new JumpingClock(startMs)
}

interface Work {
  readonly connection: (() => string | undefined) | undefined
}

interface HandledExchange {
  readonly connection: string | undefined
  readonly answered: () => boolean
  /** How many sleeps inside it have not ended. */
  sleeping: number
}

interface Sleeper {
  readonly wakeAt: number
  readonly exchange: HandledExchange | undefined
  readonly wake: () => void
}

/** A whole poll of the event loop lies between two turns, so work that is ready to go on has gone on. */
const quietTurns = 2

class JumpingClock implements VirtualClock {
  readonly kind = 'virtual'
  readonly scale = 1
  readonly #startMs: number
  #elapsed = 0
  readonly #work = new Set<Work>()
  readonly #exchanges = new Set<HandledExchange>()
  readonly #current = new AsyncLocalStorage<HandledExchange>()
  /** By time, then in the order in which they fell asleep. */
  readonly #sleepers: Sleeper[] = []
  /** Turns to wait before the next look; 0 when none is due. */
  #turns = 0

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  now(): number {
    return this.#startMs + this.#elapsed
  }

  elapsed(): number {
    return this.#elapsed
  }

  begin(connection?: () => string | undefined): () => void {
    const work: Work = { connection }
    this.#work.add(work)
    this.#changed()
    return () => {
      if (this.#work.delete(work)) this.#changed()
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (Number.isNaN(ms)) throw new RangeError('A pause is not a number')
      signal?.throwIfAborted()
      const abort = (): void => {
        this.#remove(sleeper)
        reject(signal?.reason)
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper: Sleeper = { wakeAt: this.#elapsed + Math.max(0, ms), exchange: this.#current.getStore(), wake }
      signal?.addEventListener('abort', abort, { once: true })
      this.#add(sleeper)
    })
  }

  async runExchange<T>(handler: () => Promise<T>, about: ExchangeContext = {}): Promise<T> {
    const exchange: HandledExchange = { connection: about.connection, answered: about.answered ?? (() => false), sleeping: 0 }
    const end = (): void => {
      if (this.#exchanges.delete(exchange)) this.#changed()
    }
    if (about.released?.aborted !== true) this.#exchanges.add(exchange)
    about.released?.addEventListener('abort', end, { once: true })
    this.#changed()
    try {
      return await this.#current.run(exchange, handler)
    } finally {
      about.released?.removeEventListener('abort', end)
      end()
    }
  }

  #add(sleeper: Sleeper): void {
    const after = this.#sleepers.findIndex(({ wakeAt }) => wakeAt > sleeper.wakeAt)
    this.#sleepers.splice(after === -1 ? this.#sleepers.length : after, 0, sleeper)
    if (sleeper.exchange !== undefined) sleeper.exchange.sleeping += 1
    this.#changed()
  }

  #remove(sleeper: Sleeper): void {
    const at = this.#sleepers.indexOf(sleeper)
    if (at === -1) return
    this.#sleepers.splice(at, 1)
    if (sleeper.exchange !== undefined) sleeper.exchange.sleeping -= 1
    this.#changed()
  }

  /** Whatever moves puts the next jump off: a look is due once nothing has moved for the quiet turns. */
  #changed(): void {
    const pending = this.#turns > 0
    this.#turns = quietTurns
    if (!pending) setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#turns -= 1
    if (this.#turns > 0) setImmediate(() => this.#turn())
    else this.#jump()
  }

  #jump(): void {
    const next = this.#sleepers[0]
    if (next === undefined || next.wakeAt === Infinity || this.#inFlight()) return
    this.#elapsed = Math.max(this.#elapsed, next.wakeAt)
    this.#remove(next)
    next.wake()
  }

  #inFlight(): boolean {
    const parked: HandledExchange[] = []
    for (const exchange of this.#exchanges) {
      // The work that waits for it has an answer to read before time may move, although the handler may sleep again.
      if (exchange.answered()) continue
      if (exchange.sleeping === 0) return true
      parked.push(exchange)
    }
    const waitedFor = new Set(parked.map(({ connection }) => connection))
    const named = [...this.#work].filter(({ connection }) => connection !== undefined)
    const names = new Set(named.map(({ connection }) => connection?.()))
    if (named.some(({ connection }) => !waitedFor.has(connection?.() ?? ''))) return true
    // Unnamed work can only be told apart by number: as many as there are parked exchanges that no named work waits for.
    const unclaimed = parked.filter(({ connection }) => connection === undefined || !names.has(connection))
    return this.#work.size - named.length > unclaimed.length
  }
}
