import { describe, expect, test } from 'vitest'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { schemas, schemaValidator } from './schema-store.ts'

const ajv = schemaValidator()

describe.each([...schemas.keys()])('schemas/%s.json', (name) => {
  const schema = schemas.get(name)

  test('has an id that follows from its name', () => {
    expect(schema?.$id).toBe(`urn:event-delivery-conformance:schema:${name}`)
  })

  test('accepts its own examples', () => {
    const validate = ajv.getSchema(schema?.$id ?? '')
    expect(schema?.examples.length).toBeGreaterThan(0)
    expect(schema?.examples.map((example) => (validate?.(example) === true ? 'valid' : ajv.errorsText(validate?.errors)))).toEqual(schema?.examples.map(() => 'valid'))
  })
})

test('every compiled profile is valid under the profile schema', () => {
  const validate = ajv.getSchema('urn:event-delivery-conformance:schema:profile')
  const wrong = builtInProfiles().filter((profile) => validate?.(profile) !== true).map(({ name }) => name)
  expect(wrong).toEqual([])
})

test.each([
  ['x-signature', { signature: { sources: [{ in: 'header', name: 'x-sig' }], encoding: 'hex' }, schemes: { '': { alg: 'hmac-sha256', key: { encoding: 'utf8' } } }, signed: [{ field: 'ts', lit: '.' }], timestamp: null }],
  ['x-signature', { signature: { sources: [{ in: 'header' }], encoding: 'hex' }, schemes: { '': { alg: 'hmac-sha256', key: { encoding: 'utf8' } } }, signed: [], timestamp: null }],
  ['x-signature', { signature: { sources: [{ in: 'header', name: 'x-sig' }], encoding: 'hex' }, schemes: { '': { alg: 'md5', key: { encoding: 'utf8' } } }, signed: [], timestamp: null }],
  ['x-acknowledgement', { deadline: 15 }],
  ['x-acknowledgement', { success: ['200'] }],
  ['x-acknowledgement', { deduplication: { places: [{ in: 'body', name: 'id' }] } }],
  ['x-rate-limit', { retryAfter: ['minutes'] }],
  ['x-handshake', [{ id: 'echo', match: {}, respond: { status: 200 } }]],
  ['x-delivery', { retries: 3 }],
  ['x-delivery', { retry: { delays: ['5s'] } }],
  ['x-delivery', { source: 'here', retry: { delays: [5] } }],
  ['x-delivery', { source: 'here', retry: { unpublished: true, jitter: { up: 1 } } }],
  ['x-event-stream', { heartbeat: 15 }],
  ['x-event-stream', { lost: {} }],
  ['x-event-stream', { resume: 'none', lost: { event: 'reset' } }],
  ['x-event-stream', { client: { unfinished: 'flushed' } }],
  ['x-subscription', { create: { path: '/hooks' } }],
  ['x-subscription', { create: { body: { url: 'url' } } }],
  ['event', { id: 'evt-1', type: 'order.created', timestamp: 'yesterday', source: 'orders', data: {} }],
  ['error', { error: { code: 'rate_limit_exceeded', message: 'Too many.' } }],
  ['control-faults', { event: 'evt-1', times: 0 }],
  ['report', { report: 2 }],
])('schemas/%s.json refuses %j', (name, value) => {
  expect(ajv.validate(`urn:event-delivery-conformance:schema:${name}`, value)).toBe(false)
})
