/**
 * A signature scheme as data: the value of `x-signature` in a profile.
 *
 * One interpreter signs and verifies every scheme from this description alone; no provider has code of its own.
 * Names of fields and headers are matched case-insensitively, everything else byte for byte.
 */
export interface SignatureScheme {
  /** Named values that the signed content or the freshness check needs, each with the place it is read from. */
  readonly fields: Readonly<Record<string, SignatureField>>
  /** Names of values that both sides configure out of band, such as the public URL of the endpoint. */
  readonly config?: readonly string[]
  /** Where signatures stand in a request and how one header value splits into entries. */
  readonly signature: SignaturePlacement
  /** Algorithm and key by tag. A scheme without tags has the single key `""`. */
  readonly schemes: Readonly<Record<string, SignatureAlgorithm>>
  /** What is signed: parts in order, concatenated as bytes. Empty for a shared secret. */
  readonly signed: readonly SignedPart[]
  /** Alternatives to `signed`, the first whose `when` holds is used; the last may have no `when`. */
  readonly variants?: readonly SignedVariant[]
  /** Spellings of the request URL that a verifier has to try, in order. */
  readonly urlCandidates?: readonly UrlCandidate[]
  /** Headers that must have exactly this value before a signature is looked at. */
  readonly guards?: readonly { readonly in: 'header'; readonly name: string; readonly equals: string }[]
  /** The items of a batch that each carry a signature of their own; all of them must verify. */
  readonly items?: { readonly pointer: string }
  /** What a change must be noticed in. Default `body`; `[]` as `signed` means nothing. */
  readonly covers?: 'request' | 'body' | 'fields' | 'metadata-only' | 'nothing'
  /** Freshness; `null` when the scheme has no timestamp. */
  readonly timestamp: SignatureTimestamp | null
  /** Known weaknesses of the scheme itself, named in reports. */
  readonly weak?: readonly string[]
  /** Older headers that the provider still sends and that must never be enough on their own. */
  readonly legacy?: readonly { readonly name: string; readonly prefix?: string; readonly alg: MacAlgorithm; readonly encoding: SignatureEncoding }[]
}

export type SignatureField = {
  readonly required?: boolean
  /** Anchored regular expression of the whole value. */
  readonly grammar?: string
  /** Anchored regular expression that keeps the delimiter of the signed content out of the value. */
  readonly charset?: string
} & (
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'sigparam'; readonly name: string }
  | { readonly in: 'query'; readonly name: string }
  | { readonly in: 'body'; readonly pointer: string }
)

export interface SignaturePlacement {
  readonly sources: readonly SignatureSource[]
  /** Separator between entries of one value; `trim` removes spaces around an entry. */
  readonly list?: { readonly sep: string; readonly trim?: boolean }
  /** `v1,<signature>` or `v1=<signature>`: the tag selects the algorithm. */
  readonly tag?: { readonly sep: string; readonly position: 'before' }
  /** A constant in front of the signature, such as `sha256=`. */
  readonly prefix?: string
  readonly encoding: SignatureEncoding
  /** `lower` when upper-case digits are not part of the grammar. Default `any`. */
  readonly hexCase?: 'lower' | 'any'
  /** Entries beyond this number are not looked at. Default 16. */
  readonly max?: number
}

export type SignatureSource =
  | { readonly in: 'header'; readonly name: string; readonly keySlot?: number }
  | { readonly in: 'header'; readonly pattern: string }
  | { readonly in: 'body'; readonly pointer: string }
  | { readonly in: 'item'; readonly pointer: string }

export type SignatureEncoding = 'hex' | 'base64' | 'utf8'
export type MacAlgorithm = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'

export interface SignatureAlgorithm {
  readonly alg: MacAlgorithm | 'ed25519' | 'ecdsa-p256-sha256' | 'sha256-secret-prefix' | 'shared-secret'
  readonly sigFormat?: 'der'
  readonly key: {
    /** Text in front of the encoded key that is not part of it (`whsec_`); for ed25519 that of the verifying key. */
    readonly prefix?: string
    /** Text in front of an encoded private key (`whsk_`), for schemes with a key pair. */
    readonly signingPrefix?: string
    readonly encoding: 'utf8' | 'base64' | 'hex'
    readonly format?: 'raw' | 'spki'
    readonly minBytes?: number
  }
}

export type SignedPart =
  | { readonly lit: string }
  | { readonly field: string }
  | { readonly config: string }
  | { readonly part: 'body' | 'method' | 'secret' }
  | { readonly part: 'url'; readonly decode?: 'hubspot' }
  | { readonly part: 'form'; readonly sort: 'key'; readonly pair: string; readonly multi: 'dedupe-sort' }
  | { readonly join: string; readonly missing: string; readonly of: readonly string[] }

export interface SignedVariant {
  readonly when?: { readonly queryHas: string }
  readonly signed: readonly SignedPart[]
  readonly bodyDigest?: { readonly in: 'query'; readonly name: string; readonly hash: 'sha256'; readonly encoding: 'hex' }
}

export type UrlCandidate = 'as-received' | 'with-default-port' | 'without-port'

export interface SignatureTimestamp {
  /** Name of the entry in `fields`. */
  readonly field: string
  readonly unit: 's' | 'ms' | 'rfc3339'
  /** Seconds that a timestamp may lie in the past. */
  readonly past: number
  /** Seconds that a timestamp may lie in the future. */
  readonly future: number
  readonly signed: boolean
}
