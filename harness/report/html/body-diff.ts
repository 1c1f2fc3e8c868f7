import type { AttemptLine, ExchangeLine } from '../../transcript/line.ts'
import { byteDiff, type Stretch } from '../byte-diff.ts'
import { printable } from '../inert.ts'
import { plural } from '../summary.ts'
import { markup, type Markup } from './markup.ts'
import { bytesOf } from './message-text.ts'
import type { RecordedLine } from './sequence.ts'

const contextBytes = 24
const shownBytes = 96
const toldChanges = 8

/**
 * How two bodies of a case differ that should be the same: the attempts of one event; else what the case sent against what
 * its control sent. Undefined where there are no two, or they are equal.
 */
export function bodyDiff(lines: readonly RecordedLine[], control: { readonly id: string; readonly lines: readonly RecordedLine[] } | undefined): Markup | undefined {
  const [first, ...later] = lines.filter((line): line is AttemptLine => line.kind === 'attempt' && line.event !== undefined)
  if (first) {
    const other = later.find((line) => line.event === first.event && line.number === first.number && line.bodyDigest !== first.bodyDigest)
    return other && drawn(`Body of attempt ${other.id} against that of the first`, '', bytesOf(first.request.body), bytesOf(other.request.body))
  }
  const [own, theirs] = [firstDelivery(lines), control && firstDelivery(control.lines)]
  if (!own || !theirs || !control || own.ids.length === 0) return undefined
  return drawn(`Body against that of its control ${control.id}`, 'Ids of events are masked, since each case has an event of its own.', masked(theirs), masked(own))
}

function drawn(title: string, note: string, before: Buffer, after: Buffer): Markup | undefined {
  const stretches = byteDiff(before, after)
  const changes = stretches.filter(({ kind }) => kind !== 'same')
  if (changes.length === 0) return undefined
  const told = changes.slice(0, toldChanges).map(({ kind, at, bytes }) => markup`<li>${kind} at byte ${at} <code>${hexOf(bytes)}</code>`)
  return markup`<figure><figcaption><b>${title}</b> Added bytes are underlined, removed ones struck through. ${note}</figcaption><pre class="diff" tabindex="0">${stretches.map(shownStretch)}</pre><ul class="plain">${told}${changes.length > toldChanges ? markup`<li>and ${plural(changes.length - toldChanges, 'more change')}` : undefined}</ul></figure>`
}

function shownStretch({ kind, bytes }: Stretch, index: number, all: readonly Stretch[]): Markup {
  if (kind === 'same') return markup`${excerpt(bytes, index > 0, index < all.length - 1)}`
  const text = bytes.length > shownBytes ? `${visible(bytes.subarray(0, shownBytes))}… (${plural(bytes.length, 'byte')})` : visible(bytes)
  return kind === 'removed' ? markup`<del>${text}</del>` : markup`<ins>${text}</ins>`
}

/** The ends of a common stretch that touch a change. */
function excerpt(bytes: Buffer, after: boolean, before: boolean): string {
  if (bytes.length <= contextBytes * 2) return visible(bytes)
  const [head, tail] = [after ? visible(bytes.subarray(0, contextBytes)) : '', before ? visible(bytes.subarray(-contextBytes)) : '']
  return `${head}…${tail}`
}

/** Bytes as ASCII; any other is spelled out, for a cut may go through a character. */
function visible(bytes: Buffer): string {
  return printable(bytes.toString('latin1').replace(/[^\0-\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`))
}

function hexOf(bytes: Buffer): string {
  const hex = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return bytes.length > 16 ? `${hex} … (${plural(bytes.length, 'byte')})` : hex
}

function firstDelivery(lines: readonly RecordedLine[]): ExchangeLine | undefined {
  return lines.find((line): line is ExchangeLine => line.kind === 'exchange' && line.ids.length > 0 && !line.superseded)
}

/** The body with the ids of its event replaced, byte by byte, since each case has an event of its own. */
function masked({ request, ids }: ExchangeLine): Buffer {
  const { text } = request.body
  if (text === undefined) return bytesOf(request.body)
  return Buffer.from(ids.filter((id) => id !== '').reduce((rest, id) => rest.replaceAll(id, '*'.repeat(id.length)), text))
}
