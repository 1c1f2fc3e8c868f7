import type { Outcome } from '../verdict.ts'
import { detailOf, sentenceOf } from './detail.ts'
import { reasonOf } from './findings.ts'
import { inert } from './inert.ts'
import { inertJson } from './json.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'
import { claimLine, verdictLine } from './summary.ts'

/** The words of EARL 1.0 for the outcomes; what a fault of the harness kept from being tested is untested. */
const outcomeNames: Readonly<Record<Outcome, string>> = {
  passed: 'earl:passed',
  failed: 'earl:failed',
  unproven: 'earl:cantTell',
  inapplicable: 'earl:inapplicable',
  faulted: 'earl:untested',
}

const context = {
  earl: 'http://www.w3.org/ns/earl#',
  dct: 'http://purl.org/dc/terms/',
  doap: 'http://usefulinc.com/ns/doap#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  title: 'dct:title',
  description: 'dct:description',
  date: { '@id': 'dct:date', '@type': 'xsd:dateTime' },
  isPartOf: { '@id': 'dct:isPartOf', '@type': '@id' },
  hasVersion: 'dct:hasVersion',
  assertedBy: { '@id': 'earl:assertedBy', '@type': '@id' },
  subject: { '@id': 'earl:subject', '@type': '@id' },
  test: { '@id': 'earl:test', '@type': '@id' },
  mode: { '@id': 'earl:mode', '@type': '@id' },
  result: 'earl:result',
  outcome: { '@id': 'earl:outcome', '@type': '@id' },
  info: 'earl:info',
  pointer: 'earl:pointer',
} as const

/**
 * EARL 1.0 as JSON-LD: the suite as assertor, the target as subject, requirements and cases as tests, an assertion a verdict.
 *
 * Requirements and cases have names of their own (`urn:event-delivery-conformance:…`), so that reports of several
 * implementations can be merged; assertor and subject are nodes of this report. `info` is one line of English.
 */
export function renderEarl(report: Report, render: RenderContext): string {
  const cases = new Map(report.verdicts.map((verdict) => [verdict.case, verdict]))
  return inertJson({
    '@context': context,
    '@graph': [
      assertor(report),
      subject(report),
      ...report.requirements.map(({ id, level }) => ({ '@id': requirementName(id), '@type': 'earl:TestRequirement', title: inert(id), description: `${level}: ${sentenceOf(report, id)}` })),
      ...[...cases].map(([id, { title }]) => ({ '@id': caseName(id), '@type': 'earl:TestCase', title: inert(id), description: inert(title), isPartOf: [...new Set(report.verdicts.filter((verdict) => verdict.case === id).map(({ requirement }) => requirementName(requirement)))] })),
      ...report.verdicts.map((verdict) => assertion(report, verdict, render)),
    ],
  })
}

function assertor({ suite }: Report) {
  return { '@id': '_:suite', '@type': ['earl:Assertor', 'earl:Software'], title: inert(suite.name), hasVersion: inert(suite.version), description: `requirement set ${inert(suite.requirementSet)}, specification ${inert(suite.specHash)}` }
}

function subject(report: Report) {
  const { target } = report
  return {
    '@id': '_:target',
    '@type': 'earl:TestSubject',
    title: inert(target.name ?? target.url),
    ...(target.version === undefined ? {} : { hasVersion: inert(target.version) }),
    description: `${inert(target.url)}, role ${inert(target.role)}, profile ${inert(target.profile)}. ${claimLine(report)}. ${verdictLine(report)}`,
  }
}

function assertion(report: Report, verdict: Verdict, render: RenderContext) {
  const { expected, saw, repeat } = detailOf(report, verdict, render, 0)
  const judged = verdict.outcome === 'passed' || verdict.outcome === 'failed'
  return {
    '@type': 'earl:Assertion',
    assertedBy: '_:suite',
    subject: '_:target',
    test: requirementName(verdict.requirement),
    mode: 'earl:automatic',
    result: {
      '@type': 'earl:TestResult',
      outcome: outcomeNames[verdict.outcome],
      title: `${inert(verdict.case)} › ${inert(verdict.requirement)}`,
      date: inert(report.run.finishedAt),
      info: judged ? `expected ${expected}; saw ${saw}` : reasonOf(verdict),
      ...(verdict.outcome === 'failed' ? { description: `Repeat: ${repeat}` } : {}),
      isPartOf: caseName(verdict.case),
    },
  }
}

function requirementName(id: string): string {
  return `urn:event-delivery-conformance:requirement:${encodeURIComponent(inert(id))}`
}

function caseName(id: string): string {
  return `urn:event-delivery-conformance:case:${inert(id).split('/').map(encodeURIComponent).join('/')}`
}
