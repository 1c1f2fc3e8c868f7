/** Keeps the work of different keys apart: each key has a lane of its own, in which only so much runs at once. */
export interface Lanes {
  /** Runs the work at once when its lane has room, otherwise when what was there first has ended. */
  run<T>(lane: { readonly key: string; readonly width: number }, work: () => Promise<T>): Promise<T>
}

interface Lane {
  running: number
  readonly waiting: (() => void)[]
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  return {
    async run({ key, width }, work) {
      const lane = lanes.get(key) ?? { running: 0, waiting: [] }
      lanes.set(key, lane)
      if (lane.running >= width) await new Promise<void>((resolve) => lane.waiting.push(resolve))
      else lane.running += 1
      try {
        return await work()
      } finally {
        const next = lane.waiting.shift()
        // Whoever waits takes over the place, so that nobody slips in between.
        if (next) next()
        else lane.running -= 1
        if (lane.running === 0) lanes.delete(key)
      }
    },
  }
}
