import type { Clock } from '../../clock/clock.ts'
import { openStream, type StreamConnection, type StreamEnd } from '../../http/stream-reader.ts'
import type { HeaderLine, WireRequest } from '../../http/message.ts'
import type { LensFacts, ProxyLens } from '../../http/proxy-lens.ts'
import { recordBody } from '../../transcript/record.ts'
import type { StreamAsked, StreamLine } from '../../transcript/stream-line.ts'
import type { OwnEvents } from './own-events.ts'
import { rounded } from './publisher.ts'
import { StreamRecorder } from './recorder.ts'

/** A connection of a case, while it lasts and after. */
export interface OpenedStream {
  readonly name: string
  readonly recorder: StreamRecorder
  readonly connection: StreamConnection
  readonly request: WireRequest
  readonly asked: StreamAsked
  readonly startedMs: number
  unread?: { readonly fromMs: number; untilMs?: number }
}

interface StreamsSetting {
  readonly case: string
  readonly label: string
  readonly own: OwnEvents
  readonly clock: Clock
  readonly redact: (text: string) => string
  readonly lens?: ProxyLens
  readonly signal?: AbortSignal
}

/** The connections of one case: opened by name, waited for together, recorded at the end. */
export class CaseStreams {
  readonly #setting: StreamsSetting
  readonly #opened: OpenedStream[] = []
  readonly #waiting = new Set<() => void>()

  constructor(setting: StreamsSetting) {
    this.#setting = setting
  }

  open(name: string, request: WireRequest, asked: StreamAsked): OpenedStream {
    const { own, clock, lens } = this.#setting
    const recorder = new StreamRecorder(own, clock, () => this.#changed())
    const startedMs = clock.elapsed()
    const stream: OpenedStream = { name, recorder, request, asked, startedMs, connection: openStream(request, recorder, clock, lens ? { through: lens.port } : {}) }
    this.#opened.push(stream)
    return stream
  }

  /** The connections of a name, oldest first. */
  of(name: string): readonly OpenedStream[] {
    return this.#opened.filter((stream) => stream.name === name)
  }

  get all(): readonly OpenedStream[] {
    return this.#opened
  }

  /** Resolves once the condition holds, or with false when it does not within that time. */
  async until(condition: () => boolean, ms: number): Promise<boolean> {
    const { clock, signal } = this.#setting
    const untilMs = clock.elapsed() + ms
    while (!condition()) {
      signal?.throwIfAborted()
      const leftMs = untilMs - clock.elapsed()
      if (leftMs <= 0) return false
      await this.#next(leftMs)
    }
    return true
  }

  closeAll(): void {
    for (const { connection } of this.#opened) connection.close()
  }

  lines(): readonly StreamLine[] {
    return this.#opened.map((stream, index) => this.#line(stream, index))
  }

  #changed(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** The next change of any stream; those of one turn of the event loop are one. */
  #next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        setImmediate(resolve)
      }
      const timer = setTimeout(wake, Math.max(1, ms))
      this.#waiting.add(wake)
    })
  }

  #line({ name, recorder, request, asked, startedMs, unread, connection }: OpenedStream, index: number): StreamLine {
    const { redact, case: id, label, clock, lens } = this.#setting
    const passage = connection.localPort === undefined ? undefined : lens?.facts(connection.localPort)
    const { head, headMs, ended } = recorder
    const endedMs = recorder.endedMs ?? clock.elapsed()
    const headerLines = (headers: readonly HeaderLine[]) => headers.slice(0, 100).map(([field, value]) => [redact(field).slice(0, 200), redact(value).slice(0, 500)] as const)
    return {
      kind: 'stream',
      id: `${label}.s${index + 1}`,
      case: id,
      name,
      request: { method: request.method, url: redact(request.url), headers: headerLines(request.headers) },
      asked: { ...asked, ...(asked.after === undefined ? {} : { after: redact(asked.after).slice(0, 300) }) },
      startedMs: rounded(startedMs),
      ...(headMs === undefined ? {} : { headMs: rounded(headMs) }),
      ...(head ? { status: head.status, headers: headerLines(head.headers) } : {}),
      ...(recorder.bytes > 0 ? { start: recordBody(recorder.start, redact), tail: recordBody(recorder.tail, redact) } : {}),
      bytes: recorder.bytes,
      ...(ended && ended.surplusBytes > 0 ? { surplusBytes: ended.surplusBytes } : {}),
      blocks: recorder.blocks.map((block) => ({ ...block, ...(block.data === undefined ? {} : { data: redact(block.data) }) })),
      ...(recorder.others > 0 ? { others: recorder.others } : {}),
      ...(recorder.cut ? { cut: true } : {}),
      comments: recorder.comments.map(({ text, atMs }) => ({ text: redact(text), atMs })),
      commentCount: recorder.commentCount,
      retries: recorder.retries,
      flaws: recorder.flaws.map(({ code, offset, fact }) => ({ code, offset, fact: redact(fact).slice(0, 300) })),
      silentMs: rounded(recorder.silenceUntil(endedMs)),
      ...(unread ? { unreadMs: [rounded(unread.fromMs), rounded(unread.untilMs ?? endedMs)] as const } : {}),
      endedMs: rounded(endedMs),
      endedBy: passage?.did === 'cut' && ended?.by === 'server' ? 'proxy' : (ended?.by ?? 'harness'),
      complete: ended?.complete ?? false,
      ...faultOf(ended, passage, redact),
      ...(passage ? { lens: { did: passage.did, keptBytes: passage.keptBytes, keptMs: rounded(passage.keptMs) } } : {}),
    }
  }
}

/** Why there is no answer: what a proxy met on its way to the target tells more than what it made of that. */
function faultOf(ended: StreamEnd | undefined, passage: LensFacts | undefined, redact: (text: string) => string): Pick<StreamLine, 'fault' | 'detail'> {
  const { fault, detail } = ended?.fault && passage?.fault ? passage : (ended ?? {})
  return { ...(fault ? { fault } : {}), ...(detail ? { detail: redact(detail).slice(0, 300) } : {}) }
}
