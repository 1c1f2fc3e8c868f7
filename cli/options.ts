import { HarnessError } from '../harness/errors.ts'
import type { HeaderLine } from '../harness/http/message.ts'
import { parseDuration } from '../harness/profile/duration.ts'
import type { Selection } from '../harness/select.ts'
import { environmentVariable } from '../harness/signing/given-secret.ts'
import type { Level } from '../harness/verdict.ts'
import { flags, type FlagName, type GivenFlags } from './flags.ts'
import type { Role } from './roles.ts'

/** A header of the user, and how to spell it where its value must not be seen. */
export interface GivenHeader {
  readonly line: HeaderLine
  /** The value is a secret: it came from the environment, or its name says so. */
  readonly secret: boolean
  readonly spelled: string
}

export function one({ values }: GivenFlags, name: FlagName): string | undefined {
  return values.get(name)?.[0]
}

export function many({ values }: GivenFlags, name: FlagName): readonly string[] {
  return values.get(name) ?? []
}

export function has({ values }: GivenFlags, name: FlagName): boolean {
  return values.has(name)
}

/** @throws HarnessError `usage` unless the value is a whole number in the range. */
export function wholeNumber(given: GivenFlags, name: FlagName, least: number, most: number): number | undefined {
  const text = one(given, name)
  if (text === undefined) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  throw new HarnessError('usage', `--${name} ${text} is not a whole number from ${least} to ${most}`, `write --${name} ${Math.max(least, 8)}`)
}

/** A number from 1 upwards, by which the target is faster. @throws HarnessError `usage`. */
export function timeScale(given: GivenFlags): number | undefined {
  const text = one(given, 'time-scale')
  if (text === undefined) return undefined
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN
  if (value >= 1) return value
  throw new HarnessError('usage', `--time-scale ${text} is not a number from 1 upwards`, 'write --time-scale 100 for a target that runs its policy a hundred times faster')
}

/** Milliseconds. @throws HarnessError `usage` for what is no duration, or none at all. */
export function duration(given: GivenFlags, name: FlagName): number | undefined {
  const text = one(given, name)
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new HarnessError('usage', `--${name} ${text} is not a duration`, `write a whole number with its unit, one of ms s m h d: --${name} 60s`)
}

/** @throws HarnessError `usage` for an unknown level. */
export function selection(given: GivenFlags): Selection {
  const levels = many(given, 'level').map((text): Level => {
    const level = (['MUST', 'SHOULD', 'MAY'] as const).find((each) => each === text.toUpperCase())
    if (level) return level
    throw new HarnessError('usage', `there is no level "${text}"`, 'levels are must, should and may; repeat the flag for several')
  })
  return { only: many(given, 'only'), skip: many(given, 'skip'), levels }
}

/** @throws HarnessError `usage` for what cannot be sent as a header, `bad-secret` for a variable that is not set. */
export function headers(given: GivenFlags): readonly GivenHeader[] {
  return many(given, 'header').map((text) => {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/s.exec(text) ?? []
    if (name === '') throw new HarnessError('usage', '--header is not of the form NAME: VALUE', "write --header 'Authorization: env:TOKEN'")
    if (framing.has(name.toLowerCase())) throw new HarnessError('usage', `--header sets ${name}, which every delivery sets for itself`, 'leave it out; the profile says what a delivery carries')
    const variable = /^env:(\w+)$/.exec(value)?.[1]
    const sent = variable === undefined ? value : environmentVariable(variable, '--header')
    // oxlint-disable-next-line no-control-regex -- the control characters are the point
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(sent)) throw new HarnessError('usage', `the value of the header ${name} cannot be sent`, 'give one line of printable characters')
    const secret = variable !== undefined || carriesCredentials(name)
    return { line: [name, sent], secret, spelled: secret && variable === undefined ? `${name}: env:${name.toUpperCase().replace(/\W/g, '_')}` : text }
  })
}

/** Whether the name of a header says that its value is a secret. */
export function carriesCredentials(name: string): boolean {
  return /auth|cookie|token|key|secret|password|signature/i.test(name)
}

const framing: ReadonlySet<string> = new Set(['content-length', 'content-type', 'transfer-encoding', 'connection'])

/** Host and port of `HOST:PORT`; an IPv6 address stands in brackets. @throws HarnessError `usage`. */
export function hostAndPort(text: string, name: FlagName): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) }
  throw new HarnessError('usage', `--${name} ${text} is not of the form HOST:PORT`, `write --${name} 127.0.0.1:8080; port 0 takes any free port`)
}

/** Without a role that was told, flags are those of a consumer. @throws HarnessError `usage` for a flag that is for other roles. */
export function refuseFlagsOfOtherRoles({ values }: GivenFlags, told: Role | undefined): void {
  for (const name of values.keys()) {
    const flag = flags[name]
    const roles: readonly Role[] | undefined = 'roles' in flag ? flag.roles : undefined
    if (!roles || roles.includes(told ?? 'consumer')) continue
    const fact = `--${name} is for the role${roles.length === 1 ? '' : 's'} ${roles.join(', ')}`
    if (told === undefined) throw new HarnessError('usage', `${fact}, and no role was given`, `add --role ${roles[0] ?? ''}, or leave it out`)
    throw new HarnessError('usage', `${fact}, and the role here is ${told}`, 'leave it out')
  }
}
