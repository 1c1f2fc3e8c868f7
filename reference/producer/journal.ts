import type { ProducerRecord } from './records.ts'
import { createState, type State } from './state.ts'
import type { Store } from './store.ts'

/** The state of a producer, and the only way to change it. */
export interface Journal {
  readonly state: State
  /** Adds up what the store kept. */
  open(): Promise<void>
  /** Changes the state at once; resolves when the change, and every one before it, is durable. */
  record(...records: readonly ProducerRecord[]): Promise<void>
  close(): Promise<void>
}

/** Below `worthRewriting` records nobody minds that most of them are about what is over. */
export function createJournal(store: Store, worthRewriting = 10_000): Journal {
  const state = createState()
  let kept = 0
  return {
    state,
    async open() {
      const records = await store.load()
      for (const record of records) state.apply(record)
      kept = records.length
    },
    async record(...records) {
      for (const record of records) state.apply(record)
      kept += records.length
      const alive = state.endpoints.size + state.deliveries.size + state.deadLetters.length
      if (kept < worthRewriting || kept < 4 * alive) return store.append(records)
      const snapshot = state.snapshot()
      kept = snapshot.length
      return store.rewrite(snapshot)
    },
    close: () => store.close(),
  }
}
