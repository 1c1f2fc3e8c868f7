import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { answerTo, handshakeOf, mayAnswer, type ChallengeRequest } from '../../harness/handshake/answer.ts'
import { challengeFor, configuredBy } from '../../harness/handshake/challenge.ts'
import type { Handshake } from '../../harness/handshake/handshake.ts'
import { startCapture, type Capture } from '../../harness/http/capture.ts'
import { exchange } from '../../harness/http/client.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { challengeAnswer } from '../../harness/roles/producer/challenge-answer.ts'

const keys = { secret: 'an-endpoint-secret', config: { verifyToken: 'expected-token', allowedOrigins: 'a.example b.example' } }
const builtIn = builtInProfiles().flatMap(({ name, handshakes = [] }) => handshakes.map((handshake) => [name, handshake] as const))

const consent: Handshake = {
  id: 'consent',
  match: { method: 'OPTIONS', headerHas: ['webhook-request-origin'] },
  auth: [{ in: [{ header: 'webhook-request-origin' }, { config: 'allowedOrigins' }] }],
  respond: { status: 200, headers: { 'webhook-allowed-origin': { header: 'webhook-request-origin' }, 'webhook-allowed-rate': { config: 'allowedRate', default: '*' } } },
  else: { status: 405 },
}
const digest: Handshake = {
  id: 'digest',
  match: { method: 'GET', queryHas: ['crc_token'] },
  respond: { status: 200, json: { response_token: { concat: ['sha256=', { hmac: { hash: 'sha256', key: 'secret', data: { query: 'crc_token' }, encoding: 'base64' } }] } } },
}

function requestOf(handshake: Handshake, token = 'a token+with=signs'): ChallengeRequest {
  const { method, query, headers, body } = challengeFor(handshake, token, keys.config, 'a-stranger')
  return { method, url: `/hook?${new URLSearchParams(query).toString()}`, headers, body: Buffer.from(body ?? '') }
}

describe('the challenge of', () => {
  test.each(builtIn)('%s is known for what it is, and its answer holds the token', (name, handshake) => {
    const request = requestOf(handshake)
    expect(handshakeOf([consent, digest, handshake], request)).toBe(handshake)
    const { status, body } = answerTo(handshake.respond, request, keys)
    expect(status).toBe(200)
    if (name !== 'discord') expect(body).toContain('a token+with=signs')
  })

  test.each(builtIn)('%s is not seen in an example of its deliveries', (name) => {
    const profile = builtInProfiles().find((one) => one.name === name)
    const seen = (profile?.samples ?? []).filter(({ body, headers }) => handshakeOf(profile?.handshakes ?? [], { method: 'POST', url: '/hook', headers, body: Buffer.from(body) }))
    expect(seen).toEqual([])
  })
})

test('an HMAC answer is that of the token alone', () => {
  const expected = createHmac('sha256', keys.secret).update('abc').digest('base64')
  expect(JSON.parse(answerTo(digest.respond, requestOf(digest, 'abc'), keys).body)).toEqual({ response_token: `sha256=${expected}` })
})

describe('what has to hold', () => {
  const hub = builtIn.find(([name]) => name === 'meta')?.[1] ?? digest
  test.each([
    ['the configured token', { verifyToken: 'expected-token' }, true],
    ['another token', { verifyToken: 'another-token!' }, false],
    ['a token of another length', { verifyToken: 'short' }, false],
  ])('%s', (_, config, may) => {
    expect(configuredBy(hub)).toEqual(['verifyToken'])
    const asked = challengeFor(hub, 'token', config, '')
    expect(mayAnswer(hub, { ...requestOf(hub), url: `/?${new URLSearchParams(asked.query).toString()}` }, keys, () => true)).toBe(may)
  })

  test('nothing is answered where no token is configured at all', () => {
    expect(mayAnswer(hub, requestOf(hub), { ...keys, config: {} }, () => true)).toBe(false)
  })

  test('an origin is one of those that are allowed', () => {
    const asking = (origin: string): ChallengeRequest => ({ method: 'OPTIONS', url: '/', headers: [['WebHook-Request-Origin', origin]], body: Buffer.alloc(0) })
    expect(['a.example', 'b.example', 'example', 'a.example b.example'].map((origin) => mayAnswer(consent, asking(origin), keys, () => true))).toEqual([true, true, false, false])
    expect(answerTo(consent.respond, asking('b.example'), keys).headers).toEqual([['webhook-allowed-origin', 'b.example'], ['webhook-allowed-rate', '*']])
  })

  test('a signature, where challenges are signed', () => {
    const [, signed] = builtIn.find(([name]) => name === 'slack') ?? ['', digest]
    expect([true, false].map((verifies) => mayAnswer(signed, requestOf(signed), keys, () => verifies))).toEqual([true, false])
  })
})

describe('the receiver that a run plays for a producer', () => {
  const captures: Capture[] = []
  afterEach(async () => {
    for (const capture of captures.splice(0)) await capture.close()
  })

  test.each(builtIn)('answers the challenge of %s on the wire', async (name, handshake) => {
    const profile = builtInProfiles().find((one) => one.name === name)
    if (!profile) throw new Error(`there is no profile ${name}`)
    const clock = liveClock()
    const capture = await startCapture(clock)
    captures.push(capture)
    const { url } = capture.open('case', (attempt) => challengeAnswer(profile, attempt, keys.secret) ?? { do: 'answer', status: 500 })
    const request = requestOf(handshake)
    const { reply } = await exchange({ method: request.method, url: url + request.url.replace('/hook', ''), headers: [...request.headers], body: request.body }, { deadlineMs: 5000 }, clock)
    expect(reply?.status).toBe(200)
    expect(reply?.body.toString()).toBe(answerTo(handshake.respond, request, keys).body)
  })
})
