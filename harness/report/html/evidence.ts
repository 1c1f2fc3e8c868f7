import type { RenderContext } from '../render.ts'
import type { Report, Verdict } from '../report.ts'
import { deliveries } from '../delivery.ts'
import { readersOf } from '../stream-timeline.ts'
import { inertLines } from '../inert.ts'
import { bodyDiff } from './body-diff.ts'
import { markup, preformatted, type Markup } from './markup.ts'
import { lookOf, looks } from './outcome.ts'
import { deliveryPicture, streamPicture } from './pictures.ts'
import { sequence, type Depth, type RecordedLine } from './sequence.ts'

/** What was sent and seen in each case, as deep as the page has room for. It is shown once, with the verdict of the case that matters most. */
export interface Evidence {
  /** The verdict that shows the evidence of a case. */
  readonly home: (caseId: string) => Verdict | undefined
  readonly of: (caseId: string) => Markup | undefined
  readonly bytes: number
}

const mostReaders = 3
const depths: readonly Depth[] = ['arrows', 'text', 'bytes']

/**
 * Fills a number of bytes: first the cases that failed, as deep as there is room; then of all others the arrows, then
 * their text, then their bytes in hex. What found no room is in the transcript.
 */
export function fittingEvidence(report: Report, context: RenderContext, bytes: number): Evidence {
  const homes = homesOf(report)
  if (bytes <= 0) return { home: (id) => homes.get(id), of: () => undefined, bytes: 0 }
  const draw = drawer(context)
  const ranked = [...homes.values()].filter(({ outcome }) => outcome !== 'inapplicable').sort((a, b) => rank(a) - rank(b))
  const urgent = ranked.filter((verdict) => rank(verdict) < looks.indexOf('passed'))
  const chosen = new Map<string, { readonly drawn: Markup; readonly bytes: number }>()
  let used = 0
  for (const group of [urgent, ranked.filter((verdict) => !urgent.includes(verdict))]) {
    for (const depth of depths) {
      for (const verdict of group) {
        const drawn = draw(verdict, depth)
        if (!drawn) continue
        const size = Buffer.byteLength(drawn.html)
        const before = chosen.get(verdict.case)?.bytes ?? 0
        if (used + size - before > bytes) continue
        used += size - before
        chosen.set(verdict.case, { drawn, bytes: size })
      }
    }
  }
  return { home: (id) => homes.get(id), of: (id) => chosen.get(id)?.drawn, bytes: used }
}

/** For each case the verdict that matters most, the first of equals. */
function homesOf(report: Report): ReadonlyMap<string, Verdict> {
  const homes = new Map<string, Verdict>()
  for (const verdict of report.verdicts) {
    const before = homes.get(verdict.case)
    if (!before || rank(verdict) < rank(before)) homes.set(verdict.case, verdict)
  }
  return homes
}

function rank(verdict: Verdict): number {
  return looks.indexOf(lookOf(verdict))
}

function drawer(context: RenderContext): (verdict: Verdict, depth: Depth) => Markup | undefined {
  const transcript: readonly RecordedLine[] = context.transcript ?? []
  const byCase = new Map<string, RecordedLine[]>()
  for (const line of transcript) {
    if (!('case' in line)) continue
    const lines = byCase.get(line.case)
    if (lines) lines.push(line)
    else byCase.set(line.case, [line])
  }
  const deliveryOf = deliveries(context.transcript ?? [])
  const diffs = new Map<string, Markup | undefined>()
  const diffOf = (id: string) => {
    if (diffs.has(id)) return diffs.get(id)
    const [control] = context.controls?.(id) ?? []
    const diff = bodyDiff(byCase.get(id) ?? [], control === undefined ? undefined : { id: control, lines: byCase.get(control) ?? [] })
    diffs.set(id, diff)
    return diff
  }
  return (verdict, depth) => {
    const lines = byCase.get(verdict.case) ?? []
    const delivery = verdict.requirement.startsWith('webhook-retry-') ? deliveryOf(verdict) : undefined
    const readers = readersOf(lines.filter((line) => line.kind === 'stream' || line.kind === 'publication'))
    const parts = [
      delivery && deliveryPicture(delivery),
      ...[...readers].slice(0, mostReaders).map(([name, stream]) => streamPicture(name, stream)),
      depth === 'arrows' ? undefined : diffOf(verdict.case),
      sequence(lines, depth) ?? told(verdict, context),
    ].filter((part) => part !== undefined)
    return parts.length > 0 ? markup`${parts}` : undefined
  }
}

/** Without a transcript: the exchanges as the command tells them. */
function told(verdict: Verdict, { exchangeText }: RenderContext): Markup | undefined {
  const texts = verdict.exchanges.slice(0, 2).flatMap((id) => exchangeText(id) ?? [])
  return texts.length === 0 ? undefined : markup`${texts.map((text) => markup`<pre tabindex="0">${preformatted(inertLines(text))}</pre>`)}`
}
