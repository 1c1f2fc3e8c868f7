import { parseArgs } from 'node:util'
import { HarnessError } from '../harness/errors.ts'
import { didYouMean } from './near.ts'
import type { Role } from './roles.ts'

/** One flag of the command line. */
interface Flag {
  /** What its value is called; absent for a switch. */
  readonly value?: string
  readonly repeatable?: true
  readonly words: string
  /** Roles that it is for, where it is not for all. */
  readonly roles?: readonly Role[]
  /** The command that it is for, where that is not run. */
  readonly command?: string
}

const receivers: readonly Role[] = ['consumer']
const senders: readonly Role[] = ['producer', 'sse-server', 'feed-server']
const listeners: readonly Role[] = ['producer', 'sse-client', 'feed-client']

/** Every flag of every command. */
export const flags = {
  target: { value: 'URL|reference', words: 'what is judged; reference is the embedded reference implementation' },
  role: { value: 'ROLE', words: 'the role of the target; detected when left out, and both written roles of the reference' },
  profile: { value: 'NAME|FILE', words: 'an AsyncAPI document: a built-in one by name, or your own file' },
  secret: { value: 'env:NAME|file:PATH|TEXT', repeatable: true, words: 'the signing secret that the target is configured with' },
  event: { value: 'FILE', repeatable: true, words: "a sample event that the target knows, in place of the profile's" },
  header: { value: "'NAME: VALUE'", repeatable: true, words: 'sent with every request to the target; VALUE may be env:NAME' },
  trigger: { value: 'COMMAND', words: 'makes a producer or stream emit', roles: senders },
  control: { value: 'URL', words: "the target's control API; also found at /.well-known/event-conformance" },
  exec: { value: 'COMMAND', words: 'a control adapter as a child process' },
  listen: { value: 'HOST:PORT', words: 'where to listen (default 127.0.0.1:0)', roles: listeners },
  'public-url': { value: 'URL', words: 'how the target reaches the harness', roles: listeners },
  via: { value: 'PROXY', words: 'reads streams through a proxy: nginx-buffering, gzip or idle-timeout', roles: ['sse-server'] },
  only: { value: 'PATTERN', repeatable: true, words: 'only these cases, suites or requirements; * stands for anything' },
  skip: { value: 'PATTERN', repeatable: true, words: 'leave these out' },
  level: { value: 'must|should|may', repeatable: true, words: 'only rules of this level' },
  budget: { value: 'DURATION', words: 'longest duration of the run, such as 60s' },
  'time-scale': { value: 'N', words: 'the target runs its policy N times faster than declared' },
  concurrency: { value: 'N', words: 'cases in flight at once', roles: [...receivers, 'sse-server', 'sse-client'] },
  seed: { value: 'N', words: 'the same seed sends the same bytes' },
  reporter: { value: 'NAME[=FILE]', repeatable: true, words: 'pretty, json, junit, html, markdown, github, tap, sarif, ctrf, earl or har' },
  out: { value: 'DIR', words: 'writes report.json, transcript.ndjson and the reports of all reporters, a folder a role where there are several' },
  'allow-host': { value: 'HOST', repeatable: true, words: 'needed before anything is sent to a host that is not loopback' },
  plan: { words: 'prints every request, endpoint and event, sends nothing' },
  quiet: { words: 'one line a failure' },
  baseline: { value: 'FILE', words: 'known failures: excused until their day, and an error once they are none any more' },
  'update-baseline': { words: 'writes the failures of this run to the file of --baseline' },
  attest: { value: 'FILE|env:NAME', words: 'signs what --out holds with this Ed25519 private key (PEM)' },
  'valid-for': { value: 'DURATION', words: 'how long the attestation, or the badge, holds (default 90d)' },
  key: { value: 'FILE|env:NAME', words: 'the Ed25519 public key (PEM) of the attestation', command: 'verify' },
  check: { words: 'writes nothing; exit code 1 when the files are stale', command: 'generate' },
  at: { value: 'TIME|now', words: 'the moment at which fixtures are signed (default 2026-01-01T00:00:00Z, so that they stay the same)', command: 'generate' },
  force: { words: 'replaces files that are there', command: 'init' },
  framework: { value: 'NAME', words: 'the framework to write for; found in the project when left out', command: 'init' },
  title: { value: 'TEXT', words: 'the heading of the site', command: 'site' },
  config: { value: 'FILE', words: 'reads flags from a file (default: conformance.config.yaml or .json of this folder); none reads no file' },
  help: { words: 'prints this' },
} as const satisfies Record<string, Flag>

export type FlagName = keyof typeof flags

/** The flags of `conformance run`. */
export const runFlags: readonly FlagName[] = (Object.keys(flags) as readonly FlagName[]).filter((name) => !('command' in flags[name])) // the keys of the table are its flags

/** Flags as they were given, each with its values in order; a switch has the one value `""`. */
export interface GivenFlags {
  readonly values: ReadonlyMap<FlagName, readonly string[]>
  readonly positionals: readonly string[]
}

/** @throws HarnessError `usage` for a flag that the command does not have, lacks its value, or is given twice. */
export function readFlags(args: readonly string[], names: readonly FlagName[]): GivenFlags {
  const all: readonly FlagName[] = names.includes('help') ? names : [...names, 'help']
  const options = Object.fromEntries(all.map((name) => [name, { type: 'value' in flags[name] ? ('string' as const) : ('boolean' as const), multiple: true }]))
  const { tokens, positionals } = parsed(args, options, all)
  const values = new Map<FlagName, string[]>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = token.name as FlagName // strict parsing lets only the names of the table through
    values.set(name, [...(values.get(name) ?? []), token.value ?? ''])
  }
  for (const [name, given] of values) {
    const flag: Flag = flags[name]
    if (given.length > 1 && !flag.repeatable && flag.value !== undefined) throw new HarnessError('usage', `--${name} is given ${given.length} times`, 'give it once')
    if (flag.value !== undefined && given.includes('')) throw new HarnessError('usage', `--${name} has an empty value`, `write --${name} ${flag.value}`)
  }
  return { values, positionals }
}

/** What a command takes, a line a flag. */
export function flagHelp(names: readonly FlagName[]): string {
  const rows = names
    .map((name): readonly [FlagName, Flag] => [name, flags[name]])
    .map(([name, flag]) => {
      const notes = [...(flag.repeatable ? ['repeatable'] : []), ...(flag.roles ? [`for ${flag.roles.join(', ')}`] : [])]
      return [`--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`, `${flag.words}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`] as const
    })
  return rows.map(([left, right]) => `  ${left.padEnd(32)}  ${right}\n`).join('')
}

function parsed(args: readonly string[], options: Record<string, { type: 'string' | 'boolean'; multiple: boolean }>, names: readonly FlagName[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true, tokens: true })
  } catch (error) {
    throw usageError(error, names)
  }
}

/** The faults of `parseArgs` in the words of the command line. */
function usageError(error: unknown, names: readonly FlagName[]): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const named = /'(-{1,2}[^' ]*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const known = names.map((name) => `--${name}`)
    const other = Object.hasOwn(flags, named.replace(/^--/, '')) ? `${named} belongs to another command; this one` : 'this command'
    return new HarnessError('usage', `there is no flag ${named}`, didYouMean(named, known, `${other} has ${known.join(', ')}`))
  }
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return error
  const name = names.find((each) => `--${each}` === named)
  const flag: Flag | undefined = name && flags[name]
  return flag?.value === undefined
    ? new HarnessError('usage', `${named} takes no value`, `write ${named} alone`)
    : new HarnessError('usage', `${named} lacks its value`, `write ${named} ${flag.value}; a value that starts with a dash is written ${named}=VALUE`)
}
