import { beforeAll, describe, expect, it } from 'vitest'
import { loadProfile } from '../../harness/profile/load.ts'
import { claimLine } from '../../harness/report/summary.ts'
import { briefWatchMs } from '../../harness/roles/producer/waiting.ts'
import type { RunResult } from '../../harness/run.ts'
import type { CaseLine } from '../../harness/transcript/line.ts'
import { honestParts } from '../../reference/producer/parts.ts'
import { judgedByUrl, judgedInProcess, waitsOnly } from '../subjects/paced-producer.ts'

const delaysMs = (await loadProfile('event-delivery')).delivery?.retry?.delaysMs ?? []
const scheduleMs = delaysMs.reduce((sum, ms) => sum + ms, 0)

const schedule = ['producer-retry/always-fails', 'producer-retry/fails-beyond-the-end']
const forEver = { delayFor: (...[failed, attempt, setting]: Parameters<typeof honestParts.delayFor>) => honestParts.delayFor(failed, attempt, setting) ?? delaysMs.at(-1) }
const againFromTheStart = { delayFor: (...[failed, attempt, setting]: Parameters<typeof honestParts.delayFor>) => honestParts.delayFor(failed, attempt, setting) ?? delaysMs[0] }

function verdictOf({ report }: RunResult, requirement: string) {
  return report.verdicts.find((verdict) => verdict.requirement === requirement)
}

function caseLine({ transcript }: RunResult, id: string): CaseLine {
  const line = transcript.find((each): each is CaseLine => each.kind === 'case' && each.case === id)
  if (!line) throw new TypeError(`${id} was not played`)
  return line
}

/** Milliseconds from the last attempt of a case to its end. */
function watchedMs(result: RunResult, id: string): number {
  const arrivals = result.transcript.flatMap((line) => (line.kind === 'attempt' && line.case === id ? [line.arrivedMs] : []))
  return caseLine(result, id).endedMs - Math.max(...arrivals)
}

describe('at a hundred times the speed, by URL', () => {
  let honest: RunResult
  let hasty: RunResult
  let patient: RunResult
  let restarting: RunResult
  beforeAll(async () => {
    ;[honest, hasty, patient, restarting] = await Promise.all([
      judgedByUrl({ scale: 100, only: ['producer-retry/*', 'producer-delivery/burst'] }),
      judgedByUrl({ scale: 100, only: schedule.slice(0, 1), parts: waitsOnly(0.95) }),
      judgedByUrl({ scale: 100, only: schedule.slice(1), parts: forEver, budgetMs: 120_000 }),
      judgedByUrl({ scale: 100, only: schedule.slice(1), parts: againFromTheStart }),
    ])
  }, 120_000)

  it('an honest producer fails nothing, and its schedule is measured', () => {
    expect(honest.report.verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'faulted')).toEqual([])
    expect(honest.report.run).toMatchObject({ clock: 'scaled', timeScale: 100 })
    expect(verdictOf(honest, 'webhook-retry-not-early')).toMatchObject({ outcome: 'passed', saw: expect.stringMatching(/; at \+\S+ s, .* s$/) })
  })

  it('no case is watched for longer than the brief watch once its last attempt was seen', () => {
    const lagMs = honest.report.run.lagMs.max
    const id = 'producer-retry/fails-beyond-the-end'
    const asked = watchedMs(honest, id)
    expect(asked).toBeGreaterThanOrEqual(briefWatchMs)
    // Much below the six seconds of one more delay, and well beyond what a busy machine adds to a second.
    expect(asked).toBeLessThan(briefWatchMs + 2000 + lagMs * 2)
    expect(watchedMs(honest, 'producer-retry/always-fails')).toBeLessThan(2000 + lagMs * 2)
  })

  it('the burst begins in the watch, when nothing else is due', () => {
    const burst = caseLine(honest, 'producer-delivery/burst')
    const longest = caseLine(honest, 'producer-retry/fails-beyond-the-end')
    expect(burst.startedMs).toBeGreaterThanOrEqual(caseLine(honest, 'producer-retry/always-fails').endedMs)
    expect(burst.startedMs).toBeLessThan(longest.endedMs)
    expect(burst.startedMs - longest.startedMs).toBeGreaterThanOrEqual(scheduleMs / 100)
  })

  it('giving up is not said to be measured, and the first line names the flag that measures it', () => {
    expect(verdictOf(honest, 'webhook-retry-gives-up')).toMatchObject({ outcome: 'inapplicable', saw: expect.stringMatching(/^none in 1/), reason: expect.stringMatching(/^watched \S+ s of the \S+ s .* --budget/) })
    expect(claimLine(honest.report)).toMatch(/^partial: .*--budget measures/)
  })

  it('a producer that goes on for ever is found out where the run was given its time', () => {
    expect(verdictOf(patient, 'webhook-retry-gives-up')).toMatchObject({ outcome: 'failed', saw: '6 attempts: the schedule does not end' })
  })

  it('a producer that begins its schedule again is found out in the brief watch', () => {
    expect(verdictOf(restarting, 'webhook-retry-gives-up')).toMatchObject({ outcome: 'failed', saw: expect.stringMatching(/does not end/) })
  })

  it('a producer that retries 5 % early fails', () => {
    expect(verdictOf(hasty, 'webhook-retry-not-early')).toMatchObject({ outcome: 'failed', saw: expect.stringMatching(/attempt at least \S+ s early/) })
  })
})

describe('on the virtual clock', () => {
  it.each([0.95, 0.98, 0.999])('a producer that waits %d of its delays fails', async (share) => {
    expect(verdictOf(await judgedInProcess({ only: schedule, parts: waitsOnly(share) }), 'webhook-retry-not-early')).toMatchObject({ outcome: 'failed' })
  })

  it('one further delay is watched to its end', async () => {
    expect(verdictOf(await judgedInProcess({ only: schedule }), 'webhook-retry-gives-up')).toMatchObject({ outcome: 'passed', saw: 'none in 660.4 s' })
  })
})
