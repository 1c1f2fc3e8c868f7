import { describe, expect, test } from 'vitest'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'

function builtIn(name: string): Profile {
  const profile = builtInProfiles().find((candidate) => candidate.name === name)
  if (profile === undefined) throw new Error(`no profile ${name}`)
  return profile
}

test('event-delivery is the first built-in profile, the others follow by name', () => {
  const [first, ...others] = builtInProfiles().map(({ name }) => name)
  expect(first).toBe('event-delivery')
  expect(others).toEqual(others.toSorted())
  expect(others.length).toBeGreaterThan(25)
})

test('a duration of a document becomes milliseconds', () => {
  expect(builtIn('event-delivery').acknowledgement).toMatchObject({ deadlineMs: 15_000, deduplication: { windowMs: 259_200_000 } })
})

test('the examples of event-delivery are samples under their names', () => {
  expect(builtIn('event-delivery').samples.map(({ name }) => name)).toEqual(['order.created', 'order.shipped', 'payment.completed'])
})

test('a JSON example is compact text', () => {
  const body = builtIn('event-delivery').samples[0]?.body ?? ''
  expect(body).toBe(JSON.stringify(JSON.parse(body)))
})

test('a string example is sent as it stands, with its own content type', () => {
  expect(builtIn('twilio').samples[0]).toMatchObject({ contentType: 'application/x-www-form-urlencoded', body: expect.stringMatching(/^AccountSid=/) as string })
  expect(builtIn('docusign').samples[0]).toMatchObject({ contentType: 'text/xml', body: expect.stringMatching(/^<\?xml/) as string })
})

describe('headers of a sample', () => {
  test.each(builtInProfiles().map((profile) => [profile.name, profile] as const))('%s leaves out what signs or identifies', (_, { samples, signature, acknowledgement }) => {
    const made = [
      ...Object.values(signature.fields),
      ...signature.signature.sources,
      ...(signature.guards ?? []),
      ...(acknowledgement.deduplication?.places ?? []),
      ...(acknowledgement.deduplication?.also ?? []),
    ].flatMap((place) => (place.in === 'header' && 'name' in place ? [place.name.toLowerCase()] : []))
    const sent = samples.flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase()))
    expect(sent.filter((name) => made.includes(name))).toEqual([])
  })

  test('github keeps the event header, shopify the topic', () => {
    expect(builtIn('github').samples[0]?.headers).toContainEqual(['X-GitHub-Event', 'issues'])
    expect(builtIn('shopify').samples[0]?.headers).toContainEqual(['X-Shopify-Topic', 'orders/create'])
  })
})

describe('whether the identity is signed', () => {
  test.each([
    ['event-delivery', true],
    ['stripe', true],
    ['github', false],
    ['shopify', false],
    ['zoom', false],
    ['adyen', true],
    ['gitlab', false],
    ['hmac-timestamp', true],
  ])('%s: %s', (name, signed) => {
    expect(builtIn(name).acknowledgement.deduplication?.signed).toBe(signed)
  })
})
