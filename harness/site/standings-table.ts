import { markup, type Markup } from '../report/html/markup.ts'
import { sign, type Look } from '../report/html/outcome.ts'
import type { Column, SiteRole } from './plan.ts'
import { roleWords, underWords, verdictWords } from './words.ts'

/** Who stands where in a role: a row an implementation, in the order of the columns of the matrix. */
export function standingsTable({ role, columns }: SiteRole): Markup {
  const attested = columns.some(({ entry }) => entry.attested)
  const heads = ['implementation', 'verdict', 'profile', 'measured', 'MUST failed', 'SHOULD failed', 'claim', 'clock', 'spec', 'report of', ...(attested ? ['attested until'] : [])]
  return markup`<div class="scroll" role="region" aria-label="${roleWords(role)}, who stands where" tabindex="0"><table class="standings"><thead><tr>${heads.map((head) => markup`<th scope="col">${head}`)}</thead><tbody>${columns.map((column) => row(column, attested))}</tbody></table></div>`
}

function row({ entry, page, note, otherRules }: Column, attested: boolean): Markup {
  const { look, words } = verdictWords(entry)
  const { made, failed } = entry
  return markup`<tr><th scope="row"><a href="${page}">${entry.name}</a> <small>${entry.version}</small>${share(entry.cells)}<td>${sign(look)} ${words}<td>${underWords(entry)}<td class="num">${entry.measured} of ${entry.total}<td class="num${failed.MUST > 0 ? ' failed' : ''}">${failed.MUST}<td class="num${failed.SHOULD > 0 ? ' warning' : ''}">${failed.SHOULD}<td>${entry.claim}<td>${made.clock}<td>${note === '' ? made.specVersion : markup`<b class="note">${note}</b>`}${otherRules ? markup` <small>other rules</small>` : undefined}<td class="day">${made.finishedAt.slice(0, 10)}${attested ? markup`<td>${until(entry.attested)}` : undefined}`
}

/** The day until which a report is meant to hold; the script marks it once it is past. */
function until(attested: Column['entry']['attested']): Markup {
  if (!attested) return markup`–`
  return 'until' in attested ? markup`<time class="until" datetime="${attested.until}">${attested.until.slice(0, 10)}</time>` : markup`${attested.flaw}`
}

const order: readonly Look[] = ['passed', 'failed', 'faulted', 'unproven', 'warning', 'inapplicable']

/** The looks of all rules as one bar; the numbers beside it say the same. */
function share(cells: Column['entry']['cells']): Markup {
  const counts = new Map<Look, number>()
  for (const { look } of cells.values()) counts.set(look, (counts.get(look) ?? 0) + 1)
  let from = 0
  const bars = order.flatMap((look) => {
    const width = ((counts.get(look) ?? 0) / Math.max(1, cells.size)) * 100
    if (width === 0) return []
    const bar = markup`<rect class="${look}" x="${tenths(from)}%" width="${tenths(width)}%" height="6"/>`
    from += width
    return [bar]
  })
  return markup`<svg class="share" height="6" aria-hidden="true">${bars}</svg>`
}

function tenths(percent: number): number {
  return Math.round(percent * 10) / 10
}
