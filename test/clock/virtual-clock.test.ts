import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../harness/clock/virtual-clock.ts'

function turns(count: number): Promise<void> {
  return count === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(() => void turns(count - 1).then(resolve)))
}

describe('a virtual clock', () => {
  test('starts where it is told and moves by jumps alone', async () => {
    const clock = virtualClock(1_700_000_000_000)
    await turns(10)
    expect([clock.now(), clock.elapsed()]).toEqual([1_700_000_000_000, 0])
    await clock.sleep(28 * 3_600_000)
    expect([clock.now() - 1_700_000_000_000, clock.elapsed()]).toEqual([100_800_000, 100_800_000])
  })

  test('wakes sleepers by time, then in the order in which they fell asleep', async () => {
    const clock = virtualClock(0)
    const woken: string[] = []
    const sleeper = (name: string, ms: number): Promise<void> => clock.sleep(ms).then(() => void woken.push(`${name} ${clock.elapsed()}`))
    await Promise.all([sleeper('a', 20), sleeper('b', 10), sleeper('c', 20), sleeper('d', 0), sleeper('e', -5)])
    expect(woken).toEqual(['d 0', 'e 0', 'b 10', 'a 20', 'c 20'])
  })

  test('lets the one that woke go on before the next one wakes', async () => {
    const clock = virtualClock(0)
    const seen: number[] = []
    const steps = async (ms: number, count: number): Promise<void> => {
      for (let step = 0; step < count; step += 1) {
        await clock.sleep(ms)
        seen.push(clock.elapsed())
      }
    }
    await Promise.all([steps(30, 2), steps(7, 6)])
    expect(seen).toEqual([7, 14, 21, 28, 30, 35, 42, 60])
  })

  test('stands still while work is in flight', async () => {
    const clock = virtualClock(0)
    const end = clock.begin()
    let woken = false
    const sleeping = clock.sleep(5).then(() => (woken = true))
    await turns(50)
    expect([woken, clock.elapsed()]).toEqual([false, 0])
    end()
    end()
    await sleeping
    expect(clock.elapsed()).toBe(5)
  })

  test('ends a sleep with the reason of its signal', async () => {
    const clock = virtualClock(0)
    const abort = new AbortController()
    const end = clock.begin()
    const sleeping = clock.sleep(5, abort.signal)
    abort.abort(new Error('interrupted'))
    await expect(sleeping).rejects.toThrow('interrupted')
    await expect(clock.sleep(5, abort.signal)).rejects.toThrow('interrupted')
    end()
    await turns(10)
    expect(clock.elapsed()).toBe(0)
  })

  test('never jumps to a sleeper without end', async () => {
    const clock = virtualClock(0)
    void clock.sleep(Infinity)
    await clock.sleep(3)
    await turns(10)
    expect(clock.elapsed()).toBe(3)
  })

  test('refuses a pause that is not a number', async () => {
    await expect(virtualClock(0).sleep(NaN)).rejects.toThrow(RangeError)
  })
})

describe('a handled exchange', () => {
  test('holds time while it works and gives it free while it sleeps', async () => {
    const clock = virtualClock(0)
    const end = clock.begin()
    const seen: number[] = []
    await clock.runExchange(async () => {
      await turns(20)
      seen.push(clock.elapsed())
      await clock.sleep(1_000)
      await turns(20)
      seen.push(clock.elapsed())
    })
    end()
    expect(seen).toEqual([0, 1_000])
  })

  test('that sleeps does not free work on another connection', async () => {
    const clock = virtualClock(0)
    const waiting = clock.begin(() => '1>9')
    const other = clock.begin(() => '2>9')
    const handled = clock.runExchange(() => clock.sleep(5), { connection: '1>9' })
    await turns(50)
    expect(clock.elapsed()).toBe(0)
    other()
    await handled
    expect(clock.elapsed()).toBe(5)
    waiting()
  })

  test('that sleeps does not free work whose connection is not open yet', async () => {
    const clock = virtualClock(0)
    let name: string | undefined
    const waiting = clock.begin(() => name)
    const handled = clock.runExchange(() => clock.sleep(5), { connection: '1>9' })
    await turns(50)
    expect(clock.elapsed()).toBe(0)
    name = '1>9'
    clock.begin()()
    await handled
    waiting()
  })

  test('leaves ordinary sleepers behind when it ends', async () => {
    const clock = virtualClock(0)
    let background = Promise.resolve()
    await clock.runExchange(async () => {
      background = clock.sleep(10).then(() => clock.sleep(10))
    })
    const end = clock.begin(() => '1>9')
    await turns(50)
    expect(clock.elapsed()).toBe(0)
    end()
    await background
    expect(clock.elapsed()).toBe(20)
  })

  test('that never ends holds time only until it is released', async () => {
    const clock = virtualClock(0)
    const released = new AbortController()
    void clock.runExchange(() => new Promise(() => {}), { released: released.signal })
    const sleeping = clock.sleep(5)
    await turns(50)
    expect(clock.elapsed()).toBe(0)
    released.abort()
    await sleeping
    expect(clock.elapsed()).toBe(5)
  })

  test('that throws holds time no longer and passes the error on', async () => {
    const clock = virtualClock(0)
    await expect(clock.runExchange(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await clock.sleep(5)
    expect(clock.elapsed()).toBe(5)
  })
})
