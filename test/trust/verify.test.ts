import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { judge } from '../../harness/judge.ts'
import { renderJson } from '../../harness/report/json.ts'
import type { RunResult } from '../../harness/run.ts'
import { writeTranscript } from '../../harness/transcript/record.ts'
import { sealEnvelope } from '../../harness/trust/dsse.ts'
import { attestationFile, expiryOf, runMember, statementOf } from '../../harness/trust/statement.ts'
import { suites } from '../../suites/index.ts'
import { attested, pair, smallRun, validForMs, verified } from './recorded-folder.ts'

let recorded: RunResult
let folder: ReadonlyMap<string, Buffer>
let nowMs = 0

beforeAll(async () => {
  recorded = await smallRun()
  folder = attested(recorded)
  nowMs = Date.parse(recorded.report.run.finishedAt) + 1000
})

describe('an attested folder', () => {
  test('is an in-toto test result on the digests of its files', () => {
    const { payload } = JSON.parse(String(folder.get(attestationFile)))
    const statement = JSON.parse(Buffer.from(payload, 'base64').toString())
    expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://in-toto.io/attestation/test-result/v0.1' })
    expect(statement.subject.map(({ name }: { name: string }) => name)).toEqual(['report.html', 'report.json', 'transcript.ndjson'])
    expect(statement.predicate).toMatchObject({ result: 'WARNED', failedTests: [], passedTests: expect.arrayContaining(['webhook-signature-accepted']) })
    expect(statement.predicate[runMember]).toMatchObject({ conformant: true, claim: 'partial', suite: recorded.report.suite, target: recorded.report.target })
  })

  test('is verified while it is in force, whatever its verdict', async () => {
    expect(await verified(folder, nowMs)).toMatchObject({ expiresAt: expiryOf(recorded.report, validForMs), report: { report: 1 } })
  })

  test('is refused from the moment of its expiry', async () => {
    const at = Date.parse(expiryOf(recorded.report, validForMs))
    expect(await verified(folder, at - 1)).toHaveProperty('report')
    expect(await verified(folder, at)).toMatchObject({ refusals: [{ code: 'expired' }] })
  })

  test('is refused with another key', async () => {
    expect(await verified(folder, nowMs, { key: generateKeyPairSync('ed25519').publicKey })).toMatchObject({ refusals: [{ code: 'signature' }] })
  })

  test.each(['report.json', 'transcript.ndjson', 'report.html', attestationFile])('is refused with any byte of %s changed', async (name) => {
    const original = folder.get(name) ?? Buffer.alloc(0)
    expect(original.length).toBeGreaterThan(0)
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = Buffer.from(original)
        bytes[at] = (bytes[at] ?? 0) ^ mask
        expect(await verified(new Map([...folder, [name, bytes]]), nowMs)).toHaveProperty('refusals')
      }),
      { numRuns: 250 },
    )
  })

  test.each(['report.json', 'transcript.ndjson', 'report.html', attestationFile])('is refused with %s cut short or grown by any byte', async (name) => {
    const original = folder.get(name) ?? Buffer.alloc(0)
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        for (const bytes of [original.subarray(0, at), Buffer.concat([original.subarray(0, at), original.subarray(at + 1)]), Buffer.concat([original.subarray(0, at), Buffer.of(byte), original.subarray(at)])]) {
          expect(await verified(new Map([...folder, [name, bytes]]), nowMs)).toHaveProperty('refusals')
        }
      }),
      { numRuns: 60 },
    )
  })

  test('is refused with every single byte of the envelope changed by one bit', async () => {
    const original = folder.get(attestationFile) ?? Buffer.alloc(0)
    for (let at = 0; at < original.length; at += 1) {
      const bytes = Buffer.from(original)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      expect(await verified(new Map([...folder, [attestationFile, bytes]]), nowMs), `byte ${at}`).toHaveProperty('refusals')
    }
  })

  test.each(['report.json', 'transcript.ndjson', 'report.html', attestationFile])('is refused without %s', async (name) => {
    const { refusals } = (await verified(new Map([...folder].filter(([each]) => each !== name)), nowMs)) as { refusals: readonly { fact: string }[] }
    expect(refusals[0]?.fact).toContain(name)
  })
})

/** What somebody who has the key could sign without a run that says so. */
describe('a signed lie', () => {
  const sealed = (report: RunResult['report'], change: (payload: string) => string = (payload) => payload) => {
    const files = new Map([['report.json', Buffer.from(renderJson(report))], ['transcript.ndjson', Buffer.from(writeTranscript(recorded.transcript))]])
    const statement = JSON.stringify(statementOf(report, files, expiryOf(report, validForMs)))
    return new Map([...files, [attestationFile, Buffer.from(sealEnvelope(change(statement), pair.privateKey))]])
  }

  test('about a verdict is refused by its own transcript', async () => {
    const verdicts = recorded.report.verdicts.map((verdict) => ({ ...verdict, saw: '204' }))
    expect(await verified(sealed({ ...recorded.report, verdicts }), nowMs)).toMatchObject({ refusals: [{ code: 'judgement', fact: expect.stringContaining('transcript') }] })
  })

  test('in the statement alone is refused by the report', async () => {
    expect(await verified(sealed(recorded.report, (text) => text.replace('"WARNED"', '"PASSED"')), nowMs)).toMatchObject({ refusals: [{ code: 'statement' }] })
    expect(await verified(sealed(recorded.report, () => '{"subject":[]}'), nowMs)).toMatchObject({ refusals: [{ code: 'statement' }] })
  })

  test('that names a file elsewhere is not followed', async () => {
    const asked: string[] = []
    const files = sealed(recorded.report, (text) => text.replace('"name":"report.json"', '"name":"../report.json"'))
    const spy = new Map(files)
    spy.get = (name) => {
      asked.push(name)
      return files.get(name)
    }
    expect(await verified(spy, nowMs)).toMatchObject({ refusals: [{ code: 'statement' }] })
    expect(asked).toEqual([attestationFile])
  })

  test('by another version of the suite is no lie, and cannot be verified here', async () => {
    const foreign = { ...recorded.report, suite: { ...recorded.report.suite, version: '99.0.0' } }
    expect(await verified(sealed(foreign), nowMs)).toMatchObject({ refusals: [{ code: 'other-suite', fact: expect.stringContaining('99.0.0') }] })
  })
})

test('a report carries the digest of its transcript, what was left out and why', () => {
  expect(recorded.report.artefacts?.['transcript.ndjson']).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(recorded.report.skipped?.length).toBeGreaterThan(50)
  expect(new Set(recorded.report.skipped?.map(({ reason }) => reason))).toEqual(new Set(['not among --only']))
  const other = recorded.transcript.map((line) => (line.kind === 'run' ? { ...line, run: { ...line.run, seed: 99 } } : line))
  expect(judge(other, suites).artefacts).not.toEqual(recorded.report.artefacts)
})
