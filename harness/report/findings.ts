import type { Level, Outcome } from '../verdict.ts'
import { inert } from './inert.ts'
import type { Counts, KnownFailure, Report, Verdict } from './report.ts'
import { outcomes } from './summary.ts'

/** The verdicts on one topic: the part of a requirement's id before its second dash. */
export interface Area {
  readonly id: string
  /** Its name in words. */
  readonly words: string
  readonly counts: Counts
}

/** One requirement that failed, with the verdicts that say so, in the order of the report. */
export interface FailedRule {
  readonly id: string
  readonly level: Level
  /** Inert; empty when the report does not hold the requirement. */
  readonly sentence: string
  readonly verdicts: readonly Verdict[]
}

/** Verdicts that share an outcome and the reason for it. */
export interface ReasonGroup {
  /** Inert. */
  readonly reason: string
  readonly count: number
  /** Requirements concerned, each once. */
  readonly requirements: readonly string[]
  /** True when one of them is a MUST. */
  readonly must: boolean
}

/** The areas with a verdict, in the order in which the report names their requirements. */
export function areas(report: Report): readonly Area[] {
  const found = new Map<string, Record<Outcome, number>>()
  for (const { id } of report.requirements) found.set(areaOf(id), noCounts())
  for (const verdict of report.verdicts) {
    const id = areaOf(verdict.requirement)
    const counts = found.get(id) ?? noCounts()
    counts[verdict.outcome] += 1
    found.set(id, counts)
  }
  return [...found]
    .filter(([, counts]) => outcomes.some((outcome) => counts[outcome] > 0))
    .map(([id, counts]) => ({ id, words: areaWords.get(id) ?? inert(id).replaceAll('-', ' '), counts }))
}

/** Channels whose every topic has a rule or two: one area is enough. */
const wholeChannels: ReadonlySet<string> = new Set(['subscription', 'sender'])

/** The area of a requirement, such as `webhook-signature` or `subscription`. */
export function areaOf(requirement: string): string {
  const [channel = requirement, topic] = requirement.split('-')
  return topic === undefined || wholeChannels.has(channel) ? channel : `${channel}-${topic}`
}

/** MUSTs that failed and are not excused, in the order of the requirements. */
export function failures(report: Report): readonly FailedRule[] {
  return failedRules(report, scores).filter(({ level }) => level === 'MUST')
}

/** Rules that were not kept without it being a reason to refuse: those below MUST, and what is provisional. */
export function warnings(report: Report): readonly FailedRule[] {
  return [...failedRules(report, scores).filter(({ level }) => level !== 'MUST'), ...failedRules(report, ({ known, provisional }) => provisional === true && !known)]
}

/** A failure that the baseline excuses, as one line: rule, case, why and until when. Inert. */
export function knownLines(report: Report): readonly string[] {
  return report.verdicts.flatMap((verdict) => (verdict.known ? [inert(`${verdict.requirement} ${verdict.case}: ${verdict.outcome}, ${knownWords(verdict.known)}`, 1000)] : []))
}

function knownWords({ reason, issue, expires }: KnownFailure): string {
  return `known until ${expires}: ${reason}${issue === undefined ? '' : ` (${issue})`}`
}

function scores({ known, provisional }: Verdict): boolean {
  return !known && !provisional
}

/** The verdicts of one outcome by reason; reasons with a MUST first, then the frequent ones. */
export function reasons(report: Report, outcome: Outcome): readonly ReasonGroup[] {
  const groups = new Map<string, Verdict[]>()
  for (const verdict of report.verdicts) {
    if (verdict.outcome !== outcome || verdict.known) continue
    const reason = reasonOf(verdict)
    const group = groups.get(reason)
    if (group) group.push(verdict)
    else groups.set(reason, [verdict])
  }
  return [...groups]
    .map(([reason, verdicts]) => ({
      reason,
      count: verdicts.length,
      requirements: [...new Set(verdicts.map(({ requirement }) => inert(requirement)))],
      must: verdicts.some(({ level }) => level === 'MUST'),
    }))
    .sort((a, b) => Number(b.must) - Number(a.must) || b.count - a.count)
}

/** Why a verdict is neither passed nor failed, or why its failure is excused; inert. */
export function reasonOf(verdict: Verdict): string {
  if (verdict.known) return inert(knownWords(verdict.known))
  return inert(verdict.reason || 'no reason was given')
}

/** Areas whose two words alone would say too little. */
const areaWords: ReadonlyMap<string, string> = new Map([
  ['event-member', 'event members'],
  ['event-schema', 'event schema version'],
  ['webhook-ack', 'webhook acknowledgement'],
  ['webhook-content', 'webhook content type'],
  ['webhook-header', 'webhook headers'],
  ['webhook-param', 'webhook parameters'],
  ['webhook-rate', 'webhook rate limit'],
])

function failedRules(report: Report, wanted: (verdict: Verdict) => boolean): readonly FailedRule[] {
  const sentences = new Map(report.requirements.map(({ id, sentence: text }) => [id, text]))
  const rules = new Map<string, Verdict[]>([...sentences.keys()].map((id) => [id, []]))
  for (const verdict of report.verdicts) {
    if (verdict.outcome !== 'failed' || !wanted(verdict)) continue
    const verdicts = rules.get(verdict.requirement)
    if (verdicts) verdicts.push(verdict)
    else rules.set(verdict.requirement, [verdict])
  }
  return [...rules].flatMap(([id, verdicts]) => {
    const [first] = verdicts
    // Chapters emphasise their key words; no format but Markdown shows that.
    const text = inert((sentences.get(id) ?? '').replaceAll('**', ''), 1000)
    return first ? [{ id, level: first.level, sentence: text, verdicts }] : []
  })
}

function noCounts(): Record<Outcome, number> {
  return { passed: 0, failed: 0, unproven: 0, inapplicable: 0, faulted: 0 }
}
