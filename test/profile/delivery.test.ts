import { describe, expect, test } from 'vitest'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { DeliveryPolicy } from '../../harness/profile/profile.ts'
import { smallest, withLine } from './document.ts'
import { faultOf, load } from './load-text.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

function policyOf(name: string): DeliveryPolicy {
  const policy = builtInProfiles().find((profile) => profile.name === name)?.delivery
  if (policy === undefined) throw new Error(`${name} has no delivery policy`)
  return policy
}

/** The smallest document with these lines as its `x-delivery`, which begins in line 14. */
function withDelivery(...lines: readonly string[]): string {
  return withLine('      - { $ref: \'#/channels/webhook/messages/delivery\' }', ["      - { $ref: '#/channels/webhook/messages/delivery' }", '    x-delivery:', ...lines.map((line) => `      ${line}`)].join('\n'))
}

async function compiled(...lines: readonly string[]): Promise<DeliveryPolicy | undefined> {
  return (await load(withDelivery(...lines))).delivery
}

describe('the published schedules', () => {
  test.each([
    ['event-delivery', [5 * second, 25 * second, 2 * minute, 10 * minute]],
    ['hmac-body', [5 * second, 25 * second, 2 * minute, 10 * minute]],
    ['hmac-timestamp', [1 * minute, 5 * minute, 30 * minute, 2 * hour, 8 * hour, 24 * hour]],
    ['standard-webhooks', [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]],
    ['svix', [5 * second, 300 * second, 1800 * second, 7200 * second, 18_000 * second, 36_000 * second, 36_000 * second]],
    ['slack', [0, 1 * minute, 5 * minute]],
    ['zoom', [5 * minute, 20 * minute, 60 * minute]],
    ['linear', [1 * minute, 1 * hour, 6 * hour]],
    ['mailgun', [5 * minute, 10 * minute, 15 * minute, 1 * hour, 2 * hour, 4 * hour]],
    ['adyen', [9 * second, 18 * second, 27 * second, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, 1 * hour, 2 * hour, 4 * hour, 8 * hour]],
  ])('%s waits %j', (name, delaysMs) => {
    expect(policyOf(name).retry?.delaysMs).toEqual(delaysMs)
  })

  test('that of standard-webhooks spans 75 hours, 35 minutes and 5 seconds', () => {
    expect(policyOf('standard-webhooks').retry?.delaysMs.reduce((sum, delay) => sum + delay, 0)).toBe(75 * hour + 35 * minute + 5 * second)
  })

  test.each(['stripe', 'shopify', 'square', 'paddle', 'twilio', 'sendgrid', 'dropbox', 'meta'])('%s retries at intervals that it does not publish', (name) => {
    expect(policyOf(name)).toMatchObject({ retryUnpublished: true })
    expect(policyOf(name)).not.toHaveProperty('retry')
  })

  test('github never retries by itself', () => {
    expect(policyOf('github')).not.toHaveProperty('retry')
    expect(policyOf('github')).not.toHaveProperty('retryUnpublished')
  })

  test('adyen goes on after its last published delay', () => {
    expect(policyOf('adyen').retryUnpublished).toBe(true)
  })

  test.each([
    ['event-delivery', { down: 0, up: 0 }],
    ['standard-webhooks', { down: 0, up: 1 }],
    ['svix', { down: 0.2, up: 0.2 }],
  ])('%s spreads by %j', (name, jitter) => {
    expect(policyOf(name).retry?.jitter).toEqual(jitter)
  })

  test('every policy names its source', () => {
    const policies = builtInProfiles().flatMap(({ delivery }) => delivery ?? [])
    expect(policies.length).toBeGreaterThanOrEqual(19)
    expect(policies.filter(({ source = '' }) => source === '')).toEqual([])
  })
})

describe('statuses and limits of providers', () => {
  test.each([
    ['event-delivery', { success: ['2xx'], permanent: [], disable: [410], throttle: [429, 503], timeoutMs: 15_000, redirects: 0, maxRetryAfterMs: 24 * hour }],
    ['standard-webhooks', { disable: [410], throttle: [429, 502, 503, 504], timeoutMs: 15_000, redirects: 0 }],
    ['slack', { timeoutMs: 3000, redirects: 2 }],
    ['zoom', { success: [200, 204], timeoutMs: 3000 }],
    ['mailgun', { success: [200], permanent: [406], timeoutUnpublished: true }],
    ['github', { timeoutMs: 10_000 }],
    ['svix', { timeoutMs: 30_000, disable: [], throttle: [] }],
  ])('%s: %j', (name, policy) => {
    expect(policyOf(name)).toMatchObject(policy)
  })
})

describe('x-delivery of a user', () => {
  test('a document without it has no policy', async () => {
    expect(await load(smallest)).not.toHaveProperty('delivery')
  })

  test('defaults are filled in, and what is not stated is marked', async () => {
    expect(await compiled('redirects: 0')).toEqual({
      success: ['2xx'],
      permanent: [],
      disable: [410],
      throttle: [429, 503],
      timeoutMs: 2000,
      timeoutUnpublished: true,
      retryUnpublished: true,
      maxRetryAfterMs: 24 * hour,
      redirects: 0,
    })
  })

  test('a period of failure is told in milliseconds, with its source', async () => {
    expect((await compiled('source: our handbook', 'disableAfter: { failingFor: 5d }'))?.disableAfterMs).toBe(5 * 24 * hour)
    expect((await faultOf(load(withDelivery('disableAfter: { failingFor: 5d }')))).fact).toContain('lacks "source", which "disableAfter" asks for')
  })

  test('retry: false is a sender that never retries', async () => {
    const policy = await compiled('source: our handbook', 'retry: false')
    expect(policy).not.toHaveProperty('retry')
    expect(policy).not.toHaveProperty('retryUnpublished')
  })

  test.each([
    ['retry: { delays: [0s, { every: 20s, times: 3 }, 1m] }', [0, 20_000, 20_000, 20_000, 60_000]],
    ['retry: { strategy: { type: fixed, initialDelay: 20s }, retries: 3 }', [20_000, 20_000, 20_000]],
    ['retry: { strategy: { type: linear, initialDelay: 10s }, retries: 3 }', [10_000, 20_000, 30_000]],
    ['retry: { strategy: { type: linear, initialDelay: 10s, increment: 5s, maxDelay: 18s }, retries: 3 }', [10_000, 15_000, 18_000]],
    ['retry: { strategy: { type: exponential, initialDelay: 10s }, retries: 4 }', [10_000, 20_000, 40_000, 80_000]],
    ['retry: { strategy: { type: exponential, initialDelay: 1s, multiplier: 1.5, maxDelay: 2s }, retries: 4 }', [1000, 1500, 2000, 2000]],
  ])('%s', async (line, delaysMs) => {
    expect((await compiled('source: our handbook', line))?.retry).toEqual({ delaysMs, jitter: { down: 0, up: 0 } })
  })

  test('an exponential schedule without a limit stays within a year', async () => {
    const policy = await compiled('source: our handbook', 'retry: { strategy: { type: exponential, initialDelay: 1d, multiplier: 100 }, retries: 1000 }')
    expect(Math.max(...(policy?.retry?.delaysMs ?? []))).toBe(365 * 24 * hour)
  })

  test('traits and the other half of the channel are read', async () => {
    const traits = smallest.replace('    x-acknowledgement:', "    traits:\n      - { x-delivery: { timeout: 7s } }\n    x-acknowledgement:")
    expect((await load(traits)).delivery?.timeoutMs).toBe(7000)
    const half = smallest.replace('components:', "  other:\n    action: send\n    channel: { $ref: '#/channels/webhook' }\n    x-delivery: { timeout: 8s }\ncomponents:")
    expect((await load(half)).delivery?.timeoutMs).toBe(8000)
  })

  test.each([
    ['a bad timeout', ['timeout: 15'], '15:7: x-delivery/timeout: has the wrong type (allowed: string)', /schemas\/x-delivery\.json/],
    ['no timeout at all', ['timeout: 0s'], '15:7: a timeout of zero', /such as 15s/],
    ['a bad delay', ['source: our handbook', 'retry: { delays: [5s, 1.5m] }'], '16:29: x-delivery/retry/delays/1: has the wrong form (allowed: A number with its unit', /x-delivery/],
    ['a bad run of delays', ['source: our handbook', 'retry: { delays: [{ every: 1 hour, times: 2 }] }'], '16:27: x-delivery/retry/delays/0/every: has the wrong form', /x-delivery/],
    ['a schedule without its source', ['retry: { delays: [5s] }'], '14:5: x-delivery: lacks "source", which "retry" asks for', /x-delivery/],
    ['a schedule of nothing', ['source: our handbook', 'retry: { jitter: { up: 0.1 } }'], '16:7: x-delivery/retry: lacks "delays"', /x-delivery/],
    ['two schedules', ['source: our handbook', 'retry: { delays: [5s], unpublished: true }'], '16:30: x-delivery/retry/unpublished: does not belong here', /x-delivery/],
    ['a strategy without an end', ['source: our handbook', 'retry: { strategy: { type: fixed, initialDelay: 5s } }'], '16:7: x-delivery/retry: lacks "retries"', /x-delivery/],
    ['an unknown strategy', ['source: our handbook', 'retry: { strategy: { type: random, initialDelay: 5s }, retries: 3 }'], '16:28: x-delivery/retry/strategy/type: has another value (allowed: "fixed", "linear", "exponential")', /x-delivery/],
    ['retry: true', ['source: our handbook', 'retry: true'], '16:7: x-delivery/retry: has another value (allowed: false)', /x-delivery/],
    ['too many delays', ['source: our handbook', 'retry: { delays: [{ every: 1s, times: 1000 }, 1m] }'], '16:16: the schedule has 1001 delays', /continues: true/],
    ['an unknown status', ['permanent: [4xy]'], '15:19: x-delivery/permanent/0: has', /x-delivery/],
    ['jitter beyond the whole delay', ['source: our handbook', 'retry: { delays: [5s], jitter: { down: 20 } }'], '16:40: x-delivery/retry/jitter/down: must be <= 1', /x-delivery/],
    ['an unknown member', ['schedule: [5s]'], '15:7: x-delivery: has the unknown member "schedule" (allowed: source, timeout,', /x-delivery/],
  ])('%s is told with its line and a cure', async (_, lines, fact, cure) => {
    const fault = await faultOf(load(withDelivery(...lines)))
    expect(fault).toMatchObject({ code: 'broken-profile', cure: expect.stringMatching(cure) as string })
    expect(fault.fact).toContain(`orders.yaml:${fact}`)
  })
})
