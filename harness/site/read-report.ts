import { isObject } from '../profile/locate.ts'
import type { Report } from '../report/report.ts'

/** A report that a site can show, or why it cannot, as a sentence without a full stop. */
export type ReadReport = { readonly report: Report; readonly version: number } | { readonly flaw: string }

type Check = (value: unknown) => boolean

/** Far above what any run has, and low enough for one page. */
const mostRules = 2_000
const mostVerdicts = 20_000
const idGrammar = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/
const idLength = 64

/**
 * Reads the text of a `report.json`. Every member that a page shows is looked at; ids of rules have to follow their grammar, for
 * they become anchors and file names. A report of another version is read as long as it has these members.
 */
export function readReport(text: string): ReadReport {
  const value = parsed(text)
  if (!isObject(value)) return { flaw: 'it is not a JSON object' }
  const version = value['report']
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return { flaw: 'it names no report version' }
  const odd = Object.entries(members).find(([name, check]) => !check(value[name]))
  if (odd) return { flaw: version === 1 ? `"${odd[0]}" is missing, or is not what a report of version 1 holds` : `it is a report of version ${version}, and "${odd[0]}" is not what this version reads` }
  const report = value as unknown as Report // every member that is read was looked at
  const ids = new Set(report.requirements.map(({ id }) => id))
  if (ids.size < report.requirements.length) return { flaw: 'it names a requirement twice' }
  const stray = report.verdicts.find(({ requirement }) => !ids.has(requirement))
  if (stray) return { flaw: `a verdict is on the requirement ${stray.requirement}, which it does not list` }
  return { report, version }
}

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const instant: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const ruleId: Check = (value) => typeof value === 'string' && value.length <= idLength && idGrammar.test(value)
const level = oneOf('MUST', 'SHOULD', 'MAY')
const outcome = oneOf('passed', 'failed', 'unproven', 'inapplicable', 'faulted')
const counts = shape({ passed: number, failed: number, unproven: number, inapplicable: number, faulted: number })

const members: Readonly<Record<string, Check>> = {
  suite: shape({ name: text, version: text, specVersion: text, requirementSet: text, specHash: text }),
  target: shape({ url: text, role: text, profile: text, profileHash: text, name: optional(text), version: optional(text), attachment: list(text, 16) }),
  run: shape({ startedAt: instant, finishedAt: instant, seed: number, clock: text, timeScale: number, lagMs: shape({ p50: number, p99: number, max: number }), runtime: text, platform: text, via: optional(text), parts: optional(list(isObject, 256)) }),
  summary: shape({
    conformant: (value) => value === null || typeof value === 'boolean',
    claim: oneOf('full', 'partial'),
    measured: number,
    total: number,
    counts,
    provisional: optional(counts),
    unlock: list(shape({ flag: text, requirements: number }), 64),
    obstacle: optional(shape({ code: text, fact: text, cure: text })),
  }),
  requirements: list(shape({ id: ruleId, level, role: text, sentence: text, outcome, cases: list(text, mostVerdicts) }), mostRules),
  verdicts: list(
    shape({
      case: text, title: text, requirement: ruleId, level, outcome, evidence: text, expected: text, saw: text, reason: optional(text),
      exchanges: list(text, mostVerdicts), known: optional(shape({ reason: text, issue: optional(text), expires: text })),
    }),
    mostVerdicts,
  ),
  exceptions: list(shape({ id: text, reason: text }), mostRules),
  diagnoses: list(shape({ code: text, fact: text, cure: text, cases: list(text, mostVerdicts) }), mostRules),
  baseline: optional(shape({ entries: list(shape({ case: text, requirement: text, state: text }), mostVerdicts) })),
  artefacts: optional(shape({ 'transcript.ndjson': optional(text) })),
}

function shape(checks: Readonly<Record<string, Check>>): Check {
  const all = Object.entries(checks)
  return (value) => isObject(value) && all.every(([name, check]) => check(value[name]))
}

function list(check: Check, most: number): Check {
  return (value) => Array.isArray(value) && value.length <= most && value.every(check)
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value)
}

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === 'string' && words.includes(value)
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}
