import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { Control } from '../../harness/attach/control.ts'
import { startExec } from '../../harness/attach/exec.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'

const script = fileURLToPath(new URL('adapter.mjs', import.meta.url))
const controls: Control[] = []

afterEach(async () => {
  for (const control of controls.splice(0)) await control.close()
})

async function start(mode: string, options: { deadlineMs?: number; onLog?: (line: string) => void } = {}): Promise<Control> {
  const control = await startExec(`"${process.execPath}" "${script}" ${mode}`, { clock: liveClock(), ...options })
  controls.push(control)
  return control
}

describe('an exec adapter', () => {
  test('tells its manifest and does what it offers', async () => {
    const log: string[] = []
    const control = await start('full', { onLog: (line) => log.push(line) })
    expect(control.manifest).toEqual({ name: 'adapter', roles: ['consumer'], capabilities: {} })
    expect(control.attachment).toBe('exec')
    expect(await control.faults('e1', 2)).toBe('done')
    expect(await control.faults('e2', 1)).toBe('done')
    expect(await control.effects('e2')).toEqual([{ event: 'e2', at: '2026-01-02T03:04:05Z' }])
    expect(await control.effects()).toHaveLength(3)
    expect(await control.reset()).toBe('done')
    expect(await control.effects()).toEqual([])
    expect(log).toEqual(['started'])
  })

  test('answers calls in any order', async () => {
    const control = await start('full')
    expect(await Promise.all([control.reset(), control.effects(), control.faults('e', 0)])).toEqual(['done', [], 'done'])
  })

  test.each(['minimal', 'params'])('that answers %s errors does not offer the verb', async (mode) => {
    const control = await start(mode)
    expect([await control.reset(), await control.effects('e'), await control.faults('e', 1)]).toEqual(['absent', 'absent', 'absent'])
  })

  test('without a manifest declares nothing', async () => {
    expect((await start('bare')).manifest).toEqual({ capabilities: {} })
  })

  test.each([
    ['hang', /does not answer "effects" within 1500 ms/],
    ['garbage', /not JSON-RPC/],
    ['endless', /more than 8388608 bytes/],
    ['dies', /ended with exit code 7/],
    ['error', /database is down/],
    ['empty', /neither result nor error/],
    ['wrong', /no list "effects"/],
  ])('that answers with %s is a fault of the adapter', async (mode, fact) => {
    // Long enough for a child to start on a busy machine; only the hanging one is waited for.
    const control = await start(mode, { deadlineMs: 1_500 })
    await expect(control.effects()).rejects.toMatchObject({ code: 'bad-exec', message: expect.stringMatching(fact) })
  })

  test('that is dead stays a fault', async () => {
    const control = await start('dies')
    await expect(control.reset()).rejects.toMatchObject({ code: 'bad-exec' })
    await expect(control.reset()).rejects.toMatchObject({ code: 'bad-exec', message: expect.stringContaining('exit code 7') })
  })

  test('is heard to the end when it answers and ends', async () => {
    const control = await start('answers-and-dies')
    expect(await control.reset()).toBe('done')
  })

  test.each([
    ['dies at once', `"${process.execPath}" "${script}" dead`, /exit code 3/],
    ['does not exist', 'no-such-command-anywhere', /exit code/],
  ])('that %s cannot be attached', async (_, command, fact) => {
    await expect(startExec(command, { clock: liveClock() })).rejects.toMatchObject({ code: 'bad-exec', message: expect.stringMatching(fact) })
  })
})

test('closing ends an adapter that ends with its stdin, at once', async () => {
  const control = await start('full')
  const before = performance.now()
  await control.close()
  expect(performance.now() - before).toBeLessThan(900)
  await expect(control.reset()).rejects.toMatchObject({ code: 'bad-exec', message: 'the exec adapter was closed' })
})

test('closing kills an adapter that does not end', async () => {
  const log: string[] = []
  const control = await start('stubborn', { onLog: (line) => log.push(line) })
  await control.close()
  expect(log).toEqual(['started', 'not yet'])
})
