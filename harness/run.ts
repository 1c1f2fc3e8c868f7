import type { IncomingMessage, ServerResponse } from 'node:http'
import { discoverControl, type Control } from './attach/control.ts'
import { serveInProcess } from './attach/in-process.ts'
import type { Clock } from './clock/clock.ts'
import { measureLag } from './clock/lag.ts'
import { liveClock } from './clock/live-clock.ts'
import { scaledClock } from './clock/scaled-clock.ts'
import { virtualClock } from './clock/virtual-clock.ts'
import type { HeaderLine } from './http/message.ts'
import { suiteIdentity } from './identity.ts'
import { judge, type Suites } from './judge.ts'
import { planRun } from './plan.ts'
import type { Profile } from './profile/profile.ts'
import { seededRandom } from './random.ts'
import type { Report } from './report/report.ts'
import { playRun, type RunProgress } from './roles/consumer/play-run.ts'
import type { ConsumerStage } from './roles/consumer/play.ts'
import { consumerRole } from './roles/consumer/role.ts'
import { everything, type Selection } from './select.ts'
import { selectedTag, type SigningKeys } from './signing/key.ts'
import { secretMarker } from './transcript/mark.ts'
import type { RunLine, TranscriptLine } from './transcript/line.ts'
import { redactor } from './transcript/redact.ts'

export type RunTarget =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'in-process'; readonly name: string; readonly handler: (clock: Clock) => (request: IncomingMessage, response: ServerResponse) => Promise<void> }

export interface RunOptions {
  readonly role: 'consumer'
  readonly target: RunTarget
  readonly profile: Profile
  /** What the harness signs with. */
  readonly keys: SigningKeys
  readonly suites: Suites
  /** Sent with every delivery. */
  readonly headers?: readonly HeaderLine[]
  /** Texts that must not appear in any artefact, besides the secrets of the keys. */
  readonly secretTexts?: readonly string[]
  /** The target's control API; an in-process target is asked for its own. */
  readonly control?: Control
  readonly selection?: Selection
  /** Longest duration of the run. Default 60 s. */
  readonly budgetMs?: number
  /** Cases in flight at once. Default 8. */
  readonly concurrency?: number
  /** Same seed, same bytes. Default 1. */
  readonly seed?: number
  /** How many times faster the target runs its policy. Default: what its manifest says, else 1. */
  readonly timeScale?: number
  readonly progress?: RunProgress
  readonly signal?: AbortSignal
}

export interface RunResult {
  readonly report: Report
  readonly transcript: readonly TranscriptLine[]
}

/** Where virtual time begins, so that the same seed gives the same run. */
const virtualStartMs = Date.UTC(2026, 0, 1)

/**
 * Plays the suites against a target and judges what was seen.
 *
 * A target that cannot be reached is a report with an obstacle, not an error.
 * @throws HarnessError for a selection that matches nothing, keys that do not fit, a control API that breaks its word.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const { target, profile, keys } = options
  const tag = selectedTag(profile.signature, keys)
  const clock = clockFor(options)
  const served = target.kind === 'in-process' ? await serveInProcess(target.handler(clock), clock, { path: '/webhook' }) : undefined
  const lag = measureLag()
  try {
    const url = target.kind === 'url' ? target.url : (served?.url ?? '')
    const control = options.control ?? (served && (await discoverControl(url, { headers: [], clock })))
    const offers = { ...(await offered(control)), tag }
    const plan = planRun(consumerRole, options.suites.consumer, { profile, clock: clock.kind, ...offers }, options.selection ?? everything)
    const deadlineMs = deadlineFor(profile, clock.scale, control?.manifest.capabilities['deadlineMs'])
    const redact = redactor([...keys.secrets, ...(options.secretTexts ?? [])])
    const line = runLine(options, url, control, clock, startedAt, { offers, deadlineMs }, redact)
    const budgetMs = options.budgetMs ?? 60_000
    const began = performance.now()
    const stage: ConsumerStage = {
      sender: { profile, url, keys: { config: configFor(profile, url), ...keys }, headers: options.headers ?? [] },
      clock,
      ...(control ? { control } : {}),
      answerWithinMs: clock.kind === 'virtual' ? Math.min(deadlineMs, 5000) : deadlineMs * 1.25 + 1000,
      effectWithinMs: clock.kind === 'virtual' ? 60_000 : 5000,
      redact,
      markSecret: secretMarker(keys.secrets),
      remainingMs: () => budgetMs - (performance.now() - began),
      randomFor: (label) => seededRandom(options.seed ?? 1, label),
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const played = await playRun(stage, plan, { concurrency: options.concurrency ?? 8, ...(options.progress ? { progress: options.progress } : {}), effects: offers.effects })
    const transcript: readonly TranscriptLine[] = [
      line,
      ...played.lines,
      { kind: 'end', finishedAt: new Date().toISOString(), lagMs: lag.stop(), ...(played.obstacle ? { obstacle: played.obstacle } : {}) },
    ]
    return { report: judge(transcript, options.suites), transcript }
  } finally {
    lag.stop()
    await served?.close()
  }
}

function clockFor({ target, timeScale, control }: RunOptions): Clock {
  if (target.kind === 'in-process') return virtualClock(virtualStartMs)
  const told = control?.manifest.capabilities['timeScale']
  const scale = timeScale ?? (typeof told === 'number' && told >= 1 ? told : 1)
  return scale > 1 ? scaledClock(scale) : liveClock()
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
  const faults = (await control.faults('conformance-no-such-event', 0)) !== 'absent'
  return { effects, faults }
}

/** What a scheme wants configured on both sides is the URL that is delivered to, unless the user says otherwise. */
function configFor(profile: Profile, url: string): Readonly<Record<string, string>> {
  return Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
}

function runLine(
  options: RunOptions,
  url: string,
  control: Control | undefined,
  clock: Clock,
  startedAt: string,
  facts: Pick<RunLine, 'offers' | 'deadlineMs'>,
  redact: (text: string) => string,
): RunLine {
  const { manifest } = control ?? {}
  const inProcess = options.target.kind === 'in-process'
  return {
    kind: 'run',
    transcript: 1,
    suite: suiteIdentity(),
    target: {
      url: options.target.kind === 'in-process' ? options.target.name : redact(url),
      role: options.role,
      profile: options.profile.name,
      profileHash: options.profile.hash,
      ...(manifest?.name ? { name: redact(manifest.name).slice(0, 200) } : {}),
      ...(manifest?.version ? { version: redact(manifest.version).slice(0, 100) } : {}),
      attachment: [inProcess ? ('in-process' as const) : ('url' as const), ...(control ? [control.attachment] : [])],
    },
    profile: options.profile,
    run: {
      startedAt,
      seed: options.seed ?? 1,
      clock: clock.kind,
      timeScale: clock.scale,
      budgetMs: options.budgetMs ?? 60_000,
      runtime: `node ${process.version}`,
      platform: `${process.platform} ${process.arch}`,
    },
    ...facts,
    selection: options.selection ?? everything,
  }
}
