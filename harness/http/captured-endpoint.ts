import type { Clock } from '../clock/clock.ts'
import type { Receiver } from './capture-connection.ts'
import type { CapturedAttempt, Recording } from './captured-attempt.ts'
import type { ScriptedAnswer } from './scripted-answer.ts'

/**
 * What the attempts of an endpoint meet.
 *
 * A list: one answer each, in the order in which header sections arrive; the last one holds for all that follow. A function
 * picks the answer once it can see the whole request, `n` from 0; only a list can reset before the body is read.
 */
export type Script = readonly [ScriptedAnswer, ...ScriptedAnswer[]] | ((attempt: CapturedAttempt, n: number) => ScriptedAnswer)

export interface CapturedEndpoint {
  readonly url: string
  /** In the order in which they were complete, were answered before that, or broke off. */
  readonly attempts: readonly CapturedAttempt[]
  /** The next attempt captured after this call; undefined after `ms` declared milliseconds without one, or once closed. */
  next(ms: number, signal?: AbortSignal): Promise<CapturedAttempt | undefined>
  /** Ends what still waits for an answer. Attempts that come later are answered 410 and not recorded. */
  close(): void
}

/** Beyond this every further attempt is reset, unrecorded. */
const maxAttempts = 20_000

/** What an endpoint asks of the capture that it belongs to. */
export interface EndpointContext {
  /** Counts the bytes of an attempt, and takes its body away when all together are too many. */
  keep(attempt: Recording): Recording
  /** A script has thrown. */
  failed(fault: unknown): void
  /** The endpoint closes: connections that owe it an answer are to end. */
  closed(): void
}

/** The script of one path, and what came to it. */
export class Endpoint implements CapturedEndpoint, Receiver {
  readonly url: string
  readonly token: string
  readonly attempts: CapturedAttempt[] = []
  readonly #script: Script
  readonly #clock: Clock
  readonly #context: EndpointContext
  readonly #waiting = new Set<AbortController>()
  #shown = 0
  #closed = false

  constructor(url: string, token: string, script: Script, clock: Clock, context: EndpointContext) {
    this.url = url
    this.token = token
    this.#script = script
    this.#clock = clock
    this.#context = context
  }

  async next(ms: number, signal?: AbortSignal): Promise<CapturedAttempt | undefined> {
    signal?.throwIfAborted()
    if (this.#closed) return undefined
    const seen = this.attempts.length
    const over = new AbortController()
    const end = (): void => over.abort('over')
    signal?.addEventListener('abort', end, { once: true })
    this.#waiting.add(over)
    try {
      // The sleep fails when it is over early, which is what is hoped for.
      await this.#clock.sleep(ms, over.signal).catch((reason) => {
        if (!over.signal.aborted) throw reason
      })
      signal?.throwIfAborted()
      return this.attempts[seen]
    } finally {
      this.#waiting.delete(over)
      signal?.removeEventListener('abort', end)
    }
  }

  close(): void {
    if (this.#closed) return
    // What breaks off by this is still recorded.
    this.#context.closed()
    this.#closed = true
    for (const over of this.#waiting) over.abort('over')
  }

  foresee(): ScriptedAnswer | undefined {
    if (this.#closed) return { do: 'answer', status: 410 }
    if (this.attempts.length >= maxAttempts) return { do: 'reset', when: 'after-body' }
    if (typeof this.#script === 'function') return undefined
    return this.#script[Math.min(this.#shown++, this.#script.length - 1)]
  }

  decide(attempt: Recording): ScriptedAnswer {
    try {
      if (typeof this.#script !== 'function') throw new TypeError('A list of answers is empty')
      const answer = this.#script(attempt, this.#shown++)
      if (answer.do === 'reset' && answer.when === 'before-body') throw new TypeError('A function answers after the body: only a list of answers can reset before it')
      return answer
    } catch (fault) {
      this.#context.failed(fault)
      return { do: 'reset', when: 'after-body' }
    }
  }

  record(attempt: Recording): void {
    if (this.#closed || this.attempts.length >= maxAttempts) return
    this.attempts.push(this.#context.keep(attempt))
    for (const over of this.#waiting) over.abort('over')
  }
}
