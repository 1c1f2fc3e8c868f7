import { HarnessError } from '../harness/errors.ts'
import { generateFixtures } from './generate/fixtures.ts'
import { settleFile } from './generate/settle.ts'
import { readFlags, type FlagName, type GivenFlags } from './flags.ts'
import { didYouMean } from './near.ts'
import { has, one } from './options.ts'
import type { Terminal } from './terminal.ts'

/** One thing that can be generated. */
interface Kind {
  readonly words: string
  /** Its flags with what they mean here. */
  readonly flags: readonly (readonly [flag: FlagName, value: string, words: string])[]
  /** Further lines of its help. */
  readonly more: string
  make(given: GivenFlags, terminal: Terminal): Promise<number>
}

const profile = ['profile', ' NAME|FILE', 'an AsyncAPI document: a built-in one by name, or your own file (default event-delivery)'] as const
const file = ['out', ' FILE', 'writes the file; without it the text is printed'] as const
const check = ['check', '', 'writes nothing; exit code 1 when what --out names is stale'] as const

const kinds: Readonly<Record<string, Kind>> = {
  types: {
    words: 'TypeScript types of the events, each with a guard and a parser',
    flags: [profile, file, check],
    more: 'The module imports nothing. Those of event-delivery are in the package: event-delivery-conformance/models.',
    make: (given, terminal) => generateModule('types', given, terminal),
  },
  fixtures: {
    words: 'signed requests, right and wrong ones: JSON, .http and curl',
    flags: [
      profile,
      ['secret', ' env:NAME|file:PATH|TEXT', 'signs with this secret, which is written nowhere (default: an example, which is; repeatable)'],
      ['event', ' FILE', "an event in place of the profile's examples (repeatable)"],
      ['target', ' URL', 'where the requests go (default http://localhost:3000/webhooks)'],
      ['at', ' TIME|now', 'the moment at which they are signed (default 2026-01-01T00:00:00Z, so that they stay the same)'],
      ['out', ' DIR', 'writes the files and index.json; without it all requests are printed as JSON'],
      check,
    ],
    more: 'A receiver with a clock refuses what was signed long ago: sign with --at now before you send something to it.',
    make: generateFixtures,
  },
  mocks: {
    words: 'handlers for msw 2: consumer, registration API, event stream',
    flags: [profile, file, check],
    more: 'The module imports msw and nothing else.',
    make: (given, terminal) => generateModule('mocks', given, terminal),
  },
}

/** `conformance generate types|fixtures|mocks`: prints or writes what a profile describes; with `--check` exit code 1 when it is stale. */
export async function generateCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h') {
    await (name === undefined ? terminal.err(help()) : terminal.out(help()))
    return name === undefined ? 2 : 0
  }
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  const names = Object.keys(kinds)
  if (kind === undefined && name.startsWith('-')) throw new HarnessError('usage', `what to generate comes before ${name}`, `write conformance generate ${names.join('|')} ${name} …`)
  if (kind === undefined) throw new HarnessError('usage', `generate knows no "${name}"`, didYouMean(name, names, `write conformance generate ${names.join(', or conformance generate ')}`))
  const given = readFlags(rest, [...kind.flags.map(([flag]) => flag), 'help'])
  if (has(given, 'help')) {
    await terminal.out(helpOf(name, kind))
    return 0
  }
  const [stray] = given.positionals
  if (stray !== undefined) throw new HarnessError('usage', `generate ${name} takes no argument, and "${stray}" is one`, 'write --profile NAME for the profile, --out for the place')
  if (has(given, 'check') && one(given, 'out') === undefined) throw new HarnessError('usage', '--check is given, and nothing to check', 'add --out with the place that was written before')
  return kind.make(given, terminal)
}

async function generateModule(kind: 'types' | 'mocks', given: GivenFlags, terminal: Terminal): Promise<number> {
  const name = one(given, 'profile') ?? 'event-delivery'
  const { readProfileSource } = await import('../harness/generate/documents.ts')
  const source = await readProfileSource(name)
  const text = kind === 'types' ? (await import('../harness/generate/types.ts')).typesModule(source) : (await import('../harness/generate/mocks.ts')).mocksModule(source)
  return settleFile({ out: one(given, 'out'), check: has(given, 'check'), text, renew: ['generate', kind, '--profile', name] }, terminal)
}

function help(): string {
  const rows = Object.entries(kinds).map(([name, { words }]) => `  ${name.padEnd(10)}  ${words}\n`)
  return `conformance generate KIND: writes what a profile describes as code and files for your own tests\n\n${rows.join('')}\n  conformance generate KIND --help lists its flags.\n`
}

function helpOf(name: string, { words, flags, more }: Kind): string {
  const rows = [...flags, ['help', '', 'prints this'] as const].map(([flag, value, meaning]) => `  ${`--${flag}${value}`.padEnd(34)}  ${meaning}\n`)
  return `conformance generate ${name}: ${words}\n\n${rows.join('')}\n${more}\n`
}
