import { gateOf } from '../gate/gate.ts'
import type { Outcome } from '../verdict.ts'
import { inert } from './inert.ts'
import type { Counts, Report } from './report.ts'

export const outcomes: readonly Outcome[] = ['passed', 'failed', 'unproven', 'inapplicable', 'faulted']

/** The first line of every output: how many rules were measured and, when that was not all, which flag measures more; then the baseline in force. */
export function claimLine(report: Report): string {
  return [claim(report), ...inForce(report)].join('; ')
}

function claim(report: Report): string {
  const { claim, conformant, measured, total, unlock } = report.summary
  const more = unlock
    .filter(({ requirements }) => requirements > 0)
    .map(({ flag, requirements }) => `${inert(flag)} measures ${requirements} more`)
  if (claim === 'partial') {
    const head = `partial: measured ${measured} of ${plural(total, 'rule')}`
    return [head, ...(more.length > 0 ? more : ['no flag measures the rest'])].join('; ')
  }
  const word = conformant === null ? 'undecided' : conformant ? 'conformant' : 'not conformant'
  const head = `${word}: ${measured} of ${plural(total, 'rule')} measured`
  return measured < total ? [`${head}, every MUST among them`, ...more].join('; ') : head
}

/** The last line of every output for people: the verdict, with what stands against it. Nothing measured is never conformant. */
export function verdictLine(report: Report): string {
  return [verdict(report), ...gate(report)].join('; ')
}

function verdict(report: Report): string {
  const { conformant, claim, measured, total, obstacle } = report.summary
  const hindrance = obstacle && `${sentence(inert(obstacle.fact))} ${inert(obstacle.cure, 1000)}`
  if (conformant === false) {
    const failed = mustRules(report, 'failed')
    const head = failed > 0 ? `NOT CONFORMANT: ${failed} MUST failed` : 'NOT CONFORMANT'
    return hindrance ? `${head}, and the run could not go on: ${hindrance}` : head
  }
  if (hindrance && (conformant === null || obstacle.code !== 'died')) return `COULD NOT MEASURE: ${hindrance}`
  if (conformant === null) {
    const against = [
      `${mustRules(report, 'unproven')} MUST unproven`,
      `${mustRules(report, 'faulted')} MUST hit by a fault of the harness`,
    ].filter((part) => !part.startsWith('0 '))
    return against.length > 0 ? `COULD NOT MEASURE: ${against.join(', ')}` : 'COULD NOT MEASURE'
  }
  if (measured === 0) return 'COULD NOT MEASURE: no rule was measured'
  return claim === 'full' ? 'CONFORMANT' : `CONFORMANT in what was measured, ${measured} of ${plural(total, 'rule')}`
}

/** What the reader of a claim has to know beside it: failures that are excused, and verdicts that do not score. */
function inForce(report: Report): readonly string[] {
  const { baseline, summary } = report
  const { known } = gateOf(report)
  const provisional = summary.provisional && Object.values(summary.provisional).reduce((sum, count) => sum + count, 0)
  return [
    ...(baseline ? [`baseline in force: ${plural(known.length, 'known failure')}`] : []),
    ...(provisional ? [`${plural(provisional, 'provisional verdict')} beside it`] : []),
  ]
}

/** What a gate makes of a run with a baseline: the verdict stays what it is. */
function gate(report: Report): readonly string[] {
  if (!report.baseline) return []
  const { failed, open, known, stale } = gateOf(report)
  if (failed.length > 0) return [`the gate fails: ${plural(failed.length, 'failure')} not in the baseline`]
  if (stale.length > 0) return [`the gate fails: the baseline is stale in ${stale.length} of ${report.baseline.entries.length === 1 ? '1 entry' : `${report.baseline.entries.length} entries`}`]
  if (open.length > 0) return ['the gate cannot tell']
  return known.length > 0 ? ['the gate passes: every failure is known'] : []
}

/** Verdicts by outcome, such as `97 passed, 2 failed, 4 inapplicable`; zeros are left out. */
export function countsLine(counts: Counts): string {
  const parts = outcomes.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`)
  return parts.length > 0 ? parts.join(', ') : 'no verdicts'
}

/** What a report says about the run in a few words: target, role, profile, clock, seed. */
export function runFacts(report: Report): readonly string[] {
  const { target, run } = report
  const name = target.name === undefined ? [] : [[target.name, target.version ?? ''].join(' ').trim()]
  const clock = run.clock === 'scaled' ? `scaled clock ×${run.timeScale}` : `${run.clock} clock`
  return [
    `target ${target.url}`,
    ...name,
    `role ${target.role}`,
    `profile ${target.profile}`,
    clock,
    `seed ${run.seed}`,
    ...(run.via === undefined ? [] : [`behind the proxy lens ${run.via}`]),
  ].map((fact) => inert(fact))
}

export function plural(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`
}

/** How many MUSTs have a verdict of this outcome. */
function mustRules(report: Report, outcome: Outcome): number {
  const hit = report.verdicts.filter((verdict) => verdict.level === 'MUST' && verdict.outcome === outcome)
  return new Set(hit.map(({ requirement }) => requirement)).size
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
