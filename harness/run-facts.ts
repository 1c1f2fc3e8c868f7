import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Control } from './attach/control.ts'
import type { Clock } from './clock/clock.ts'
import { liveClock } from './clock/live-clock.ts'
import { scaledClock } from './clock/scaled-clock.ts'
import { virtualClock } from './clock/virtual-clock.ts'
import type { Baseline } from './gate/baseline.ts'
import type { HeaderLine } from './http/message.ts'
import type { ProxyLensName } from './http/proxy-passage.ts'
import { suiteIdentity } from './identity.ts'
import type { Suites } from './judge.ts'
import type { Profile } from './profile/profile.ts'
import type { Report } from './report/report.ts'
import type { RoleName } from './role.ts'
import type { RunProgress } from './roles/consumer/play-run.ts'
import { everything, type Selection } from './select.ts'
import type { SigningKeys } from './signing/key.ts'
import type { RunLine, TranscriptLine } from './transcript/line.ts'

export type RunTarget =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'in-process'
      readonly name: string
      /** It never ends on its own, so that cases which programs are known to die of need not be alone. */
      readonly steady?: true
      readonly handler: (clock: Clock) => RequestHandler | { readonly handler: RequestHandler; close(): Promise<void> }
    }

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface RunOptions {
  readonly role: RoleName
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
  /** Attaches anew to a target that died and may have been started again; undefined while it has not. */
  readonly reattach?: () => Promise<Control | undefined>
  readonly selection?: Selection
  /** Known failures: the report says which of them are excused. */
  readonly baseline?: Baseline
  /** Longest duration of the run. Default 60 s. */
  readonly budgetMs?: number
  /** Cases in flight at once. Default 8. */
  readonly concurrency?: number
  /** Same seed, same bytes. Default: 1 for a target in this process, otherwise drawn for each run. */
  readonly seed?: number
  /** How many times faster the target runs its policy. Default: what its manifest says, else 1. */
  readonly timeScale?: number
  /** Producers: a shell command that makes the target emit, in place of the control API. */
  readonly trigger?: string
  /** Producers: where the harness listens, and how the target reaches it. */
  readonly listen?: { readonly host: string; readonly port: number }
  readonly publicUrl?: string
  /** Producers: real milliseconds that one answer of the registration API may take. Default 5 s, 30 s in process. */
  readonly apiDeadlineMs?: number
  /** Producers: one endpoint is configured by hand; told its URL and secret once the harness listens. */
  readonly byHand?: (url: string, secret: string) => void | Promise<void>
  /** Stream servers: the proxy that stands between the harness and the target. */
  readonly via?: ProxyLensName
  readonly progress?: RunProgress
  readonly signal?: AbortSignal
}

export interface RunResult {
  readonly report: Report
  readonly transcript: readonly TranscriptLine[]
}

/** What a run was asked, with its seed settled: given, or drawn. */
export type SeededRunOptions = RunOptions & { readonly seed: number }

/** What a plan says of the seed: the ids that it shows are those of 1, where each run draws its own. */
export function plannedSeed({ seed, target }: Pick<RunOptions, 'seed' | 'target'>): string {
  return seed === undefined && target.kind === 'url' ? '1 here, drawn for each run' : String(seed ?? 1)
}

/** Where virtual time begins, so that the same seed gives the same run. */
const virtualStartMs = Date.UTC(2026, 0, 1)

/** The clock of a run: the run's own for an in-process target, else real time, scaled where the target says so. */
export function clockFor({ target, timeScale, control }: RunOptions): Clock {
  if (target.kind === 'in-process') return virtualClock(virtualStartMs)
  const told = control?.manifest.capabilities['timeScale']
  const scale = timeScale ?? (typeof told === 'number' && told >= 1 ? told : 1)
  return scale > 1 ? scaledClock(scale) : liveClock()
}

/** The first line of a transcript. */
export function runLine(
  options: SeededRunOptions,
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
      attachment: [...(inProcess ? ['in-process' as const] : url.startsWith('exec:') ? [] : ['url' as const]), ...(control ? [control.attachment] : [])],
    },
    profile: options.profile,
    run: {
      startedAt,
      seed: options.seed,
      clock: clock.kind,
      timeScale: clock.scale,
      budgetMs: options.budgetMs ?? 60_000,
      runtime: `node ${process.version}`,
      platform: `${process.platform} ${process.arch}`,
      ...(options.via === undefined ? {} : { via: options.via }),
    },
    ...facts,
    selection: options.selection ?? everything,
    ...(options.baseline ? { baseline: options.baseline } : {}),
  }
}
