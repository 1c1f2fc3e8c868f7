import { randomBytes } from 'node:crypto'
import { planText } from '../harness/plan-text.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { run, type RunOptions, type RunResult } from '../harness/run.ts'
import { generateSecret, verifyingSecret } from '../harness/signing/key.ts'
import { redactor } from '../harness/transcript/redact.ts'
import { consumer } from '../reference/consumer.ts'
import { suites } from '../suites/index.ts'
import { approach } from './approach.ts'
import { printsForPeople, publish } from './artefacts.ts'
import { attach, plannedControl } from './attach.ts'
import { renderContext } from './context.ts'
import { exitCodeOf } from './exit-code.ts'
import { flagHelp, flags, readFlags, type FlagName } from './flags.ts'
import { readGiven, type Given } from './given.ts'
import { has, many, one } from './options.ts'
import { silentProgress, terminalProgress } from './progress.ts'
import { repeatCommand, type RepeatedRun } from './repeat-command.ts'
import { keysFor } from './secret.ts'
import type { Terminal } from './terminal.ts'

const names = Object.keys(flags) as readonly FlagName[] // the keys of the table are its flags

/** `conformance run`: judges a target, or prints what that would send. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const line = readFlags(args, names)
  if (has(line, 'help')) {
    await terminal.out(`conformance run --target URL|reference: judges a target\n\n${flagHelp(names)}`)
    return 0
  }
  const given = await readGiven(line)
  const { profile, lines } = await approach(given, terminal.signal)
  const tell = given.plan || printsForPeople(given.outputs) ? terminal.out : terminal.err
  await tell(lines.map((each) => `${each}\n`).join(''))
  const options = runOptions(given, profile)
  if (given.plan) {
    await terminal.out(planText(given.control ? { ...options, control: plannedControl(given.control.kind) } : options))
    return 0
  }
  const result = await play(given, options, terminal)
  const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
  const again = repeated(given, result)
  const context = renderContext(result.transcript, (caseId) => redact(repeatCommand(again, caseId)), terminal, given.outputs.quiet)
  await publish(given.outputs, result.report, result.transcript, context, terminal)
  return exitCodeOf(result.report)
}

function runOptions(given: Given, profile: Profile): RunOptions {
  const { target, secrets, limits } = given
  const secretTexts = given.headers.filter(({ secret }) => secret).flatMap(({ line: [, value] }) => [value, value.slice(value.indexOf(' ') + 1)])
  const shared = { role: 'consumer', profile, suites, headers: given.headers.map(({ line }) => line), secretTexts, ...limits } as const
  if (target.kind === 'reference') return { ...shared, ...referenceTarget(given, profile) }
  // A plan needs no secret of the target's: nobody verifies its signatures.
  const keys = given.plan && secrets.length === 0 ? { secrets: [generateSecret(profile.signature, randomBytes).signing] } : keysFor(profile, secrets)
  return { ...shared, target, keys }
}

/** The reference in this process, with the secret that was given or a fresh one on both sides. */
function referenceTarget({ secrets }: Given, profile: Profile): Pick<RunOptions, 'target' | 'keys'> {
  const fresh = generateSecret(profile.signature, randomBytes)
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, 'http://127.0.0.1/webhook']))
  const signing = secrets.length > 0 ? keysFor(profile, secrets).secrets : [fresh.signing]
  const verifying = secrets.length > 0 ? signing.map((secret) => verifyingSecret(profile.signature, secret)) : [fresh.verifying]
  return {
    keys: { secrets: signing, config },
    target: { kind: 'in-process', name: 'reference', handler: (clock) => consumer({ profile, keys: { secrets: verifying, config }, clock }) },
  }
}

async function play(given: Given, options: RunOptions, terminal: Terminal): Promise<RunResult> {
  const { target } = given
  const control = target.kind === 'url' ? await attach(given.control, target.url, options.headers ?? []) : undefined
  const progress = terminal.live ? terminalProgress(terminal.live) : silentProgress()
  try {
    return await run({ ...options, progress, signal: terminal.signal, ...(control ? { control } : {}) })
  } finally {
    progress.close()
    await control?.close()
  }
}

/** What the command line has to say again to play one case in the same way. */
function repeated({ flags: line, target, secrets, headers }: Given, { report }: RunResult): RepeatedRun {
  const kept = ['role', 'event', 'control', 'exec', 'budget', 'time-scale', 'concurrency', 'allow-host'] as const
  return {
    target: target.kind === 'url' ? target.url : 'reference',
    profile: one(line, 'profile') ?? report.target.profile,
    seed: report.run.seed,
    secrets,
    headers,
    flags: kept.flatMap((name) => many(line, name).map((value) => [name, value] as const)),
  }
}
