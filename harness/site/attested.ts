import { createHash } from 'node:crypto'
import { isObject } from '../profile/locate.ts'
import { runMember } from '../trust/statement.ts'

/**
 * What the attestation beside a report says of it. A site has no key, so nothing of this is verified: it tells until when the
 * report is meant to hold, and leaves the signature to `conformance verify`.
 */
export type Attested =
  /** `until` is RFC 3339. */
  | { readonly until: string }
  /** It cannot be read, or names another report. */
  | { readonly flaw: string }

/** Reads an attestation against the bytes of the report beside it. */
export function readAttested(envelope: string, report: Buffer): Attested {
  const outer = parsed(envelope)
  const payload = isObject(outer) && typeof outer['payload'] === 'string' ? parsed(Buffer.from(outer['payload'], 'base64').toString('utf8')) : undefined
  const predicate = isObject(payload) ? payload['predicate'] : undefined
  const run = isObject(predicate) ? predicate[runMember] : undefined
  const until = isObject(run) ? run['expiresAt'] : undefined
  if (!isObject(payload) || typeof until !== 'string' || Number.isNaN(Date.parse(until))) return { flaw: 'the attestation beside it cannot be read' }
  const digest = createHash('sha256').update(report).digest('hex')
  return digestOf(payload['subject'], 'report.json') === digest ? { until: new Date(until).toISOString() } : { flaw: 'the attestation beside it is of another report' }
}

function digestOf(subject: unknown, name: string): unknown {
  const found: unknown = Array.isArray(subject) ? subject.find((each) => isObject(each) && each['name'] === name) : undefined
  return isObject(found) && isObject(found['digest']) ? found['digest']['sha256'] : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
