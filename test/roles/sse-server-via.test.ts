import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ProxyLensName } from '../../harness/http/proxy-passage.ts'
import { judge } from '../../harness/judge.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import type { Report, Verdict } from '../../harness/report/report.ts'
import { runFacts } from '../../harness/report/summary.ts'
import { run, type RunResult } from '../../harness/run.ts'
import type { TranscriptLine } from '../../harness/transcript/line.ts'
import { honestParts, type ServerParts } from '../../reference/sse-server/parts.ts'
import { sseServer } from '../../reference/sse-server.ts'
import { suites } from '../../suites/index.ts'

let profile: Profile

beforeAll(async () => {
  profile = await loadProfile('event-delivery')
})

const ofTheWay = ['sse-server-stream/opened', 'sse-server-stream/live', 'sse-server-stream/gzip', 'sse-server-stream/br', 'sse-server-stream/silent']
const alsoResumed = [...ofTheWay, 'sse-server-resume/behind-the-second', 'sse-server-delivery/*']

describe('a server that says and does what proxies need', () => {
  it.each<ProxyLensName>(['nginx-buffering', 'gzip', 'idle-timeout'])('passes behind %s', { timeout: 60_000 }, async (via) => {
    const { report } = await behind(via, {}, alsoResumed)
    expect(report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable').map(({ case: id, requirement, saw, reason }) => [id, requirement, saw, reason])).toEqual([])
    expect(report.diagnoses).toEqual([])
    expect(report.run.via).toBe(via)
  })
})

describe('a server without X-Accel-Buffering', () => {
  const parts = { head: without('X-Accel-Buffering') }
  let result: RunResult

  beforeAll(async () => {
    result = await behind('nginx-buffering', parts, alsoResumed)
  }, 60_000)

  it('fails the rule of flushing, and the verdict says behind which proxy', () => {
    const verdict = of(result.report, 'sse-stream-flush', 'sse-server-stream/live')
    expect(verdict.outcome).toBe('failed')
    expect(verdict.saw).toMatch(/behind the proxy lens nginx-buffering, which kept in its buffer, for up to [\d.]+ s, what the target had written: \d+ bytes at the end/)
  })

  it('is told the header', () => {
    expect(result.report.diagnoses).toHaveLength(1)
    expect(result.report.diagnoses[0]).toMatchObject({ code: 'stalls-behind-buffering', cure: 'Send X-Accel-Buffering: no with every stream.' })
    expect(result.report.diagnoses[0]?.fact).toContain('Events stall behind a buffering proxy')
    expect(result.report.diagnoses[0]?.cases).toContain('sse-server-stream/live')
  })

  it('fails no other MUST', () => {
    expect(result.report.verdicts.filter(({ outcome, level, requirement }) => outcome === 'failed' && level === 'MUST' && requirement !== 'sse-stream-flush').map(({ case: id, requirement }) => [id, requirement])).toEqual([])
  })

  it('has the proxy in its facts and in the first line of its transcript', () => {
    expect(runFacts(result.report)).toContain('behind the proxy lens nginx-buffering')
    expect(result.transcript[0]).toMatchObject({ kind: 'run', run: { via: 'nginx-buffering' } })
  })

  it('gets the same report from its transcript, which keeps to its schema', () => {
    const lines = result.transcript.map((line) => JSON.parse(JSON.stringify(line)) as TranscriptLine) // as the file has it
    expect(judge(lines, suites)).toEqual(JSON.parse(JSON.stringify(result.report)))
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    const folder = join(import.meta.dirname, '..', '..', 'schemas')
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object)
    const validate = ajv.getSchema('urn:event-delivery-conformance:schema:transcript')
    expect(lines.filter((line) => validate?.(line) !== true).slice(0, 2)).toEqual([])
    expect(ajv.getSchema('urn:event-delivery-conformance:schema:report')?.(JSON.parse(JSON.stringify(result.report)))).toBe(true)
  })

  it('passes that rule where no proxy is between', { timeout: 60_000 }, async () => {
    const { report } = await behind(undefined, parts, ['sse-server-stream/live'])
    expect(of(report, 'sse-stream-flush', 'sse-server-stream/live').outcome).toBe('passed')
    expect(report.run).not.toHaveProperty('via')
  })
})

describe('a server that lacks the header on streams that are resumed', () => {
  it('is unproven there, and not said to lose events', { timeout: 60_000 }, async () => {
    const head: ServerParts['head'] = (request, setting) => (request.lastEventId === undefined ? honestParts.head(request, setting) : without('X-Accel-Buffering')(request, setting))
    const { report } = await behind('nginx-buffering', { head }, ['sse-server-resume/behind-the-second'])
    const verdict = of(report, 'sse-resume-no-gap', 'sse-server-resume/behind-the-second')
    expect(verdict.outcome).toBe('unproven')
    expect(verdict.reason).toMatch(/the proxy lens nginx-buffering stood between: on the stream "[^"]+" it kept \d+ bytes back/)
  })
})

describe('a server that keeps events back itself', () => {
  it('is not told to send a header, behind a proxy that kept nothing', { timeout: 60_000 }, async () => {
    const write: ServerParts['write'] = (response, text) => void (text.includes('data:') || response.write(text))
    const { report } = await behind('nginx-buffering', { write }, ['sse-server-stream/live'])
    const verdict = of(report, 'sse-stream-flush', 'sse-server-stream/live')
    expect(verdict.outcome).toBe('failed')
    expect(verdict.saw).toContain('behind the proxy lens nginx-buffering, which kept nothing back')
    expect(report.diagnoses).toEqual([])
  })
})

describe('a server without no-transform', () => {
  it('fails behind a compressing proxy where the client accepts that, and is told the directive', { timeout: 60_000 }, async () => {
    const { report } = await behind('gzip', { head: (request, setting) => ({ ...honestParts.head(request, setting), 'Cache-Control': 'no-store' }) }, ofTheWay)
    expect(report.verdicts.filter(({ outcome, level }) => outcome === 'failed' && level === 'MUST').map(({ case: id, requirement }) => [id, requirement])).toEqual([['sse-server-stream/gzip', 'sse-stream-flush-compressed']])
    expect(of(report, 'sse-stream-flush-compressed', 'sse-server-stream/gzip').saw).toMatch(/Content-Encoding: gzip; behind the proxy lens gzip, which kept in its compressor/)
    expect(report.diagnoses).toMatchObject([{ code: 'stalls-behind-compression', cure: 'Send Cache-Control: no-store, no-transform with every stream.' }])
  })
})

describe('a server without heartbeats', () => {
  it('is cut by a proxy with an idle timeout, and told to send them', { timeout: 60_000 }, async () => {
    const { report, transcript } = await behind('idle-timeout', { heartbeat: () => '', write: (response, text) => void (text === '' || response.write(text)) }, ofTheWay)
    const verdict = of(report, 'sse-stream-heartbeat', 'sse-server-stream/silent')
    expect(verdict.outcome).toBe('failed')
    expect(verdict.saw).toMatch(/ without a byte; behind the proxy lens idle-timeout, which then cut the connection/)
    expect(report.verdicts.filter(({ outcome, level }) => outcome === 'failed' && level === 'MUST')).toEqual([])
    expect(report.diagnoses).toMatchObject([{ code: 'cut-by-idle-proxy', cases: ['sse-server-stream/silent'] }])
    expect(report.diagnoses[0]?.cure).toContain('heartbeat')
    expect(transcript.some((line) => line.kind === 'stream' && line.endedBy === 'proxy' && line.lens?.did === 'cut')).toBe(true)
  })
})

describe('a target that nobody can reach', () => {
  it('is an obstacle with the reason of the target, not of the proxy', async () => {
    const { report } = await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, via: 'gzip', target: { kind: 'url', url: 'http://127.0.0.1:9/stream' } })
    expect(report.summary.obstacle).toMatchObject({ code: 'unreachable' })
    expect(report.summary.obstacle?.fact).toContain('ECONNREFUSED')
  })
})

function behind(via: ProxyLensName | undefined, parts: Partial<ServerParts>, only: readonly string[]): Promise<RunResult> {
  return run({
    role: 'sse-server',
    profile,
    suites,
    keys: { secrets: [] },
    ...(via === undefined ? {} : { via }),
    selection: { only, skip: [], levels: [] },
    target: { kind: 'in-process', name: 'reference', handler: () => sseServer({ profile, heartbeatMs: 150, parts }) },
  })
}

/** The honest head of an answer less one header. */
function without(name: string): ServerParts['head'] {
  return (request, setting) => Object.fromEntries(Object.entries(honestParts.head(request, setting)).filter(([field]) => field !== name))
}

function of(report: Report, requirement: string, id: string): Verdict {
  const verdict = report.verdicts.find((each) => each.requirement === requirement && each.case === id)
  if (!verdict) throw new Error(`there is no verdict on ${requirement} in ${id}`)
  return verdict
}
