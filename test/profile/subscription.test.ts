import { describe, expect, test } from 'vitest'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { SubscriptionApi } from '../../harness/profile/profile.ts'
import { smallest, withLine } from './document.ts'
import { faultOf, load } from './load-text.ts'

const registration = {
  create: { method: 'POST', path: '/api/v1/webhooks', body: { url: '/url', types: '/events', secret: '/secret', filter: '/filter' }, status: 201 },
  id: '/id',
  read: { method: 'GET', path: '/api/v1/webhooks/{id}' },
  list: { method: 'GET', path: '/api/v1/webhooks', items: '/webhooks' },
  remove: { method: 'DELETE', path: '/api/v1/webhooks/{id}' },
  health: { method: 'GET', path: '/api/v1/webhooks/{id}/health', fields: { total: '/totalDeliveries', failures: '/failureCount', rate: '/successRate', status: '/status' } },
  echo: { url: '/url', types: '/events' },
}

/** What `event-delivery` describes besides. */
const upkeep = {
  health: { ...registration.health, disabled: 'disabled' },
  rotate: { method: 'POST', path: '/api/v1/webhooks/{id}/secret', body: { secret: '/secret' }, overlapMs: 86_400_000 },
  enable: { method: 'POST', path: '/api/v1/webhooks/{id}/enable' },
  deadLetters: {
    method: 'GET',
    path: '/api/v1/webhooks/{id}/dead-letters',
    items: '/deadLetters',
    fields: { id: '/id', event: '/event/id', attempts: '/attempts', error: '/lastError', payload: '/event' },
    redeliver: { method: 'POST', path: '/api/v1/dead-letters/{id}/redeliver' },
  },
}

/** The smallest document with a channel for registration, whose `x-subscription` begins in line 12. */
function withSubscription(...lines: readonly string[]): string {
  const channel = [
    '  hooks:',
    '    address: /hooks',
    '    messages:',
    '      asked: { examples: [{ payload: { endpoint: { url: https://a.example }, topics: [a], key: k } }] }',
    "      told: { examples: [{ payload: { hook: { id: h1, signingKey: s, url: https://a.example } } }] }",
    '    x-subscription:',
    ...lines.map((line) => `      ${line}`),
  ]
  return withLine("      delivery: { $ref: '#/components/messages/Delivery' }", ["      delivery: { $ref: '#/components/messages/Delivery' }", ...channel].join('\n'))
}

async function compiled(...lines: readonly string[]): Promise<SubscriptionApi | undefined> {
  return (await load(withSubscription(...lines))).subscription
}

describe('the built-in registration APIs', () => {
  test.each([
    ['event-delivery', { ...registration, ...upkeep }],
    ['hmac-body', registration],
    ['hmac-timestamp', { create: { method: 'POST', path: '/webhooks', body: { url: '/url', types: '/events', secret: '/secret' }, status: 201 }, id: '/id', echo: { url: '/url', types: '/events' } }],
  ])('%s', (name, api) => {
    expect(builtInProfiles().find((profile) => profile.name === name)?.subscription).toEqual(api)
  })

  test('no other profile describes one', () => {
    expect(builtInProfiles().flatMap(({ name, subscription }) => (subscription === undefined ? [] : [name]))).toEqual(['event-delivery', 'hmac-body', 'hmac-timestamp'])
  })
})

describe('a registration API of a user', () => {
  test('a document without one has none', async () => {
    expect(await load(smallest)).not.toHaveProperty('subscription')
  })

  test('its paths, methods and field names are its own', async () => {
    expect(
      await compiled(
        'create: { method: PUT, path: /v2/sinks, body: { url: /target, types: /topics }, constants: { /kind: http }, status: 200 }',
        'id: /data/sink',
        'secret: /data/key',
        "read: { path: '/v2/sinks/{id}' }",
        "list: { method: POST, path: /v2/sinks/search, items: '' }",
        "remove: { method: POST, path: '/v2/sinks/{id}/stop' }",
      ),
    ).toEqual({
      create: { method: 'PUT', path: '/v2/sinks', body: { url: '/target', types: '/topics' }, constants: { '/kind': 'http' }, status: 200 },
      id: '/data/sink',
      secret: '/data/key',
      read: { method: 'GET', path: '/v2/sinks/{id}' },
      list: { method: 'POST', path: '/v2/sinks/search', items: '' },
      remove: { method: 'POST', path: '/v2/sinks/{id}/stop' },
      echo: {},
    })
  })

  test('exchange, enabling and dead letters have the defaults of their kind', async () => {
    expect(
      await compiled(
        'create: { path: /v2/sinks, body: { url: /target } }',
        "rotate: { path: '/v2/sinks/{id}/key', secret: /key, overlap: 36h }",
        "enable: { path: '/v2/sinks/{id}/on' }",
        "deadLetters: { path: /v2/graves, items: '', fields: { id: /n, event: /of, attempts: /tries, error: /why, payload: /body }, redeliver: { method: PUT, path: '/v2/graves/{id}' } }",
      ),
    ).toMatchObject({
      rotate: { method: 'POST', path: '/v2/sinks/{id}/key', secret: '/key', overlapMs: 129_600_000 },
      enable: { method: 'POST', path: '/v2/sinks/{id}/on' },
      deadLetters: { method: 'GET', path: '/v2/graves', items: '', redeliver: { method: 'PUT', path: '/v2/graves/{id}' } },
    })
  })

  test('the address of the channel is where endpoints are registered', async () => {
    expect(await compiled('create: { body: { url: /endpoint/url, types: /topics, secret: /key } }', 'id: /hook/id')).toMatchObject({
      create: { method: 'POST', path: '/hooks', status: 201 },
    })
  })

  test('examples of another channel at the same address count, whatever its parameter is called', async () => {
    const other = "  one: { address: '/hooks/{hook}/health', parameters: { hook: {} }, messages: { health: { examples: [{ payload: { sent: 1, failed: 0 } }] } } }"
    const lines = ['create: { body: { url: /endpoint/url } }', 'id: /hook/id', "health: { path: '/hooks/{id}/health', fields: { total: /sent, failures: /failed, rate: /share } }"]
    const fault = await faultOf(load(withSubscription(...lines).replace('operations:', `${other}\noperations:`)))
    expect(fault.fact).toContain('no example of the messages at /hooks/{id}/health has anything at /share')
  })

  test.each([
    ['a place that no example has', ['create: { body: { url: /url } }', 'id: /hook/id'], '14:25: no example of the messages at /hooks has anything at /url', /correct the pointer/],
    ['an id that no example has', ['create: { body: { url: /endpoint/url } }'], '13:5: no example of the messages at /hooks has anything at /id', /complete an example/],
    ['something that is no pointer', ['create: { body: { url: endpoint } }'], '14:25: x-subscription/create/body/url: has the wrong form (allowed: A JSON pointer', /schemas\/x-subscription\.json/],
    ['no place for the url', ['create: { body: { types: /topics } }'], '14:17: x-subscription/create/body: lacks "url"', /x-subscription/],
    ['a path of one endpoint without {id}', ['create: { path: /v2/sinks, body: { url: /url } }', 'remove: { path: /v2/sinks }'], '15:17: the path /v2/sinks of remove lacks {id}', /such as \/v2\/sinks\/\{id\}$/],
    ['another placeholder', ['create: { path: /v2/sinks, body: { url: /url } }', "read: { path: '/v2/sinks/{sink}' }"], '15:15: the path /v2/sinks/{sink} of read has the placeholder {sink}', /call the placeholder of the endpoint \{id\}/],
    ['a placeholder where there is no endpoint yet', ["create: { path: '/v2/{account}/sinks', body: { url: /url } }"], '14:17: the path /v2/{account}/sinks of create has the placeholder {account}', /write the path out/],
    ['a relative path', ['create: { path: sinks, body: { url: /url } }'], '14:17: x-subscription/create/path: has the wrong form (allowed: An absolute path', /x-subscription/],
    ['a secret from both sides', ['create: { body: { url: /endpoint/url, secret: /key } }', 'id: /hook/id', 'secret: /hook/signingKey'], '16:7: the secret is given with the request and made by the answer', /keep create\.body\.secret/],
    ['an exchange without {id}', ['create: { path: /v2/sinks, body: { url: /url } }', 'rotate: { path: /v2/key, body: { secret: /key }, overlap: 1d }'], '15:17: the path /v2/key of rotate lacks {id}', /write \{id\}/],
    ['an exchange without its overlap', ['create: { path: /v2/sinks, body: { url: /url } }', "rotate: { path: '/v2/{id}/key', body: { secret: /key } }"], '15:7: x-subscription/rotate: lacks "overlap"', /x-subscription/],
    ['a redelivery without {id}', ['create: { path: /v2/sinks, body: { url: /url } }', "deadLetters: { path: /v2/graves, items: '', fields: { id: /n, event: /of, attempts: /tries, error: /why, payload: /body }, redeliver: { path: /v2/again } }"], 'the path /v2/again of redeliver lacks {id}', /write \{id\}/],
    ['a place that no dead letter of the examples has', ['create: { body: { url: /endpoint/url } }', 'id: /hook/id', 'deadLetters: { path: /hooks, items: /endpoint, fields: { id: /n, event: /of, attempts: /tries, error: /why, payload: /body } }'], 'no example of the messages at /hooks has anything at /endpoint/0/n', /correct the pointer/],
    ['an unknown member', ['create: { body: { url: /endpoint/url } }', "delete: { path: '/hooks/{id}' }"], '15:7: x-subscription: has the unknown member "delete"', /x-subscription/],
  ])('%s is told with its line and a cure', async (_, lines, fact, cure) => {
    const fault = await faultOf(load(withSubscription(...lines)))
    expect(fault).toMatchObject({ code: 'broken-profile', cure: expect.stringMatching(cure) as string })
    expect(fault.fact).toContain(fact)
    expect(fault.fact).toMatch(/orders\.yaml:\d+:\d+: /)
  })

  test('a channel without an address needs a path', async () => {
    const fault = await faultOf(load(withSubscription('create: { body: { url: /endpoint/url } }').replace('    address: /hooks', '    address: null')))
    expect(fault).toMatchObject({ fact: expect.stringContaining('14:7: create has no path, and the channel no address') as string, cure: expect.stringContaining('/api/v1/webhooks') as string })
  })

  test('a second one is told', async () => {
    const second = "  more: { address: /more, x-subscription: { create: { body: { url: /url } } } }\noperations:"
    const fault = await faultOf(load(withSubscription('create: { body: { url: /endpoint/url } }', 'id: /hook/id').replace('operations:', second)))
    expect(fault.fact).toContain('16:27: the document has a second x-subscription')
  })
})
