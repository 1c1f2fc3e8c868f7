import { discoverControl, type Control } from '../../harness/attach/control.ts'
import { serveInProcess } from '../../harness/attach/in-process.ts'
import type { Clock } from '../../harness/clock/clock.ts'
import { scaledClock } from '../../harness/clock/scaled-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { run, type RunOptions, type RunResult } from '../../harness/run.ts'
import { honestParts, type ProducerParts } from '../../reference/producer/parts.ts'
import { producer } from '../../reference/producer.ts'
import { suites } from '../../suites/index.ts'

/** Parts of a producer that waits a share of every delay of its schedule: 0.95 retries 5 % early. */
export function waitsOnly(share: number): Partial<ProducerParts> {
  return {
    delayFor(failed, attempt, setting) {
      const { tookMs } = failed
      const delayMs = honestParts.delayFor({ ...failed, tookMs: 0 }, attempt, setting)
      return delayMs === undefined ? undefined : Math.max(0, delayMs * share - tookMs)
    },
  }
}

interface Paced {
  readonly scale: number
  readonly parts?: Partial<ProducerParts>
  readonly only: readonly string[]
  readonly budgetMs?: number
}

/** What a run finds in the same producer on a clock that the run owns. */
export async function judgedInProcess({ parts = {}, only }: Pick<Paced, 'parts' | 'only'>): Promise<RunResult> {
  const profile = await loadProfile('event-delivery')
  const handler = (clock: Clock) => producer({ profile, clock, parts, random: () => 0.5 })
  return run({ role: 'producer', target: { kind: 'in-process', name: 'paced', handler }, profile, suites, keys: { secrets: [] }, selection: { only, skip: [], levels: [] } })
}

/** What a run finds in a producer that listens on a URL and delivers on real time, so many times faster than declared. */
export async function judgedByUrl({ scale, parts = {}, only, budgetMs }: Paced): Promise<RunResult> {
  const profile = await loadProfile('event-delivery')
  const clock = scaledClock(scale)
  const { handler, close } = producer({ profile, clock, parts, random: () => 0.5 })
  const served = await serveInProcess(handler, clock, { path: '/' })
  let control: Control | undefined
  try {
    control = await discoverControl(served.url, { headers: [], clock, deadlineMs: 30_000 })
    const options: RunOptions = {
      role: 'producer',
      target: { kind: 'url', url: served.url },
      profile,
      suites,
      keys: { secrets: [] },
      selection: { only, skip: [], levels: [] },
      ...(control ? { control } : {}),
      ...(budgetMs === undefined ? {} : { budgetMs }),
    }
    return await run(options)
  } finally {
    await control?.close()
    await close()
    await served.close()
  }
}
