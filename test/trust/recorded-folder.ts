import { generateKeyPairSync } from 'node:crypto'
import { suiteIdentity } from '../../harness/identity.ts'
import { judge } from '../../harness/judge.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { seededRandom } from '../../harness/random.ts'
import { renderJson } from '../../harness/report/json.ts'
import { run, type RunResult } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { writeTranscript } from '../../harness/transcript/record.ts'
import { sealEnvelope } from '../../harness/trust/dsse.ts'
import { attestationFile, expiryOf, statementOf } from '../../harness/trust/statement.ts'
import { verifyFolder, type Verification } from '../../harness/trust/verify.ts'
import { readTranscript } from '../../cli/recorded-run.ts'
import { consumer } from '../../reference/consumer.ts'
import { suites } from '../../suites/index.ts'

export const pair = generateKeyPairSync('ed25519')
export const validForMs = 86_400_000

/** A short run of the reference. */
export async function smallRun(): Promise<RunResult> {
  const profile = await loadProfile('event-delivery')
  const secret = generateSecret(profile.signature, seededRandom(7, 'trust'))
  return run({
    role: 'consumer',
    profile,
    suites,
    selection: { only: ['consumer-signature/untouched', 'consumer-signature/forged'], skip: [], levels: [] },
    keys: { secrets: [secret.signing] },
    target: { kind: 'in-process', name: 'reference', handler: (clock) => consumer({ profile, keys: { secrets: [secret.verifying] }, clock }) },
  })
}

/** The files that a run with `--out` and `--attest` writes. */
export function attested({ report, transcript }: RunResult, key = pair.privateKey): ReadonlyMap<string, Buffer> {
  const files = new Map([
    ['report.json', Buffer.from(renderJson(report))],
    ['transcript.ndjson', Buffer.from(writeTranscript(transcript))],
    ['report.html', Buffer.from('<!doctype html>')],
  ])
  const statement = statementOf(report, files, expiryOf(report, validForMs))
  return new Map([...files, [attestationFile, Buffer.from(sealEnvelope(JSON.stringify(statement), key))]])
}

export function verified(files: ReadonlyMap<string, Buffer>, nowMs: number, more: { readonly key?: typeof pair.publicKey } = {}): Promise<Verification> {
  return verifyFolder({
    file: async (name) => files.get(name),
    key: more.key ?? pair.publicKey,
    nowMs,
    judge: (text) => judge(readTranscript(text.toString('utf8'), 'transcript.ndjson'), suites),
    suite: suiteIdentity(),
  })
}
