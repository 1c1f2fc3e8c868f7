import { createHash, type KeyObject } from 'node:crypto'
import { isObject } from '../profile/locate.ts'
import type { Report, SuiteIdentity } from '../report/report.ts'
import { renderJson } from '../report/json.ts'
import { openEnvelope } from './dsse.ts'
import { attestationFile, runMember, statementOf } from './statement.ts'

/** Why an attested folder is refused. `other-suite` is no accusation: this version cannot judge it again. */
export interface Refusal {
  readonly code: 'envelope' | 'signature' | 'statement' | 'artefact' | 'expired' | 'judgement' | 'other-suite'
  readonly fact: string
}

/** What a verification looks at. */
export interface AttestedFolder {
  /** A file of the folder by its plain name; undefined when it is not there. */
  readonly file: (name: string) => Promise<Buffer | undefined>
  readonly key: KeyObject
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** Judges the transcript of the folder again. Throws what it cannot read. */
  readonly judge: (transcript: Buffer) => Report
  readonly suite: SuiteIdentity
}

export type Verification = { readonly report: Report; readonly expiresAt: string } | { readonly refusals: readonly Refusal[] }

const needed = ['report.json', 'transcript.ndjson']

/**
 * Whether a folder is what its attestation says: signed with this key, unchanged, in force, and judged the same by its own
 * transcript. Nothing of the statement is believed before its signature holds; then every reason against it is told.
 */
export async function verifyFolder(folder: AttestedFolder): Promise<Verification> {
  const envelope = await folder.file(attestationFile)
  if (!envelope) return { refusals: [{ code: 'envelope', fact: `there is no ${attestationFile}` }] }
  const text = envelope.toString('utf8')
  if (!Buffer.from(text).equals(envelope)) return { refusals: [{ code: 'envelope', fact: `${attestationFile} is not UTF-8` }] }
  const opened = openEnvelope(text, folder.key)
  if (!('payload' in opened)) return { refusals: [{ code: opened.refused, fact: `${attestationFile}: ${opened.fact}` }] }
  const stated = readStatement(opened.payload)
  if (!stated) return { refusals: [{ code: 'statement', fact: 'the statement is signed, but it is no test result of this suite' }] }

  const refusals: Refusal[] = []
  if (!(folder.nowMs < Date.parse(stated.expiresAt))) refusals.push({ code: 'expired', fact: `it expired at ${stated.expiresAt}` })
  const contents = new Map<string, Buffer>()
  for (const [name, sha256] of stated.digests) {
    const content = await folder.file(name)
    if (!content) refusals.push({ code: 'artefact', fact: `${name} is attested and not there` })
    else if (createHash('sha256').update(content).digest('hex') !== sha256) refusals.push({ code: 'artefact', fact: `${name} was changed` })
    else contents.set(name, content)
  }
  const written = contents.get('report.json')
  const transcript = contents.get('transcript.ndjson')
  if (!written || !transcript || refusals.some(({ code }) => code === 'artefact')) return { refusals }
  const judged = judgedAgain(folder, transcript, written)
  if ('code' in judged) return { refusals: [...refusals, judged] }
  if (JSON.stringify(statementOf(judged.report, contents, stated.expiresAt)) !== opened.payload) refusals.push({ code: 'statement', fact: 'the statement says something else than the report' })
  return refusals.length > 0 ? { refusals } : { report: judged.report, expiresAt: stated.expiresAt }
}

function judgedAgain({ judge, suite }: AttestedFolder, transcript: Buffer, written: Buffer): { readonly report: Report } | Refusal {
  const made = suiteOf(written)
  const sameSuite = JSON.stringify(made) === JSON.stringify(suite)
  const elsewhere: Refusal = { code: 'other-suite', fact: `it was judged by ${made?.name ?? 'another suite'} ${made?.version ?? ''} with specification ${made?.specHash.slice(0, 15) ?? 'unknown'}…, and this is ${suite.version} with ${suite.specHash.slice(0, 15)}…` }
  try {
    const report = judge(transcript)
    if (Buffer.from(renderJson(report)).equals(written)) return { report }
    return sameSuite ? { code: 'judgement', fact: 'report.json says something else than its transcript' } : elsewhere
  } catch (cause) {
    return sameSuite ? { code: 'judgement', fact: `transcript.ndjson cannot be judged: ${cause instanceof Error ? cause.message : String(cause)}` } : elsewhere
  }
}

/** Digests by artefact and the expiry; undefined for what is no statement of this suite. */
function readStatement(payload: string): { readonly digests: ReadonlyMap<string, string>; readonly expiresAt: string } | undefined {
  const value = parsed(payload)
  const predicate = isObject(value) ? value['predicate'] : undefined
  const run = isObject(predicate) ? predicate[runMember] : undefined
  const expiresAt = isObject(run) ? run['expiresAt'] : undefined
  const subject: unknown = isObject(value) ? value['subject'] : undefined
  if (typeof expiresAt !== 'string' || !Array.isArray(subject)) return undefined
  const digests = new Map<string, string>()
  for (const each of subject) {
    const name: unknown = isObject(each) ? each['name'] : undefined
    const sha256: unknown = isObject(each) && isObject(each['digest']) ? each['digest']['sha256'] : undefined
    // A plain name: a statement leads to no file outside of its folder.
    if (typeof name !== 'string' || !/^[\w-][\w.-]*$/.test(name) || typeof sha256 !== 'string') return undefined
    digests.set(name, sha256)
  }
  return needed.every((name) => digests.has(name)) ? { digests, expiresAt } : undefined
}

function suiteOf(written: Buffer): SuiteIdentity | undefined {
  const value = parsed(written.toString('utf8'))
  const suite = isObject(value) ? value['suite'] : undefined
  const texts = ['name', 'version', 'specVersion', 'requirementSet', 'specHash']
  // Every member was looked at.
  return isObject(suite) && texts.every((name) => typeof suite[name] === 'string') ? (suite as unknown as SuiteIdentity) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
