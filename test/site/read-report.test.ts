import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readAttested } from '../../harness/site/attested.ts'
import { entryOf } from '../../harness/site/entry.ts'
import { readReport } from '../../harness/site/read-report.ts'
import { readSubject } from '../../harness/site/subject.ts'
import { runMember } from '../../harness/trust/statement.ts'
import { mixed, reportOf } from '../report/fixture.ts'
import { reportFor } from './fixture.ts'

const report = reportFor({ 'webhook-signature-required': 'failed' })
const changed = (change: object) => readReport(JSON.stringify({ ...report, ...change }))

describe('reports', () => {
  test('one of every outcome is read as it stands', () => {
    const whole = reportOf(mixed)
    expect(readReport(JSON.stringify(whole))).toEqual({ report: JSON.parse(JSON.stringify(whole)), version: 1 })
  })

  test.each([
    ['not JSON', readReport('{'), 'it is not a JSON object'],
    ['a list', readReport('[]'), 'it is not a JSON object'],
    ['no version', changed({ report: undefined }), 'it names no report version'],
    ['no suite', changed({ suite: { name: 'x' } }), '"suite" is missing, or is not what a report of version 1 holds'],
    ['a date that is none', changed({ run: { ...report.run, finishedAt: 'yesterday' } }), '"run" is missing, or is not what a report of version 1 holds'],
    ['an outcome that is none', changed({ verdicts: [{ ...report.verdicts[0], outcome: 'green' }] }), '"verdicts" is missing, or is not what a report of version 1 holds'],
    ['an id that leads elsewhere', changed({ requirements: [{ ...report.requirements[0], id: '../../x' }] }), '"requirements" is missing, or is not what a report of version 1 holds'],
    ['a rule twice', changed({ requirements: [report.requirements[0], report.requirements[0]] }), 'it names a requirement twice'],
    ['a verdict on nothing', changed({ requirements: [] }), 'a verdict is on the requirement webhook-signature-required, which it does not list'],
    ['a later version of another shape', changed({ report: 2, verdicts: {} }), 'it is a report of version 2, and "verdicts" is not what this version reads'],
  ])('%s is refused with its reason', (_, read, flaw) => {
    expect(read).toEqual({ flaw })
  })

  test('a later version of the same shape is read, and keeps its version', () => {
    expect(changed({ report: 2 })).toMatchObject({ version: 2 })
  })

  test('a rule never says better than its verdicts', () => {
    const claimed = { ...report, requirements: report.requirements.map((rule) => ({ ...rule, outcome: 'passed' as const })) }
    expect(entryOf(claimed, { folder: '', reportVersion: 1 }).cells.get('webhook-signature-required')?.look).toBe('failed')
  })

  test.each<readonly [{ readonly name?: string; readonly subject?: string }, string]>([
    [{ name: 'told', subject: 'described' }, 'described'],
    [{ name: 'told' }, 'told'],
    [{}, 'stripe'],
  ])('the name of %j is %s', ({ name, subject }, expected) => {
    const named = name === undefined ? report : { ...report, target: { ...report.target, name } }
    expect(entryOf(named, { folder: 'libraries/stripe/consumer', reportVersion: 1, ...(subject === undefined ? {} : { subject: { name: subject } }) }).name).toBe(expected)
  })
})

describe('subjects', () => {
  test('are read with what they tell', () => {
    expect(readSubject('{"name":"x","kind":"library","version":"1","later":true}')).toEqual({ name: 'x', kind: 'library', version: '1' })
  })

  test.each([
    ['[]', 'it is not a JSON object'],
    ['{"name":" "}', '"name" is missing'],
    ['{"name":"x","version":1}', '"version" is not a string'],
    ['{"name":"x","kind":"toaster"}', '"kind" is none of library, server, browser, program'],
  ])('%s is refused', (text, flaw) => {
    expect(readSubject(text)).toEqual({ flaw })
  })
})

describe('attestations', () => {
  const bytes = Buffer.from('{}')
  const envelope = (subject: unknown, expiresAt: unknown = '2031-01-01T00:00:00Z') => JSON.stringify({ payload: Buffer.from(JSON.stringify({ subject, predicate: { [runMember]: { expiresAt } } })).toString('base64') })
  const subject = (text: string) => [{ name: 'report.json', digest: { sha256: createHash('sha256').update(text).digest('hex') } }]

  test('tell until when the report beside them holds', () => {
    expect(readAttested(envelope(subject('{}')), bytes)).toEqual({ until: '2031-01-01T00:00:00.000Z' })
  })

  test('are told as what they are when they name another report, or nothing', () => {
    expect(readAttested(envelope(subject('{ }')), bytes)).toEqual({ flaw: 'the attestation beside it is of another report' })
    expect(readAttested('{}', bytes)).toEqual({ flaw: 'the attestation beside it cannot be read' })
    expect(readAttested(envelope(subject('{}'), 'soon'), bytes)).toEqual({ flaw: 'the attestation beside it cannot be read' })
  })
})
