import type { Socket } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import { isVirtual } from '../clock/virtual-clock.ts'
import type { Recording } from './captured-attempt.ts'
import { headerValues } from './headers.ts'
import { RequestParser } from './request-parser.ts'
import type { RequestBody, RequestHead, RequestLimits } from './request-parser.ts'
import { answerName, giveAnswer } from './scripted-answer.ts'
import type { Aftermath, AnswerSide, ScriptedAnswer } from './scripted-answer.ts'

/** Where the attempts on one path go. */
export interface Receiver {
  readonly token: string
  /** The answer to the next attempt, where it does not depend on the attempt; asked once the header section was read. */
  foresee(): ScriptedAnswer | undefined
  /** The answer to a complete attempt that nothing was foreseen for. */
  decide(attempt: Recording): ScriptedAnswer
  /** Takes an attempt over: complete, answered early, or broken off. */
  record(attempt: Recording): void
}

export interface ConnectionLimits extends RequestLimits {
  /** Real milliseconds without a byte, inside a request. */
  readonly stallMs: number
  /** Real milliseconds without a byte, between requests. */
  readonly idleMs: number
}

/** How long a socket may take to go, once either side has closed it. Real milliseconds. */
const lingerMs = 1_000
/** Requests that wait for their turn on one connection. */
const maxPipelined = 64

const continues = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n', 'latin1')

/** One accepted socket: reads requests, hands them to their receivers and gives the answers in order. */
export class CaptureConnection {
  /** Aborts once the connection is closed, by whomever. */
  readonly #closed = new AbortController()
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #limits: ConnectionLimits
  readonly #receiverOf: (target: string) => Receiver
  readonly #parser: RequestParser
  /** As `Clock.begin` has it. */
  readonly #name: string
  readonly #openedMs: number
  #arrived: Pick<Recording, 'arrivedMs' | 'arrivedAt'> | undefined
  #head: RequestHead | undefined
  #receiver: Receiver | undefined
  #foreseen: ScriptedAnswer | undefined
  #persistent = false
  /** What the close of this connection is an event of: attempts without a whole answer, and the last one. */
  #open: { readonly attempt: Recording; readonly receiver: Receiver; done: boolean }[] = []
  #turn: Promise<void> = Promise.resolve()
  #waiting = 0
  #linger: NodeJS.Timeout | undefined

  constructor(socket: Socket, clock: Clock, limits: ConnectionLimits, receiverOf: (target: string) => Receiver) {
    this.#socket = socket
    this.#clock = clock
    this.#limits = limits
    this.#receiverOf = receiverOf
    this.#openedMs = clock.elapsed()
    this.#name = `${socket.remotePort}>${socket.localPort}`
    this.#parser = new RequestParser(limits, {
      began: () => this.#begin(),
      headed: (head) => this.#readHead(head),
      ended: (body) => this.#readBody(body),
      malformed: (fact) => this.#malformed(fact),
    })
    socket.setNoDelay(true)
    socket.setTimeout(limits.idleMs)
    socket.on('data', (bytes) => this.#parser.push(bytes))
    socket.on('timeout', () => this.#expire())
    socket.on('error', () => this.#close('sender'))
    socket.on('end', () => this.#close('sender'))
    socket.on('close', () => {
      this.#close('sender')
      clearTimeout(this.#linger)
    })
  }

  /** True while an attempt of this receiver has not got its whole answer. */
  owes(receiver: Receiver): boolean {
    return this.#receiver === receiver || this.#open.some((each) => each.receiver === receiver && !each.done)
  }

  destroy(): void {
    this.#close('harness')
    this.#socket.destroy()
  }

  #begin(): void {
    this.#open = this.#open.filter(({ done }) => !done)
    this.#arrived = { arrivedMs: this.#clock.elapsed(), arrivedAt: this.#clock.now() }
    this.#socket.setTimeout(this.#limits.stallMs)
  }

  #readHead(head: RequestHead): void {
    this.#head = head
    const receiver = this.#receiverOf(head.target)
    this.#receiver = receiver
    this.#foreseen = receiver.foresee()
    this.#persistent = head.persistent && !headerValues(head.headers, 'connection').join().toLowerCase().includes('close')
    if (this.#foreseen?.do === 'reset' && this.#foreseen.when === 'before-body') {
      this.#parser.stop()
      this.#answer(this.#captured({}), receiver, this.#foreseen)
    } else if (headerValues(head.headers, 'expect').some((value) => value.toLowerCase() === '100-continue')) {
      this.#inTurn(async () => void this.#socket.write(continues))
    }
  }

  #readBody(body: RequestBody): void {
    const receiver = this.#receiver
    const foreseen = this.#foreseen
    if (receiver === undefined) return
    const attempt = this.#captured(body, { completedMs: this.#clock.elapsed() })
    this.#answer(attempt, receiver, foreseen ?? receiver.decide(attempt))
  }

  #malformed(fact: string): void {
    const receiver = this.#receiver ?? this.#receiverOf('')
    const attempt = this.#captured(this.#parser.partial(), { malformation: fact })
    this.#answer(attempt, receiver, { do: 'answer', status: 400, headers: [['Connection', 'close']] })
  }

  /** The current request as an attempt; the connection is ready for the next one. */
  #captured(body: Partial<RequestBody>, more: Partial<Recording> = {}): Recording {
    const { method = '', target = '', headers = [] } = this.#head ?? {}
    const arrived = this.#arrived ?? { arrivedMs: this.#clock.elapsed(), arrivedAt: this.#clock.now() }
    const attempt: Recording = {
      endpoint: this.#receiver?.token ?? '',
      method,
      target,
      headers,
      body: body.body ?? Buffer.alloc(0),
      bodyTruncated: body.truncated ?? true,
      ...(body.chunks === undefined ? {} : { chunks: body.chunks }),
      openedMs: this.#openedMs,
      ...arrived,
      answer: '',
      ...more,
    }
    this.#arrived = undefined
    this.#head = undefined
    this.#receiver = undefined
    return attempt
  }

  #answer(attempt: Recording, receiver: Receiver, answer: ScriptedAnswer): void {
    attempt.answer = answerName(answer)
    const entry = { attempt, receiver, done: false }
    this.#open.push(entry)
    const persistent = this.#persistent
    this.#inTurn(async () => {
      const headed = (): void => void (attempt.answeredMs = this.#clock.elapsed())
      const { method } = attempt
      const aftermath = await this.#give(answer, { socket: this.#socket, clock: this.#clock, closed: this.#closed.signal, method, persistent, headed })
      entry.done = true
      this.#after(aftermath)
    })
    // Last, so that whoever waits for the attempt finds its answer under way.
    receiver.record(attempt)
  }

  #inTurn(step: () => Promise<void>): void {
    this.#socket.setTimeout(0)
    this.#waiting += 1
    if (this.#waiting > maxPipelined) return this.destroy()
    this.#turn = this.#turn.then(async () => {
      if (!this.#closed.signal.aborted) await step()
      this.#waiting -= 1
      if (this.#waiting === 0 && !this.#closed.signal.aborted) this.#socket.setTimeout(this.#arrived === undefined ? this.#limits.idleMs : this.#limits.stallMs)
    })
  }

  #give(answer: ScriptedAnswer, side: AnswerSide): Promise<Aftermath> {
    if (!isVirtual(this.#clock)) return giveAnswer(answer, side)
    return this.#clock.runExchange(() => giveAnswer(answer, side), { connection: this.#name, released: this.#closed.signal })
  }

  #after(aftermath: Aftermath): void {
    if (aftermath === 'keep' || this.#closed.signal.aborted) return
    this.#parser.stop()
    this.#close('harness')
    if (aftermath === 'reset') {
      this.#socket.resetAndDestroy()
      return
    }
    this.#socket.end()
  }

  #expire(): void {
    if (this.#arrived !== undefined) this.#breakOff({ malformation: `nothing more of the request came for ${this.#limits.stallMs} ms` })
    this.destroy()
  }

  #breakOff(more: Partial<Recording>): void {
    const receiver = this.#receiver ?? this.#receiverOf('')
    const attempt = this.#captured(this.#parser.partial(), more)
    this.#open.push({ attempt, receiver, done: false })
    receiver.record(attempt)
  }

  /** Notes once who closed the connection and when; frees whoever waits on it. */
  #close(by: 'sender' | 'harness'): void {
    if (this.#closed.signal.aborted) return
    if (this.#arrived !== undefined) this.#breakOff(this.#head === undefined ? { malformation: 'the request ended inside its header section' } : {})
    this.#parser.stop()
    for (const { attempt } of this.#open) {
      attempt.closedMs = this.#clock.elapsed()
      attempt.closedBy = by
    }
    this.#closed.abort('closed')
    // What was written and is never read would keep the socket.
    this.#linger = setTimeout(() => this.#socket.destroy(), lingerMs)
  }
}
