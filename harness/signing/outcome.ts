import type { HeaderLine } from '../http/message.ts'

/** A request as the two ends of a signature see it. The URL is the one that the sender signs, not what a proxy made of it. */
export interface SignedMessage {
  readonly method: string
  /** Absolute URL, spelled as the sender spells it. */
  readonly url: string
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
}

/** Why a message is not authentic. An answer to a sender says none of it. */
export type SignatureRefusal =
  | 'missing-signature' // no source holds a signature, or it is empty
  | 'missing-field' // a value that the signed content or the freshness check needs is absent or empty
  | 'repeated-field' // such a value stands there twice, equal or not
  | 'field-grammar' // such a value is outside its grammar
  | 'guard' // a header that states version or algorithm differs from the declared one
  | 'no-usable-entry' // every entry has an unknown tag or is malformed
  | 'no-match' // entries were compared, none is right
  | 'too-old'
  | 'too-new'
  | 'body-digest' // the signed digest is not that of the body
  | 'unreadable-body' // the scheme reads values from a JSON body, and the body is not JSON

export type Verification =
  | { readonly verified: true; readonly tag: string }
  | { readonly verified: false; readonly reason: SignatureRefusal }

/** A value that was read, or the reason why the message is refused. */
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: SignatureRefusal }

export function found<T>(value: T): Found<T> {
  return { ok: true, value }
}

export function refused(reason: SignatureRefusal): { readonly ok: false; readonly reason: SignatureRefusal } {
  return { ok: false, reason }
}
