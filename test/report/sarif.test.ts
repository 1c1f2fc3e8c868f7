import { describe, expect, test } from 'vitest'
import { renderSarif } from '../../harness/report/sarif.ts'
import { context, mixed, reportOf, verdict } from './fixture.ts'

interface Log {
  readonly $schema: string
  readonly version: string
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string }; readonly help?: { readonly text: string }; readonly defaultConfiguration: { readonly level: string } }[] } }
    readonly invocations: readonly { readonly executionSuccessful: boolean; readonly startTimeUtc?: string; readonly endTimeUtc?: string; readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: { readonly text: string }; readonly associatedRule?: { readonly index?: number } }[] }[]
    readonly results: readonly Result[]
    readonly properties: Readonly<Record<string, unknown>>
  }[]
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly kind: string
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly { readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } }; readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[] }[]
  readonly partialFingerprints: Readonly<Record<string, string>>
}

const logOf = (report = reportOf(mixed)) => JSON.parse(renderSarif(report, context)) as Log // the shape is what the tests below look at
const runOf = (report = reportOf(mixed)) => {
  const [run] = logOf(report).runs
  if (!run) throw new Error('a log without a run')
  return run
}

describe('sarif', () => {
  test('has what the specification requires of a log, a tool, its rules and its results (SARIF 2.1.0, 3.13 to 3.27)', () => {
    const log = logOf()
    const run = runOf()
    expect(log.version).toBe('2.1.0')
    expect(log.runs).toHaveLength(1)
    expect(run.tool.driver.name).toBe('event-delivery-conformance')
    expect(new Set(run.tool.driver.rules.map(({ id }) => id)).size).toBe(run.tool.driver.rules.length)
    for (const rule of run.tool.driver.rules) {
      expect(rule.shortDescription.text).not.toBe('')
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration.level)
    }
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId)
      expect(result.message.text).not.toBe('')
      expect(result.locations[0]?.physicalLocation).toEqual({ artifactLocation: { uri: 'spec/webhook-signature.md' }, region: { startLine: 1 } })
      expect(URL.canParse(result.locations[0]?.physicalLocation?.artifactLocation.uri ?? '', 'file:///')).toBe(true)
    }
    for (const time of [run.invocations[0]?.startTimeUtc, run.invocations[0]?.endTimeUtc]) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  test('gives a level to what failed, and none to what is open (3.27.10)', () => {
    const read = runOf().results.map(({ ruleId, kind, level }) => `${ruleId} ${kind} ${level}`)
    expect(new Set(read)).toEqual(
      new Set(['webhook-signature-covers-body fail error', 'webhook-signature-covers-id open none', 'webhook-body-raw-bytes fail error', 'webhook-body-bounded fail warning', 'webhook-body-large-accepted open none']),
    )
    expect(runOf().properties['counts']).toEqual({ passed: 1, failed: 5, unproven: 2, inapplicable: 2, faulted: 1 })
  })

  test('keeps a fault of the harness and an obstacle out of the results', () => {
    const obstacle = { code: 'died', fact: 'the target is gone', cure: 'Start it again.' }
    const [invocation] = runOf(reportOf(mixed, { obstacle })).invocations
    expect(invocation?.executionSuccessful).toBe(false)
    expect(invocation?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual(['the target is gone. Start it again.', 'case-of-webhook-order-independent: the harness ran out of sockets'])
    expect(runOf(reportOf([verdict('webhook-signature-accepted', 'passed')])).invocations[0]).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [] })
  })

  test('tells two findings apart by case and requirement, from run to run', () => {
    const prints = runOf().results.map(({ partialFingerprints }) => partialFingerprints['caseAndRequirement/v1'])
    expect(new Set(prints).size).toBe(prints.length)
    expect(prints).toContain('spaces webhook-body-raw-bytes')
  })

  test('lets a target write neither links nor placeholders into a message (3.11.5, 3.11.6)', () => {
    const text = runOf(reportOf([verdict('webhook-signature-accepted', 'failed', { saw: '[click](https://x.example) {0} \\' })])).results[0]?.message.text ?? ''
    expect(text).toContain('saw \\[click\\](https://x.example) {{0}} \\\\.')
    expect(text.replace(/\\[[\]\\]/g, '').replace(/\{\{|\}\}/g, '')).not.toMatch(/[[\]{}]/)
  })
})
