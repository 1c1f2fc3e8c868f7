import { beforeAll, describe, expect, it } from 'vitest'
import { renderContext } from '../../cli/context.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { painter } from '../../harness/report/layout.ts'
import { printable } from '../../harness/report/inert.ts'
import { renderers, type RenderContext } from '../../harness/report/render.ts'
import { run, type RunResult } from '../../harness/run.ts'
import { producer, type ProducerOptions } from '../../reference/producer.ts'
import { delayFor } from '../../reference/producer/policy.ts'
import { suites } from '../../suites/index.ts'

const only = ['producer-retry/always-fails', 'producer-retry/fails-once', 'producer-retry/retry-after-seconds']

/** What a run of a producer leaves, whose parts are replaced. */
async function judged(parts: NonNullable<ProducerOptions['parts']>): Promise<RunResult> {
  const profile = await loadProfile('event-delivery')
  const target = { kind: 'in-process', name: 'reference', handler: (clock: ProducerOptions['clock']) => producer({ profile, clock, parts }) } as const
  return run({ role: 'producer', target, profile, keys: { secrets: [] }, suites, selection: { only, skip: [], levels: [] } })
}

function contextOf({ transcript }: RunResult): RenderContext {
  const terminal = { out: async () => {}, err: async () => {}, colour: true, width: 100, live: undefined, signal: new AbortController().signal }
  return renderContext(transcript, () => 'npx conformance run', terminal, false)
}

describe('a producer that waits four fifths of every delay', () => {
  let result: RunResult
  let context: RenderContext
  beforeAll(async () => {
    result = await judged({ delayFor: (failed, _, { policy, random }) => scaled(delayFor(failed, policy, random), 0.8) })
    context = contextOf(result)
  })
  const drawn = (requirement: string) => {
    const verdict = result.report.verdicts.find((each) => each.requirement === requirement && each.outcome === 'failed')
    return verdict && (context.timeline?.(verdict, 96, painter(false)) ?? '')
  }

  it('has every retry of the whole schedule drawn before its band', () => {
    const [attempts = '', due = '', axis = ''] = drawn('webhook-retry-not-early')?.split('\n') ?? []
    expect(attempts.replace(/^attempts +|─/g, '')).toBe('●✗✗✗✗')
    expect(due.match(/░+/g)).toHaveLength(4)
    expect(axis).toMatch(/^ +0 s .* 5 s .*min$/)
    expect(drawn('webhook-retry-not-early')).toMatch(/2 at 4 s: 500, 9\d\d(\.\d)? ms early · 3 at 24 s: 500/)
  })

  it('has no band where the answer says when the next attempt is due', () => {
    expect(drawn('webhook-retry-after-seconds')).toMatch(/^attempts +●─+●\n +0 s +\d/)
  })

  it('has its pictures in the report for people, and no escape in a file', () => {
    const text = renderers.pretty(result.report, { ...context, colour: false, width: 100 })
    expect(text).toMatch(/^ {4}attempts +●─.*✗/m)
    expect(printable(text.replaceAll('\n', ''))).toBe(text.replaceAll('\n', ''))
  })

  it('has its attempts as text: what arrived, what was answered, when, and whether the signature holds', () => {
    const verdict = result.report.verdicts.find(({ requirement }) => requirement === 'webhook-retry-not-early')
    const lines = (context.exchangeText(verdict?.exchanges.at(-1) ?? '') ?? '').split('\n')
    expect(lines.length).toBeLessThanOrEqual(16)
    expect(lines[0]).toMatch(/^< POST \/[\w-]+\/x\d+-endpoint HTTP\/1\.1$/)
    expect(lines).toContain('> 500')
    expect(lines.at(-2)).toMatch(/^= arrived at endpoint 10 min after the event was emitted, (ended \S+ ms later|its connection not seen to close)/)
    expect(lines.at(-1)).toMatch(/^= signature verified; timestamp /)
  })
})

it('an attempt after one that succeeded is drawn as one that was not due', async () => {
  const result = await judged({ delayFor: ({ number }) => [5_000, 3_000][number - 1], classify: (_, { number }) => (number < 3 ? 'failed' : 'acknowledged') })
  const verdict = result.report.verdicts.find(({ requirement }) => requirement === 'webhook-retry-stops-on-success')
  expect(verdict?.outcome).toBe('failed')
  expect(verdict && contextOf(result).timeline?.(verdict, 96, painter(false))).toMatch(/^attempts +●─+●─+✗\ndue +░+\n[^]*3 at 8 s: 200, not due$/)
})

function scaled(ms: number | undefined, by: number): number | undefined {
  return ms === undefined ? undefined : ms * by
}
