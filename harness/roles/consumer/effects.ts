import type { Control, Effect } from '../../attach/control.ts'
import type { Clock } from '../../clock/clock.ts'

interface Expectation {
  /** Identities of everything that was delivered. */
  readonly sent: ReadonlySet<string>
  /** Those of which a delivery was acknowledged: work may still go on. */
  readonly acknowledged: ReadonlySet<string>
}

interface Patience {
  readonly clock: Clock
  readonly effectWithinMs: number
  /** The longest that any effect was seen to take after its acknowledgement. */
  readonly slowestMs: number
  readonly signal?: AbortSignal
}

/** Nothing has moved for this long: the target has done what it is going to do. */
const quietMs = 300

/**
 * Every effect of the run's own events, read once the target has come to rest.
 *
 * Waits while acknowledged events are still without effect and new effects keep coming, at most `effectWithinMs`;
 * then once more for late duplicates. Undefined when the verb is absent.
 */
export async function readEffectsOnceSettled(control: Control, patience: Patience, { sent, acknowledged }: Expectation): Promise<readonly Effect[] | undefined> {
  const { clock, effectWithinMs, slowestMs, signal } = patience
  const until = clock.elapsed() + effectWithinMs + slowestMs * 3
  let effects = await ownEffects(control, sent)
  let movedAt = clock.elapsed()
  while (effects && clock.elapsed() < until) {
    const missing = missingOf(effects, acknowledged)
    const restMs = Math.max(missing ? quietMs * 4 : quietMs, slowestMs * 3)
    if (clock.elapsed() - movedAt >= restMs) break
    await clock.sleep(50 * clock.scale, signal)
    const next = await ownEffects(control, sent)
    if (next && next.length !== effects.length) movedAt = clock.elapsed()
    effects = next
  }
  return effects
}

function missingOf(effects: readonly Effect[], acknowledged: ReadonlySet<string>): boolean {
  const seen = new Set(effects.map(({ event }) => event))
  return [...acknowledged].some((id) => !seen.has(id))
}

/** The list of all effects, less those of earlier runs; one event at a time where the target has no list. */
async function ownEffects(control: Control, sent: ReadonlySet<string>): Promise<readonly Effect[] | undefined> {
  const all = await control.effects()
  if (all !== 'absent') return all.filter(({ event }) => sent.has(event))
  const single: Effect[] = []
  for (const id of sent) {
    const own = await control.effects(id)
    if (own === 'absent') return undefined
    single.push(...own)
  }
  return single
}
