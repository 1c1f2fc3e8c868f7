import { HarnessError } from '../harness/errors.ts'
import { inert } from '../harness/report/inert.ts'
import { faultText } from './fault.ts'
import { didYouMean } from './near.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** A command: it is given what stands behind its name, and resolves to the exit code. */
type Command = (args: readonly string[], terminal: Terminal) => Promise<number>

const commands: Readonly<Record<string, { readonly words: string; readonly load: () => Promise<Command> }>> = {
  run: { words: 'judges a target: run --target URL', load: async () => (await import('./run.ts')).runCommand },
  list: { words: 'lists the cases and the rules that they are evidence for', load: async () => (await import('./list.ts')).listCommand },
  explain: { words: 'explains a requirement or a case: explain ID', load: async () => (await import('./explain.ts')).explainCommand },
  detect: { words: 'says what a target seems to be: detect URL', load: async () => (await import('./detect.ts')).detectCommand },
  judge: { words: 'judges a recorded run again: judge REPORT', load: async () => (await import('./judge.ts')).judgeCommand },
  diff: { words: 'says what changed between two reports: diff A B', load: async () => (await import('./diff.ts')).diffCommand },
  verify: { words: 'says whether an attested report is genuine: verify REPORT --key FILE', load: async () => (await import('./verify.ts')).verifyCommand },
  badge: { words: 'draws the badge of a report: badge REPORT', load: async () => (await import('./badge.ts')).badgeCommand },
  site: { words: 'builds the matrix of many reports, a static site: site DIR --out DIR', load: async () => (await import('./site.ts')).siteCommand },
  merge: { words: 'joins runs of one target into one report: merge DIR DIR … --out DIR', load: async () => (await import('./merge.ts')).mergeCommand },
  generate: { words: 'writes types, fixtures or mocks of a profile: generate types --profile NAME', load: async () => (await import('./generate.ts')).generateCommand },
  init: { words: 'writes configuration, CI job and control adapter for this project', load: async () => (await import('./init.ts')).initCommand },
  reference: { words: 'serves a reference implementation: reference consumer, reference producer', load: async () => (await import('./reference.ts')).referenceCommand },
}

/** Runs one command line, prints what goes wrong, and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const terminal = processTerminal()
  const code = await dispatch(args, terminal).catch((error: unknown) => told(error, terminal))
  // Everything is written and released; what a target or an adapter left open does not hold the process.
  process.exit(terminal.signal.aborted && args[0] !== 'reference' ? 130 : code)
}

async function dispatch([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    await terminal.err(help())
    return 2
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    await terminal.out(help())
    return 0
  }
  if (name === '--version' || name === '-v') {
    const { suiteIdentity } = await import('../harness/identity.ts')
    await terminal.out(`${suiteIdentity().version}\n`)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command) return (await command.load())(args, terminal)
  const names = Object.keys(commands)
  if (name.startsWith('-')) throw new HarnessError('usage', `a command comes before ${name}`, `write conformance run ${name} …, or conformance --help`)
  throw new HarnessError('usage', `there is no command "${name}"`, didYouMean(name, names, `there are ${names.join(', ')}`))
}

/** Prints an error as fact and cure. A stack is only shown on request: it says nothing to whoever runs the command. */
async function told(error: unknown, terminal: Terminal): Promise<number> {
  if (terminal.signal.aborted) {
    await terminal.err('interrupted\n')
    return 130
  }
  const stack = process.env['CONFORMANCE_DEBUG'] === '1' && error instanceof Error ? `${error.stack ?? ''}\n` : ''
  if (error instanceof HarnessError) {
    await terminal.err(`${faultText(error)}${stack}`)
    return error.exitCode
  }
  const fact = inert(error instanceof Error ? error.message : String(error), 200)
  await terminal.err(`error[internal]: the harness failed: ${fact}\ncure: this is a fault of the harness; please report it with the command line and what CONFORMANCE_DEBUG=1 adds\n${stack}`)
  return 5
}

function help(): string {
  const rows = Object.entries(commands).map(([name, { words }]) => `  ${name.padEnd(10)}  ${words}\n`)
  return [
    'conformance: is this HTTP event-delivery implementation correct?\n\n',
    '  conformance run --target reference            what a run looks like\n',
    '  conformance run --target http://localhost:3000/webhooks --secret env:WEBHOOK_SECRET\n',
    '  conformance run --target http://localhost:3000 --role producer\n\n',
    ...rows,
    '\n  conformance COMMAND --help lists the flags of a command.\n',
    '\nExit codes: 0 conformant, 1 not conformant, 2 wrong usage or configuration, 3 could not measure,\n',
    '4 stale baseline, 5 fault of the harness or unsupported runtime, 130 interrupted.\n',
  ].join('')
}
