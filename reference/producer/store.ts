import type { ProducerRecord } from './records.ts'

/** Where a producer keeps its records, in the order in which they were appended. */
export interface Store {
  /** Every record that was kept; asked for once, before anything else. */
  load(): Promise<readonly ProducerRecord[]>
  /**
   * Resolves once these records, and all that were given before, survive the end of the process.
   *
   * Rejects when they may not; nothing more is taken from then on.
   */
  append(records: readonly ProducerRecord[]): Promise<void>
  /** Puts these records in place of all that were appended before. */
  rewrite(records: readonly ProducerRecord[]): Promise<void>
  /** Ends what was begun; records that were appended are kept. */
  close(): Promise<void>
}

/** A store that lasts as long as the process. */
export function memoryStore(): Store {
  let kept: ProducerRecord[] = []
  return {
    load: async () => [...kept],
    append: async (records) => void kept.push(...records),
    rewrite: async (records) => void (kept = [...records]),
    close: async () => {},
  }
}
