import { beforeAll, describe, expect, test } from 'vitest'
import { readTranscript } from '../../cli/recorded-run.ts'
import { exitCodeOf } from '../../cli/exit-code.ts'
import { judge } from '../../harness/judge.ts'
import { evidenceLines } from '../../harness/merge/evidence.ts'
import { mergeTranscripts, type Recorded } from '../../harness/merge/merge.ts'
import { ownTranscripts, partsOf } from '../../harness/merge/parts.ts'
import { failureCode } from '../../harness/gate/failure-code.ts'
import { recordedContext } from '../../harness/report/recorded-context.ts'
import type { RunResult } from '../../harness/run.ts'
import { writeTranscript } from '../../harness/transcript/record.ts'
import type { RunLine, TranscriptLine } from '../../harness/transcript/line.ts'
import { suites } from '../../suites/index.ts'
import futureTimestampPasses from '../broken/future-timestamp-passes.ts'
import { shard, verdictOf } from './shards.ts'

const named = (...runs: readonly RunResult[]): readonly Recorded[] => runs.map(({ transcript }, index) => ({ name: `run ${index + 1}`, transcript }))
const merged = (...runs: readonly RunResult[]) => mergeTranscripts(named(...runs))
const future = ['consumer-timestamp/future-one-year', 'webhook-timestamp-future-refused'] as const

let signatures: RunResult
let timestamps: RunResult
let broken: RunResult

beforeAll(async () => {
  signatures = await shard(['consumer-signature/*'])
  timestamps = await shard(['consumer-timestamp/*'])
  broken = await shard(['consumer-timestamp/*'], { parts: futureTimestampPasses.parts() })
})

describe('runs that each measured a part', () => {
  test('say together what one run of everything says', async () => {
    const names = Object.keys(suites.consumer)
    const half = Math.ceil(names.length / 2)
    const [whole, left, right] = [await shard([]), await shard(names.slice(0, half)), await shard(names.slice(half))]
    const report = judge(merged(left, right), suites)
    const told = ({ case: id, requirement, outcome, saw }: RunResult['report']['verdicts'][number]) => `${id} ${requirement} ${outcome} ${saw.replaceAll(/\d+/g, 'N')}`
    expect(report.verdicts.map(told)).toEqual(whole.report.verdicts.map(told))
    expect(report.summary).toEqual(whole.report.summary)
    expect(report.requirements).toEqual(whole.report.requirements)
    expect([left.report.summary.claim, report.summary.claim, exitCodeOf(report)]).toEqual(['partial', 'full', 0])
    expect(report.skipped).toBeUndefined()
  }, 120_000)

  test('leave a partial claim while something is in none of them', () => {
    const report = judge(merged(signatures, timestamps), suites)
    expect(report.summary.claim).toBe('partial')
    expect(report.verdicts).toHaveLength(signatures.report.verdicts.length + timestamps.report.verdicts.length)
    expect(report.skipped?.every(({ reason }) => reason === 'not among --only')).toBe(true)
    expect(report.skipped?.some((skip) => skip.case.startsWith('consumer-signature/'))).toBe(false)
  })

  test('are named in the report, each with its selection and the digest of what it wrote', () => {
    const { run, verdicts } = judge(merged(signatures, timestamps), suites)
    expect(run.parts?.map(({ part, selection, transcript }) => [part, selection.only, transcript])).toEqual([
      ['p1', ['consumer-signature/*'], signatures.report.artefacts?.['transcript.ndjson']],
      ['p2', ['consumer-timestamp/*'], timestamps.report.artefacts?.['transcript.ndjson']],
    ])
    const wrong = verdicts.filter(({ part, exchanges }) => part === undefined || exchanges.some((id) => !id.startsWith(`${part}-`)))
    expect(wrong).toEqual([])
  })

  test('can be had back byte for byte', () => {
    const own = ownTranscripts(merged(signatures, timestamps))
    expect(own.map(writeTranscript)).toEqual([signatures, timestamps].map(({ transcript }) => writeTranscript(transcript)))
  })

  test('are judged the same after they were written and read', () => {
    const lines = merged(signatures, broken)
    const read = readTranscript(writeTranscript(lines), 'transcript.ndjson')
    expect(JSON.stringify(judge(read, suites))).toBe(JSON.stringify(judge(lines, suites)))
  })

  test('may be merged ones themselves, whose parts then count one by one', () => {
    const nested = mergeTranscripts([{ name: 'earlier', transcript: merged(signatures, timestamps) }, ...named(broken)])
    expect(writeTranscript(nested)).toBe(writeTranscript(merged(signatures, timestamps, broken)))
    expect(partsOf(nested).map(({ name }) => name)).toEqual(['p1', 'p2', 'p3'])
  })
})

describe('a case that several parts judged', () => {
  test('fails when one of them failed it, whichever came first, and says what the other found', () => {
    for (const [runs, note] of [[[timestamps, broken], '(in part p2; passed in p1)'], [[broken, timestamps], '(in part p1; passed in p2)']] as const) {
      const report = judge(merged(...runs), suites)
      const verdict = verdictOf(report, ...future)
      expect(verdict).toMatchObject({ outcome: 'failed', disputed: true })
      expect(verdict.saw).toContain(note)
      expect(report.summary.conformant).toBe(false)
      expect(exitCodeOf(report)).toBe(1)
    }
  })

  test('keeps the code of its failure, so that a baseline still names it', () => {
    const verdict = verdictOf(judge(merged(timestamps, broken), suites), ...future)
    expect(verdict.code).toBe(verdictOf(broken.report, ...future).code)
    expect(failureCode(verdict)).toBe(verdict.code)
  })

  test('counts as measured when one of them could: a second run with the control API', async () => {
    const pattern = ['consumer-idempotency/*']
    const [bare, able] = [await shard(pattern, { bare: true }), await shard(pattern)]
    expect(bare.report.summary.unlock.map(({ flag }) => flag)).toEqual(['--control URL'])
    const report = judge(merged(able, bare), suites)
    expect(report.summary.unlock).toEqual([])
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(able.report.verdicts.map(({ outcome }) => outcome))
    expect(report.verdicts.some(({ disputed }) => disputed)).toBe(false)
  })

  test('is drawn from the part that its verdict comes from, and the other stands beside it', () => {
    const lines = merged(timestamps, broken)
    const report = judge(lines, suites)
    const drawn = evidenceLines(lines, report)
    const { exchangeText } = recordedContext(drawn)
    expect(report.verdicts.flatMap(({ exchanges }) => exchanges).filter((id) => exchangeText(id) === undefined)).toEqual([])
    const ids = (id: string) => drawn.flatMap((line) => (line.kind === 'exchange' && line.case === id ? [line.id.split('-')[0]] : []))
    expect(new Set(ids(future[0]))).toEqual(new Set(['p2']))
    expect(new Set(ids(`${future[0]} (p1)`))).toEqual(new Set(['p1']))
    expect(drawn.filter(({ kind }) => ['run', 'part', 'end'].includes(kind)).map(({ kind }) => kind)).toEqual(['run', 'end'])
    expect(evidenceLines(broken.transcript, broken.report)).toBe(broken.transcript)
  })
})

describe('what does not belong together is refused', () => {
  const changed = (run: RunResult, change: (line: RunLine) => RunLine): RunResult => ({ ...run, transcript: run.transcript.map((line): TranscriptLine => (line.kind === 'run' ? change(line) : line)) })

  test.each([
    ['another target', (line: RunLine) => ({ ...line, target: { ...line.target, url: 'http://127.0.0.1:9/\u001b[2J' } }), /target: reference against http:\/\/127\.0\.0\.1:9\/\\x1b\[2J/],
    ['another build of the target', (line: RunLine) => ({ ...line, target: { ...line.target, version: '2' } }), /version of the target: .* against 2/],
    ['another role', (line: RunLine) => ({ ...line, target: { ...line.target, role: 'producer' } }), /role: consumer against producer/],
    ['another profile document', (line: RunLine) => ({ ...line, target: { ...line.target, profileHash: `sha256:${'0'.repeat(64)}` } }), /profile document: sha256/],
    ['another suite', (line: RunLine) => ({ ...line, suite: { ...line.suite, version: '9.9.9' } }), /suite: event-delivery-conformance .* against event-delivery-conformance 9\.9\.9/],
    ['other rules', (line: RunLine) => ({ ...line, suite: { ...line.suite, requirementSet: 'sha256:0' } }), /requirement set/],
    ['another clock', (line: RunLine) => ({ ...line, run: { ...line.run, clock: 'scaled' as const, timeScale: 100 } }), /clock: virtual against scaled, 100 times faster/],
    ['another proxy', (line: RunLine) => ({ ...line, run: { ...line.run, via: 'gzip' as const } }), /proxy: none against gzip/],
    ['another baseline', (line: RunLine) => ({ ...line, baseline: { digest: 'sha256:1', entries: [] } }), /baseline: none against sha256:1/],
  ])('%s', (_, change, fact) => {
    expect(() => merged(signatures, changed(timestamps, change))).toThrow(fact)
    expect(() => merged(signatures, changed(timestamps, change))).toThrow(expect.objectContaining({ code: 'bad-report', exitCode: 2 }))
  })

  test('the same run twice', () => {
    expect(() => merged(signatures, timestamps, signatures)).toThrow('run 3 is the same run as run 1')
  })

  test('a merged transcript whose first or last line is not what its parts make of it', () => {
    const lines = merged(signatures, broken)
    const other = lines.map((line): TranscriptLine => (line.kind === 'run' ? { ...line, target: { ...line.target, url: 'http://elsewhere.example/' } } : line))
    expect(() => judge(other, suites)).toThrow(/not what its parts make of it/)
    const stowaway = [...lines.slice(0, 1), ...broken.transcript.filter(({ kind }) => kind === 'exchange').slice(0, 1), ...lines.slice(1)]
    expect(() => judge(stowaway, suites)).toThrow(/not what its parts make of it/)
  })
})
