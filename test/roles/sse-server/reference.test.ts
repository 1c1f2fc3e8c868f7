import { execPath } from 'node:process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadProfile } from '../../../harness/profile/load.ts'
import type { Profile } from '../../../harness/profile/profile.ts'
import { planText } from '../../../harness/plan-text.ts'
import { judge } from '../../../harness/judge.ts'
import { casesOf } from '../../../harness/plan.ts'
import { defaultStreamPolicy } from '../../../harness/profile/default-stream-policy.ts'
import { sseServerRole } from '../../../harness/roles/sse-server/role.ts'
import { run, type RunOptions, type RunResult } from '../../../harness/run.ts'
import type { TranscriptLine } from '../../../harness/transcript/line.ts'
import { sseServer } from '../../../reference/sse-server.ts'
import { requirements } from '../../../spec/requirements.ts'
import { suites } from '../../../suites/index.ts'
import { smallServer } from './small-server.ts'

const token = 'readers-of-the-reference'

function options(profile: Profile): RunOptions {
  return {
    role: 'sse-server',
    profile,
    suites,
    keys: { secrets: [] },
    headers: [['Authorization', `Bearer ${token}`]],
    secretTexts: [token],
    target: { kind: 'in-process', name: 'reference', handler: () => sseServer({ profile, heartbeatMs: 150, token }) },
  }
}

describe('the reference stream server', () => {
  let profile: Profile
  let result: RunResult

  beforeAll(async () => {
    profile = await loadProfile('event-delivery')
    result = await run(options(profile))
  }, 60_000)

  test('passes everything', () => {
    expect(result.report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable')).toEqual([])
    expect(result.report.summary).toMatchObject({ conformant: true, claim: 'full' })
  })

  test('is measured by every rule that is no exception, save for the one that needs a refusal for load', () => {
    const rules = requirements.filter(({ role, status }) => role === 'sse-server' && status === 'active').map(({ id }) => id)
    const passed = new Set<string>(result.report.requirements.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id))
    expect(rules.filter((id) => !passed.has(id))).toEqual(['sse-stream-throttle'])
  })

  test('is measured by cases that prove a rule each, beside controls that exist', () => {
    const cases = casesOf(sseServerRole, suites['sse-server'], { profile, policy: profile.stream ?? defaultStreamPolicy, publishes: true, disconnects: true, retains: true, resets: true, credentials: ['Authorization'] })
    expect([...cases.values()].filter(({ value }) => Object.keys(value.then ?? {}).length === 0).map(({ id }) => id)).toEqual([])
    expect([...cases.values()].flatMap(({ id, controls }) => (controls.length === 0 && !sseServerRole.baseline.includes(id) ? [id] : controls.filter((control) => !cases.has(control))))).toEqual([])
  })

  test('gets the same report from its transcript, read again', () => {
    const lines = result.transcript.map((line) => JSON.parse(JSON.stringify(line)) as TranscriptLine)
    expect(judge(lines, suites)).toEqual(JSON.parse(JSON.stringify(result.report)))
  })

  test('has a transcript that keeps to its schema, and to itself what its readers have to bring', () => {
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    const folder = join(import.meta.dirname, '..', '..', '..', 'schemas')
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object)
    const validate = ajv.getSchema('urn:event-delivery-conformance:schema:transcript')
    const wrong = result.transcript.filter((line) => validate?.(JSON.parse(JSON.stringify(line))) !== true)
    expect(wrong.slice(0, 2)).toEqual([])
    expect(JSON.stringify(result.transcript)).not.toContain(token)
  })

  test('has a plan that tells every case without sending anything', () => {
    const text = planText(options(profile))
    expect(text).toContain('sse-server-resume/long-history')
    expect(text).toMatch(/GET the stream, with Last-Event-ID of the event "two"|GET the stream with Last-Event-ID of the event "two"/)
  })
})

describe('a stream server that is made to publish by a command', () => {
  test('is judged like one with a control API, as far as publishing goes', { timeout: 60_000 }, async () => {
    const server = await smallServer({ without: ['.well-known'] })
    const script = `let text='';process.stdin.on('data',d=>text+=d).on('end',()=>fetch('${new URL('/control/events', server.url).href}',{method:'POST',body:text}).then(r=>process.exit(r.ok?0:1)))`
    try {
      const profile = await loadProfile('event-delivery')
      const { report } = await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, target: { kind: 'url', url: server.url }, trigger: `${JSON.stringify(execPath)} -e ${JSON.stringify(script)}`, selection: { only: ['sse-server-stream/live', 'sse-server-resume/behind-the-second'], skip: [], levels: [] } })
      expect(report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable')).toEqual([])
      expect(report.requirements.map(({ id }) => id)).toContain('sse-resume-no-gap')
    } finally {
      await server.close()
    }
  })
})
