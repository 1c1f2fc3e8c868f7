import { randomInt } from 'node:crypto'
import { discoverControl, type Control } from './attach/control.ts'
import { serveInProcess } from './attach/in-process.ts'
import { measureLag } from './clock/lag.ts'
import { judge } from './judge.ts'
import { planRun } from './plan.ts'
import type { Profile } from './profile/profile.ts'
import { refuseUndescribed } from './profile/without-webhooks.ts'
import { seededRandom } from './random.ts'
import { Pace } from './roles/consumer/pace.ts'
import { playRun } from './roles/consumer/play-run.ts'
import type { ConsumerStage } from './roles/consumer/play.ts'
import { consumerRole } from './roles/consumer/role.ts'
import { clockFor, runLine, type RunOptions, type RunResult, type SeededRunOptions } from './run-facts.ts'
import { runProducer } from './run-producer.ts'
import { runSseClient } from './run-sse-client.ts'
import { runSseServer } from './run-sse-server.ts'
import { everything } from './select.ts'
import { selectedTag } from './signing/key.ts'
import { secretMarker } from './transcript/mark.ts'
import type { TranscriptLine } from './transcript/line.ts'
import { redactor } from './transcript/redact.ts'

export type { RunOptions, RunResult, RunTarget } from './run-facts.ts'

/**
 * Plays the suites against a target and judges what was seen.
 *
 * A target that cannot be reached is a report with an obstacle, not an error.
 * @throws HarnessError for a selection that matches nothing, keys that do not fit, a control API that breaks its word, a
 * profile that says nothing about the role.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  refuseUndescribed(options.profile, options.role)
  const seeded = { ...options, seed: options.seed ?? seedFor(options.target) }
  switch (options.role) {
    case 'producer':
      return runProducer(seeded)
    case 'sse-server':
      return runSseServer(seeded)
    case 'sse-client':
      return runSseClient(seeded)
    default:
      return runConsumer(seeded)
  }
}

/** A target may remember the ids of an earlier run, and would rightly take the same ones for repeats; one in this process begins anew. */
function seedFor({ kind }: RunOptions['target']): number {
  return kind === 'in-process' ? 1 : randomInt(2, 2 ** 31)
}

async function runConsumer(options: SeededRunOptions): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const { target, profile, keys } = options
  const tag = selectedTag(profile.signature, keys)
  const clock = clockFor(options)
  const inProcess = target.kind === 'in-process' ? target.handler(clock) : undefined
  const handler = typeof inProcess === 'function' ? inProcess : inProcess?.handler
  const served = handler ? await serveInProcess(handler, clock, { path: '/webhook' }) : undefined
  const lag = measureLag()
  try {
    const url = target.kind === 'url' ? target.url : (served?.url ?? '')
    const control = options.control ?? (served && (await discoverControl(url, { headers: [], clock, deadlineMs: 30_000 })))
    const offers = { ...(await offered(control)), tag }
    const plan = planRun(consumerRole, options.suites.consumer, { profile, clock: clock.kind, ...offers }, options.selection ?? everything)
    const deadlineMs = deadlineFor(profile, clock.scale, control?.manifest.capabilities['deadlineMs'])
    const redact = redactor([...keys.secrets, ...(options.secretTexts ?? [])])
    const line = runLine(options, url, control, clock, startedAt, { offers, deadlineMs }, redact)
    const budgetMs = options.budgetMs ?? 60_000
    const began = performance.now()
    const remainingMs = () => budgetMs - (performance.now() - began)
    const stage: ConsumerStage = {
      sender: { profile, url, keys: { config: configFor(profile, url), ...keys }, headers: options.headers ?? [] },
      clock,
      ...(control ? { control } : {}),
      answerWithinMs: clock.kind === 'virtual' ? Math.min(deadlineMs, 5000) : deadlineMs * 1.25 + 1000,
      effectWithinMs: clock.kind === 'virtual' ? 60_000 : 5000,
      redact,
      markSecret: secretMarker(keys.secrets),
      remainingMs,
      pace: new Pace({ clock, remainingMs, ...(options.signal ? { signal: options.signal } : {}) }),
      randomFor: (label) => seededRandom(options.seed, label),
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const played = await playRun(stage, plan, { ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }), ...(options.progress ? { progress: options.progress } : {}), effects: offers.effects })
    const transcript: readonly TranscriptLine[] = [
      line,
      ...played.lines,
      { kind: 'end', finishedAt: new Date().toISOString(), lagMs: lag.stop(), ...(played.obstacle ? { obstacle: played.obstacle } : {}) },
    ]
    return { report: judge(transcript, options.suites), transcript }
  } finally {
    lag.stop()
    if (inProcess && typeof inProcess !== 'function') await inProcess.close()
    await served?.close()
  }
}

/** The deadline of one exchange is scaled with the target's policy, but not below what the target names, 1 s unless told. */
function deadlineFor(profile: Profile, scale: number, told: unknown): number {
  const declared = profile.acknowledgement.deadlineMs
  return scale > 1 ? Math.min(declared, Math.max(declared / scale, typeof told === 'number' ? told : 1000)) : declared
}

/** Verbs are capabilities: what answers 404 is absent. */
async function offered(control: Control | undefined): Promise<{ readonly effects: boolean; readonly faults: boolean }> {
  if (!control) return { effects: false, faults: false }
  await control.reset()
  const effects = (await control.effects('conformance-no-such-event')) !== 'absent'
  const faults = (await control.faults('conformance-no-such-event', 1)) !== 'absent'
  return { effects, faults }
}

/** What a scheme wants configured on both sides is the URL that is delivered to, unless the user says otherwise. */
function configFor(profile: Profile, url: string): Readonly<Record<string, string>> {
  return Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
}
