import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../harness/errors.ts'
import { defaultStreamPolicy } from '../../harness/profile/default-stream-policy.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { EventStreamPolicy } from '../../harness/profile/profile.ts'
import { describesRole, refuseUndescribed } from '../../harness/profile/without-webhooks.ts'
import { run } from '../../harness/run.ts'
import { suites } from '../../suites/index.ts'
import { smallest, withLine } from './document.ts'
import { faultOf, load } from './load-text.ts'

/** The smallest document with a stream beside its webhooks, whose `x-event-stream` is in line 10. */
function withStream(...lines: readonly string[]): string {
  const channel = ['  events:', '    address: /events', '    x-event-stream:', ...lines.map((line) => `      ${line}`)]
  return withLine("      delivery: { $ref: '#/components/messages/Delivery' }", ["      delivery: { $ref: '#/components/messages/Delivery' }", ...channel].join('\n'))
}

async function compiled(...lines: readonly string[]): Promise<EventStreamPolicy | undefined> {
  return (await load(withStream(...lines))).stream
}

/** A document that describes a stream and nothing else. */
const streamOnly = `asyncapi: 3.0.0
info: { title: Ticker, version: 2.0.0 }
channels:
  ticks:
    address: /ticks
    x-event-stream: { resume: none }
`

describe('the built-in streams', () => {
  test.each<[string, Partial<EventStreamPolicy>]>([
    ['event-delivery', { filter: 'types', resource: '/api/v1/orders/{key}/events' }],
    ['headless', { client: { retriesOn: [429, '5xx'], unfinished: 'discarded', seeded: true } }],
    ['llm-lenient', { resumes: false, client: { retriesOn: [], unfinished: 'dispatched', seeded: true } }],
    ['whatwg', { client: { retriesOn: [], unfinished: 'discarded', seeded: false } }],
  ])('%s is the default but for what it is about', (name, own) => {
    expect(builtInProfiles().find((profile) => profile.name === name)?.stream).toEqual({ ...defaultStreamPolicy, ...own })
  })

  test('no other profile describes one', () => {
    expect(builtInProfiles().flatMap(({ name, stream }) => (stream === undefined ? [] : [name]))).toEqual(['event-delivery', 'headless', 'llm-lenient', 'whatwg'])
  })
})

describe('a stream of a user', () => {
  test('a document without one has none', async () => {
    expect(await load(smallest)).not.toHaveProperty('stream')
  })

  test('what it does not say is the default', async () => {
    expect(await compiled('resume: last-event-id')).toEqual(defaultStreamPolicy)
  })

  test('what it says holds, durations as milliseconds', async () => {
    const lines = ["id: '^[0-9]+$'", 'heartbeat: 40s', 'retry: 3s', 'start: earliest', 'retention: 7d', 'lost: { event: reset, header: Stream-Position }', 'filter: topic', "resource: '/things/{key}/events'", 'client: { retriesOn: [503] }']
    expect(await compiled(...lines)).toEqual({
      id: '^[0-9]+$',
      heartbeatMs: 40_000,
      resumes: true,
      start: 'earliest',
      lost: { statuses: [], event: 'reset', header: 'Stream-Position' },
      filter: 'topic',
      resource: '/things/{key}/events',
      client: { retriesOn: [503], unfinished: 'discarded', seeded: true },
    })
  })

  test('webhooks of the same document are compiled as without it', async () => {
    const { stream, hash, ...webhooks } = await load(withStream('resume: none'))
    const { hash: other, ...plain } = await load(smallest)
    expect(stream?.resumes).toBe(false)
    expect(hash).not.toBe(other)
    expect(webhooks).toEqual(plain)
  })

  test.each([
    ['a heartbeat without time', ['heartbeat: 0s'], '11:7: a heartbeat of zero leaves no silence at all', /such as 15s/],
    ['a heartbeat without a unit', ['heartbeat: 15'], '11:7: x-event-stream/heartbeat: has the wrong type (allowed: string)', /schemas\/x-event-stream\.json/],
    ['an id that is no regular expression', ["id: '['"], '11:7: "[" is not a regular expression', /as in JavaScript/],
    ['a path without the resource', ['resource: /things/events'], '11:7: the path /things/events lacks {key}', /write \{key\} once/],
    ['the resource twice', ["resource: '/{key}/{key}'"], '11:7: the path /{key}/{key} has {key} more than once', /write \{key\} once/],
    ['another placeholder', ["resource: '/things/{thing}/events'"], '11:7: the path /things/{thing}/events has the placeholder {thing}', /call the placeholder of the resource \{key\}/],
    ['a relative path', ["resource: 'things/{key}'"], '11:7: x-event-stream/resource: has the wrong form (allowed: An absolute path', /x-event-stream/],
    ['a filter that is no parameter name', ["filter: 'types='"], '11:7: x-event-stream/filter: has the wrong form (allowed: A query parameter', /x-event-stream/],
    ['a signal of loss without a form', ['lost: {}'], '11:7: x-event-stream/lost:', /x-event-stream/],
    ['a signal of loss that is a success', ['lost: { statuses: [204] }'], '11:26: x-event-stream/lost/statuses/0:', /x-event-stream/],
    ['a signal of loss where nothing is resumed', ['resume: none', 'lost: { event: reset }'], '12:7: x-event-stream/lost: does not belong here', /x-event-stream/],
    ['a client that tries again after 404', ['client: { retriesOn: [404] }'], 'x-event-stream/client/retriesOn/0:', /x-event-stream/],
    ['an unknown member', ['reconnect: true'], '11:7: x-event-stream: has the unknown member "reconnect"', /x-event-stream/],
  ])('%s is told with its line and a cure', async (_, lines, fact, cure) => {
    const fault = await faultOf(load(withStream(...lines)))
    expect(fault).toMatchObject({ code: 'broken-profile', cure: expect.stringMatching(cure) as string })
    expect(fault.fact).toContain('orders.yaml:')
    expect(fault.fact).toContain(fact)
  })

  test('a second one is told', async () => {
    const fault = await faultOf(load(withStream('resume: none').replace('operations:', '  more: { address: /more, x-event-stream: {} }\noperations:')))
    expect(fault).toMatchObject({ fact: expect.stringContaining('12:27: the document has a second x-event-stream') as string, cure: expect.stringContaining('by resource') as string })
  })
})

describe('a document that describes only a stream', () => {
  test('is a profile, for the roles of streams', async () => {
    const profile = await load(streamOnly, 'ticker.yaml')
    expect(profile).toMatchObject({ name: 'ticker', title: 'Ticker', version: '2.0.0', withoutWebhooks: true, stream: { resumes: false } })
    expect(['sse-server', 'sse-client'].map((role) => describesRole(profile, role))).toEqual([true, true])
    expect(['consumer', 'producer'].map((role) => describesRole(profile, role))).toEqual([false, false])
  })

  test('is refused where a role of webhooks is asked of it', async () => {
    const profile = await load(streamOnly, 'ticker.yaml')
    const refusal = (role: string) => {
      try {
        refuseUndescribed(profile, role)
      } catch (error) {
        return error
      }
      return undefined
    }
    expect(refusal('sse-client')).toBeUndefined()
    expect(refusal('consumer')).toBeInstanceOf(HarnessError)
    expect(refusal('consumer')).toMatchObject({ code: 'usage', message: expect.stringContaining('ticker describes no webhooks') as string, cure: expect.stringContaining('x-signature') as string })
  })

  test.each(['consumer', 'producer'] as const)('a run of the role %s ends before anything is sent', async (role) => {
    const profile = await load(streamOnly, 'ticker.yaml')
    await expect(run({ role, profile, suites, keys: { secrets: [] }, target: { kind: 'url', url: 'http://127.0.0.1:9/' } })).rejects.toMatchObject({ code: 'usage' })
  })

  test('without a stream it is no profile', async () => {
    const fault = await faultOf(load(streamOnly.replace('    x-event-stream: { resume: none }\n', '')))
    expect(fault).toMatchObject({ code: 'broken-profile', fact: expect.stringContaining('the document has no operation') as string, cure: expect.stringContaining('x-event-stream') as string })
  })

  test('a document with webhooks is for every role', async () => {
    const profile = await load(smallest)
    expect(profile).not.toHaveProperty('withoutWebhooks')
    for (const role of ['consumer', 'producer', 'sse-server', 'sse-client']) expect(describesRole(profile, role)).toBe(true)
  })
})
