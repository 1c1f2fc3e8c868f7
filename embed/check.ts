import { setMaxListeners } from 'node:events'
import { attach, attachClient } from '../harness/attach/attach.ts'
import type { Control } from '../harness/attach/control.ts'
import { HarnessError } from '../harness/errors.ts'
import type { Report, Verdict } from '../harness/report/report.ts'
import { run, type RunOptions, type RunResult } from '../harness/run.ts'
import { referenceTarget } from '../reference/run-target.ts'
import { suites } from '../suites/index.ts'
import type { ConformanceOptions } from './options.ts'
import { passedOn, readOptions, type ReadOptions } from './read-options.ts'
import { reachTarget } from './target.ts'

/** What a report says in place of the URL of a client that has none. */
const adapterUrl = 'exec:adapter'

/** A run that can be given up. */
export type CheckOptions = ConformanceOptions & { readonly signal?: AbortSignal }

/**
 * Plays the suites of a role against a target: report and transcript, as `conformance run` makes them.
 *
 * A target that cannot be reached is a report whose `summary.obstacle` says so, and `conformant` is then never `true`. Whatever
 * was started is closed on every path.
 * @throws HarnessError for options that do not fit and for a control API that breaks its word; the signal's reason when it aborts.
 */
export async function check(options: CheckOptions): Promise<RunResult> {
  const read = await readOptions(options)
  options.signal?.throwIfAborted()
  const shared = { ...passedOn(read), suites, ...(options.signal ? { signal: listenedTo(options.signal) } : {}) }
  return options.target === 'reference' ? checkReference(read, shared) : checkReached(read, shared)
}

/**
 * The verdicts of a run, one by one, in the order of the report; the report is what the generator returns.
 *
 * They are judged together once the run has ended: a verdict may rest on several cases. Unlike `check` it throws when nothing
 * could be measured, so that a loop which looks for failures alone cannot end green; a target that died in the middle makes it
 * throw after its verdicts.
 * @throws HarnessError `unreachable`, and whatever `check` throws.
 */
export async function* verdicts(options: CheckOptions): AsyncGenerator<Verdict, Report, undefined> {
  const { report } = await check(options)
  const { obstacle, measured, conformant } = report.summary
  const hindered = new HarnessError('unreachable', obstacle?.fact ?? 'no rule was measured', obstacle?.cure ?? 'widen the selection, or give what the rules need')
  if (measured === 0 || (obstacle && obstacle.code !== 'died')) throw hindered
  yield* report.verdicts
  if (obstacle && conformant === null) throw hindered
  return report
}

/** A signal of the run's own, which each case in flight may listen to without a warning. */
function listenedTo(signal: AbortSignal): AbortSignal {
  const own = AbortSignal.any([signal])
  setMaxListeners(0, own)
  return own
}

type Shared = Omit<RunOptions, 'target' | 'keys'>

async function checkReference({ role, profile, secrets }: ReadOptions, shared: Shared): Promise<RunResult> {
  const { target, keys, headers, secretTexts } = await referenceTarget(role, profile, secrets.map(({ text }) => text))
  return run({ ...shared, target, keys, headers: [...(shared.headers ?? []), ...headers], secretTexts: [...(shared.secretTexts ?? []), ...secretTexts] })
}

async function checkReached({ given, role, secrets, control, budgetMs }: ReadOptions, shared: Shared): Promise<RunResult> {
  const { target, allowHosts = [] } = given
  const reached = target === undefined ? undefined : await unlessAborted(reachTarget(target, allowHosts), shared.signal)
  const url = reached?.url ?? adapterUrl
  const attached = (): Promise<Control | undefined> => (role === 'sse-client' ? attachClient : attach)(control, url, shared.headers ?? [], budgetMs)
  let found: Control | undefined
  try {
    found = await unlessAborted(attached(), shared.signal)
    const keys = { secrets: secrets.map(({ text }) => text) }
    return await run({ ...shared, target: { kind: 'url', url }, keys, ...(found ? { control: found, reattach: attached } : {}) })
  } finally {
    await found?.close()
    await reached?.close()
  }
}

/** Waits no longer than until the signal aborts; what comes all the same is closed then. */
async function unlessAborted<T extends { close(): Promise<void> } | undefined>(coming: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return coming
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([coming, aborted])
  } catch (error) {
    coming.then((late) => late?.close()).catch(() => {}) // it failed on its own, or has gone already
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
