import { HarnessError } from '../../errors.ts'
import { isInGrammar } from '../../signing/fields.ts'
import type { SignatureScheme } from '../../signing/scheme.ts'

/** What a fresh value of a field is made from. */
export interface TokenSource {
  random(bytes: number): Buffer
  /** Milliseconds since the epoch, for fields that hold a time without being the scheme's timestamp. */
  readonly nowMs: number
}

/**
 * A value of a field that nobody has used before, inside the grammar and the character set that the scheme states for it.
 *
 * Where neither is stated it is hexadecimal; otherwise shapes in common use are tried in turn.
 *
 * @throws HarnessError `broken-profile` when none of them fits: such a delivery could not be sent.
 */
export function freshToken(scheme: SignatureScheme, name: string, source: TokenSource): string {
  const field = scheme.fields[name]
  const fitting = tokenShapes(source).find((shape) => field === undefined || isInGrammar(scheme, name, field, shape))
  if (fitting !== undefined) return fitting
  throw new HarnessError('broken-profile', `no value is known that fits the grammar of the field "${name}" of x-signature`, 'leave the grammar out, or write one that digits, hexadecimal digits, a UUID, a time or lower-case letters fit')
}

function tokenShapes({ random, nowMs }: TokenSource): readonly string[] {
  const hex = random(25).toString('hex')
  const digits = String(BigInt(`0x${hex}`)).padStart(40, '1')
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  const seconds = String(Math.floor(nowMs / 1000))
  const lengths = [40, 32, 24, 20, 16, 12, 10, 8, 6, 4, 1]
  return [
    hex,
    uuid,
    uuid.toUpperCase(),
    seconds,
    String(Math.floor(nowMs)),
    new Date(nowMs).toISOString(),
    new Date(nowMs).toISOString().replace(/\.\d+/, ''),
    ...lengths.flatMap((length) => [hex.slice(0, length), hex.slice(0, length).toUpperCase(), `1${digits.slice(0, length - 1)}`]),
    ...lengths.map((length) => hex.slice(0, length).replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))),
  ]
}
