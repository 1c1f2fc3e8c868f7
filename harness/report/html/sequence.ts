import type { ClientTranscriptLine } from '../../transcript/client-line.ts'
import type { TranscriptLine } from '../../transcript/line.ts'
import type { SseServerLine } from '../../transcript/stream-line.ts'
import { timeWords } from '../delivery.ts'
import { plural } from '../summary.ts'
import { markup, preformatted, type Markup } from './markup.ts'
import { messagesOf, noAnswer, pathOf, type MessageLine, type ShownMessage } from './message-text.ts'

/** A line of a transcript of any role. */
export type RecordedLine = TranscriptLine | SseServerLine | ClientTranscriptLine

/** How much of each message a diagram holds. */
export type Depth = 'arrows' | 'text' | 'bytes'

/** One step of a diagram: an arrow, and the one back, if any. */
interface Step {
  readonly atMs: number
  /** Among steps of one instant. */
  readonly order: number
  readonly from: 'harness' | 'target'
  readonly there: string
  readonly back?: { readonly text: string; readonly note: string }
  readonly line?: MessageLine
}

/** Steps of one case that are drawn: the first and the last ones. */
const firstSteps = 9
const lastSteps = 3

/** What happened in a case between harness and target, in the order of time; each arrow opens to its messages. Undefined when nothing did. */
export function sequence(lines: readonly RecordedLine[], depth: Depth): Markup | undefined {
  // On a virtual clock much happens at one instant: what was set up comes before what was made to happen.
  const steps = lines.flatMap(stepsOf).sort((a, b) => a.atMs - b.atMs || a.order - b.order)
  const [first] = steps
  if (!first) return undefined
  const middle = steps.length - firstSteps - lastSteps
  const drawn = (part: readonly Step[]) => part.map((step) => item(step, first.atMs, depth))
  const shown = middle > 0 ? [...drawn(steps.slice(0, firstSteps)), markup`<li class="gap">${plural(middle, 'step')} more in the transcript`, ...drawn(steps.slice(-lastSteps))] : drawn(steps)
  return markup`<div class="seq"><p class="ends"><span>harness</span><span>target</span></p><ol>${shown}</ol></div>`
}

function item(step: Step, zeroMs: number, depth: Depth): Markup {
  const ways = step.from === 'harness' ? (['go', 'come back'] as const) : (['come', 'go back'] as const)
  const arrows = markup`<span class="at">${step.atMs > zeroMs ? `+${timeWords(step.atMs - zeroMs)}` : ''}</span><span class="${ways[0]}">${step.there}</span>${step.back && markup`<span class="${ways[1]}">${step.back.text} <small>${step.back.note}</small></span>`}`
  if (!step.line || depth === 'arrows') return markup`<li><div class="step">${arrows}</div>`
  return markup`<li><details><summary class="step">${arrows}</summary>${messagesOf(step.line).map((message) => messageBlock(message, depth))}</details>`
}

function messageBlock({ from, lines, hex, bytes }: ShownMessage, depth: Depth): Markup {
  const dump = depth === 'bytes' && hex.length > 0 ? markup`<details class="hex"><summary>body in hex, ${plural(bytes, 'byte')}</summary><pre tabindex="0">${preformatted(hex)}</pre></details>` : undefined
  return markup`<p class="from">from the ${from}</p><pre tabindex="0">${preformatted(lines)}</pre>${dump}`
}

function stepsOf(line: RecordedLine): readonly Step[] {
  switch (line.kind) {
    case 'exchange': {
      const { request, reply, startedMs, repliedMs, endedMs } = line
      const took = timeWords((repliedMs ?? endedMs) - startedMs)
      const back = reply ? { text: `${reply.status} ${reply.reason}`.trimEnd(), note: [...(reply.body.bytes > 0 ? [bytesWords(reply.body.bytes)] : []), `after ${took}`].join(', ') } : { text: noAnswer(line), note: `after ${took}` }
      return [{ atMs: startedMs, order: 0, from: 'harness', there: `${request.method} ${pathOf(request.url)} ${bytesWords(request.body.bytes)}${line.superseded ? ' (repeated later)' : ''}`, back, line }]
    }
    case 'attempt':
      return [{ atMs: line.arrivedMs, order: 2, from: 'target', there: `${line.request.method} ${line.endpoint} ${bytesWords(line.request.body.bytes)}`, back: { text: line.answer, note: line.signature === 'verified' ? 'signature verified' : `signature: ${line.signature}` }, line }]
    case 'emission':
      return [{ atMs: line.beforeMs, order: 1, from: 'harness', there: `emit ${line.type}${line.accepted ? '' : ', refused'}` }]
    case 'stream': {
      const ended = `${plural(line.blocks.length, 'event')}, ended by the ${line.endedBy} after ${timeWords(line.endedMs - line.startedMs)}`
      return [{ atMs: line.startedMs, order: 0, from: 'harness', there: `${line.request.method} ${pathOf(line.request.url)}${line.asked.after === undefined ? '' : ` after ${line.asked.after}`}`, back: { text: line.status === undefined ? noAnswer(line) : String(line.status), note: ended }, line }]
    }
    case 'publication':
      return [{ atMs: line.beforeMs, order: 1, from: 'harness', there: `publish ${line.count === 1 ? '' : `${line.count} × `}${line.type}${line.outcome === 'accepted' ? '' : `, ${line.outcome}`}` }]
    case 'staging':
      return [{ atMs: line.beforeMs, order: 1, from: 'harness', there: `${line.verb}${line.keep === undefined ? '' : ` ${line.keep}`}${line.done ? '' : ', not done'}` }]
    case 'served':
      return [{ atMs: line.arrivedMs, order: 2, from: 'target', there: `${line.request.method} ${line.path}`, back: { text: line.answer, note: `${bytesWords(line.body.bytes)} in ${plural(line.writes, 'write')}` }, line }]
    case 'connection':
      return [{ atMs: line.startedMs, order: 0, from: 'harness', there: `${line.client} connects to ${line.path}`, back: { text: `${plural(line.count, 'event')} delivered`, note: plural(line.errors, 'error') } }]
    default:
      return []
  }
}

function bytesWords(bytes: number): string {
  return bytes === 0 ? '' : bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1024)} KiB`
}
