/** One challenge exchange of `x-handshake`, as data. */
export interface Handshake {
  readonly id: string
  readonly match: {
    readonly method: string
    readonly query?: Readonly<Record<string, unknown>>
    readonly header?: Readonly<Record<string, unknown>>
    /** Values by JSON pointer. */
    readonly json?: Readonly<Record<string, unknown>>
    readonly queryHas?: readonly string[]
    readonly headerHas?: readonly string[]
    readonly jsonHas?: readonly string[]
  }
  /** What has to hold before the answer is given; absent: nothing. */
  readonly auth?: readonly ('signature' | 'handshake-window-open' | Condition)[]
  readonly respond: HandshakeAnswer
  /** The answer when that does not hold. */
  readonly else?: HandshakeAnswer
}

export interface HandshakeAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, Value>>
  readonly withoutHeaders?: readonly string[]
  readonly body?: Value
  readonly json?: Readonly<Record<string, Value>>
}

export interface Condition {
  readonly constantTimeEquals?: readonly [Value, Value]
  readonly in?: readonly [Value, Value]
  readonly optional?: boolean
}

/** A constant, or where a value comes from. */
export type Value = string | number | boolean | Source

export interface Source {
  readonly query?: string
  readonly header?: string
  /** A JSON pointer into the body. */
  readonly json?: string
  /** What both sides have configured. */
  readonly config?: string
  /** In place of a value that is not configured. */
  readonly default?: string
  readonly urlDecoded?: boolean
  readonly concat?: readonly Value[]
  readonly hmac?: { readonly hash: 'sha1' | 'sha256' | 'sha512'; readonly key: 'secret'; readonly data: Value; readonly encoding: 'hex' | 'base64' }
}
