import { sign, verify, type KeyObject } from 'node:crypto'
import { isObject } from '../profile/locate.ts'
import { keyId } from './key.ts'

const payloadType = 'application/vnd.in-toto+json'

/** What an envelope turned out to hold, or why it is refused. */
export type Opened = { readonly payload: string } | { readonly refused: 'envelope' | 'signature'; readonly fact: string }

/** The text of a DSSE 1.0 envelope around a payload, with one Ed25519 signature. The same payload and key give the same bytes. */
export function sealEnvelope(payload: string, key: KeyObject): string {
  return envelopeText(payload, sign(null, preAuthEncoding(Buffer.from(payload)), key), keyId(key))
}

/**
 * The payload of an envelope that this key signed.
 *
 * The signature covers the payload and its type, not the JSON around them; so the envelope has to be the very text that
 * `sealEnvelope` writes, and no byte of it can be changed unseen. DSSE lets an envelope carry more signatures, of which one has to
 * hold; here it is refused, since bytes of the others could be changed and nobody with this key would notice.
 */
export function openEnvelope(text: string, key: KeyObject): Opened {
  const envelope = parsed(text)
  const signatures: readonly unknown[] = envelope && Array.isArray(envelope['signatures']) ? envelope['signatures'] : []
  const [first] = signatures
  const payload = envelope?.['payload']
  const sig: unknown = isObject(first) ? first['sig'] : undefined
  if (typeof payload !== 'string' || typeof sig !== 'string') return { refused: 'envelope', fact: 'it is no DSSE envelope' }
  if (envelope?.['payloadType'] !== payloadType) return { refused: 'envelope', fact: `it holds something other than ${payloadType}` }
  if (signatures.length > 1) return { refused: 'envelope', fact: `it carries ${signatures.length} signatures, and a change of those that are not this key's would go unseen` }
  const body = Buffer.from(payload, 'base64')
  const signature = Buffer.from(sig, 'base64')
  const holds = signature.length === 64 && verify(null, preAuthEncoding(body), key, signature)
  if (!holds) return { refused: 'signature', fact: 'its signature was not made with this key over this statement' }
  if (envelopeText(body.toString('utf8'), signature, keyId(key)) !== text) return { refused: 'envelope', fact: 'something around the signed statement was changed' }
  return { payload: body.toString('utf8') }
}

/** What is signed: DSSE 1.0, "Signature Definition". */
export function preAuthEncoding(body: Buffer, type = payloadType): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body])
}

function envelopeText(payload: string, signature: Buffer, keyid: string): string {
  const envelope = { payloadType, payload: Buffer.from(payload).toString('base64'), signatures: [{ keyid, sig: signature.toString('base64') }] }
  return `${JSON.stringify(envelope, null, 2)}\n`
}

function parsed(text: string): { readonly [member: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
