import type { Clock } from '../../clock/clock.ts'
import type { StreamEnd, StreamHead, StreamListener } from '../../http/stream-reader.ts'
import { EventStreamParser } from '../../sse/parser.ts'
import type { StreamBlock, StreamFlaw } from '../../sse/stream-parser.ts'
import type { StreamBlockRecord } from '../../transcript/stream-line.ts'
import { isOfAnyCase, type OwnEvents } from './own-events.ts'

/** What a recorder keeps of one stream; what is beyond is counted. */
const kept = { blocks: 25_000, comments: 50, flaws: 20, retries: 50, startBytes: 1024, tailBytes: 512, text: 256 } as const
const limits = { maxLineBytes: 16 * 1024 * 1024, maxDataLength: 16 * 1024 * 1024 }

/** Reads one stream: what its blocks, comments and flaws were, and when; tells `changed` after each piece. */
export class StreamRecorder implements StreamListener {
  readonly blocks: StreamBlockRecord[] = []
  readonly comments: { readonly text: string; readonly atMs: number }[] = []
  readonly retries: number[] = []
  readonly flaws: StreamFlaw[] = []
  /** Numbers of the case's own events that were dispatched. */
  readonly ownSeen = new Set<number>()
  /** Events of other cases. */
  others = 0
  commentCount = 0
  /** Events that were dispatched, whoever published them. */
  eventCount = 0
  cut = false
  bytes = 0
  silentMs = 0
  head: StreamHead | undefined
  headMs: number | undefined
  ended: StreamEnd | undefined
  endedMs: number | undefined
  /** The newest own event, and its id as the stream gave it. */
  last: { readonly own: number; readonly id: string | undefined } | undefined
  /** Own events after which the rest is not looked at any more: the client has gone. */
  stopAfter: number | undefined
  readonly #own: OwnEvents
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #parser: EventStreamParser
  #start = Buffer.alloc(0)
  #tail = Buffer.alloc(0)
  #pieceStart = 0
  #lastEnd = 0
  #pieceMs: number
  #lastByteMs: number
  #pendingMs: number
  #id: string | undefined

  constructor(own: OwnEvents, clock: Clock, changed: () => void) {
    this.#own = own
    this.#clock = clock
    this.#changed = changed
    this.#pieceMs = this.#lastByteMs = this.#pendingMs = clock.elapsed()
    this.#parser = new EventStreamParser({
      onEvent: () => {},
      onId: (id) => (this.#id = id),
      onBlock: (block) => this.#block(block),
      onComment: (text) => this.#comment(text),
      onRetry: (ms) => void (this.retries.length < kept.retries && this.retries.push(ms)),
      onFlaw: (flaw) => void (this.flaws.length < kept.flaws && !this.flaws.some(({ code }) => code === flaw.code) && this.flaws.push(flaw)),
      limits,
    })
  }

  /** The first bytes of the body, and what followed its last whole block. */
  get start(): Buffer {
    return this.#start
  }

  get tail(): Buffer {
    return this.#tail[0] === 0x0a ? this.#tail.subarray(1) : this.#tail
  }

  get satisfied(): boolean {
    return this.stopAfter !== undefined && this.ownSeen.size >= this.stopAfter
  }

  /** Nothing more will come. */
  get isOver(): boolean {
    return this.ended !== undefined || (this.head !== undefined && this.head.status !== 200)
  }

  /** The longest time without a byte until now. */
  silenceUntil(ms: number): number {
    return Math.max(this.silentMs, ms - this.#lastByteMs)
  }

  skipSilence(): void {
    this.#lastByteMs = this.#clock.elapsed()
  }

  opened(head: StreamHead, atMs: number): void {
    this.head = head
    this.headMs = atMs
    this.#changed()
  }

  read(piece: Buffer, atMs: number): void {
    if (this.satisfied) return
    this.silentMs = Math.max(this.silentMs, atMs - this.#lastByteMs)
    this.#lastByteMs = this.#pieceMs = atMs
    if (this.#lastEnd >= this.#pieceStart) this.#pendingMs = atMs
    const before = this.#lastEnd
    if (this.#start.length < kept.startBytes) this.#start = Buffer.concat([this.#start, piece.subarray(0, kept.startBytes - this.#start.length)])
    this.bytes += piece.length
    this.#parser.push(piece)
    if (this.#lastEnd > before) {
      this.#pendingMs = atMs
      this.#tail = Buffer.from(piece.subarray(this.#lastEnd - this.#pieceStart, this.#lastEnd - this.#pieceStart + kept.tailBytes))
    } else if (this.#tail.length < kept.tailBytes) this.#tail = Buffer.concat([this.#tail, piece.subarray(0, kept.tailBytes - this.#tail.length)])
    this.#pieceStart += piece.length
    this.#changed()
  }

  closed(end: StreamEnd, atMs: number): void {
    this.#parser.end()
    this.ended = end
    this.endedMs = atMs
    this.silentMs = this.silenceUntil(atMs)
    this.#changed()
  }

  #comment(text: string): void {
    this.commentCount += 1
    if (this.comments.length < kept.comments) this.comments.push({ text: text.slice(0, 100), atMs: round(this.#pieceMs) })
  }

  #block({ startOffset, endOffset, event }: StreamBlock): void {
    this.#lastEnd = endOffset
    const id = this.#id
    this.#id = undefined
    if (this.satisfied || (event === undefined && id === undefined)) return
    const place = { atMs: round(this.#pieceMs), ...(startOffset < this.#pieceStart && this.#pendingMs < this.#pieceMs ? { beganMs: round(this.#pendingMs) } : {}), offset: startOffset }
    const given = id === undefined ? {} : { id: id.slice(0, 1024) }
    if (event === undefined) return this.#keep({ ...place, ...given })
    this.eventCount += 1
    const { type, data } = event
    const { own, exact, forged } = this.#own.recognise({ type, data, id })
    if (own === undefined && !forged && isOfAnyCase(data)) return void (this.others += 1)
    if (own !== undefined) {
      this.ownSeen.add(own)
      this.last = { own, id }
    }
    const text = own !== undefined && exact ? {} : { data: data.slice(0, kept.text), ...(data.length > kept.text ? { dataLength: data.length } : {}) }
    this.#keep({ ...place, ...(own === undefined ? {} : { own }), ...(forged ? { forged } : {}), ...(type === (own === undefined ? 'message' : this.#own.typeOf(own)) ? {} : { type: type.slice(0, kept.text) }), ...text, ...given })
  }

  #keep(block: StreamBlockRecord): void {
    if (this.blocks.length < kept.blocks) this.blocks.push(block)
    else this.cut = true
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
