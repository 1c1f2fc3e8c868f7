/** Every fault that a user can meet, by the exit code it ends in. */
const exitCodes = {
  usage: 2,
  'unknown-role': 2,
  'role-not-written': 2,
  'unknown-profile': 2,
  'broken-profile': 2,
  'bad-secret': 2,
  'bad-event': 2,
  'empty-selection': 2,
  'unmatched-pattern': 2,
  'host-not-allowed': 2,
  'bad-report': 2,
  'bad-baseline': 2,
  'bad-configuration': 2,
  'bad-key': 2,
  'bad-control': 3,
  'bad-exec': 3,
  unreachable: 3,
  internal: 5,
  runtime: 5,
} as const

export type ErrorCode = keyof typeof exitCodes

/** A fault that ends a command: what is the case, what to do about it, and the exit code that says whose it is. */
export class HarnessError extends Error {
  readonly code: ErrorCode
  readonly cure: string
  readonly exitCode: number

  constructor(code: ErrorCode, fact: string, cure: string, options?: { cause?: unknown }) {
    super(fact, options)
    this.name = 'HarnessError'
    this.code = code
    this.cure = cure
    this.exitCode = exitCodes[code]
  }
}
