import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generateSecret, selectedTag } from '../../harness/signing/key.ts'
import { sign } from '../../harness/signing/sign.ts'
import { verify } from '../../harness/signing/verify.ts'
import { configOf, coversBody, honestFields, post, random, readsJson, schemes } from './profiles.ts'

const now = Date.UTC(2026, 0, 2, 3, 4, 5)

const item = fc.record({
  pspReference: fc.string(),
  merchantAccountCode: fc.string({ unit: 'grapheme' }),
  amount: fc.record({ value: fc.integer(), currency: fc.constantFrom('EUR', 'JPY') }),
  success: fc.constantFrom('true', 'false'),
})
const batch = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.map((one) => ({ NotificationRequestItem: one })))
const jsonBodies = fc
  .record({ notificationItems: batch, id: fc.string(), data: fc.jsonValue() })
  .map((document) => Buffer.from(JSON.stringify(document, undefined, 1)))
const anyBodies = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))

describe.each([...schemes.keys()])('%s', (name) => {
  const scheme = schemes.get(name) ?? expect.fail()
  const config = configOf(scheme)
  const secret = generateSecret(scheme, random)
  const bodies = readsJson(scheme) ? jsonBodies : anyBodies

  test('verifies what it signed, whatever the body', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const signed = sign(scheme, post(body), { secrets: [secret.signing], config }, { fields: honestFields(scheme, now) })
        const tag = selectedTag(scheme, { secrets: [secret.signing] })
        expect(verify(scheme, signed, { secrets: [secret.verifying], config }, now)).toEqual({ verified: true, tag })
      }),
    )
  })

  const isSignedByte = coversBody(scheme) && scheme.variants === undefined
  if (isSignedByte) test('refuses every other body under the same signature', () => {
    fc.assert(
      fc.property(bodies, bodies, (body, other) => {
        const keys = { secrets: [secret.signing], config }
        const fields = honestFields(scheme, now)
        const signed = sign(scheme, post(body), keys, { fields })
        const swapped = sign(scheme, post(other), keys, { fields })
        fc.pre(!swapped.body.equals(signed.body))
        expect(verify(scheme, { ...signed, body: swapped.body }, { ...keys, secrets: [secret.verifying] }, now)).toMatchObject({ verified: false })
      }),
    )
  })

  test('refuses a stranger’s signature', () => {
    const stranger = generateSecret(scheme, random)
    const signed = sign(scheme, post(fc.sample(jsonBodies, { numRuns: 1, seed: 7 })[0] ?? ''), { secrets: [stranger.signing], config }, { fields: honestFields(scheme, now) })
    expect(verify(scheme, signed, { secrets: [secret.verifying], config }, now)).toEqual({ verified: false, reason: 'no-match' })
  })

  if (scheme.timestamp !== null) test('refuses a second beyond its tolerance on both sides, and accepts at its ends', () => {
    const { past, future } = scheme.timestamp ?? expect.fail()
    const keys = { secrets: [secret.signing], config }
    const signed = sign(scheme, post('{}'), keys, { fields: honestFields(scheme, now) })
    const at = (seconds: number) => verify(scheme, signed, { ...keys, secrets: [secret.verifying] }, now + seconds * 1000)
    expect([at(past), at(-future)]).toMatchObject([{ verified: true }, { verified: true }])
    expect([at(past + 1), at(-future - 1)]).toEqual([
      { verified: false, reason: 'too-old' },
      { verified: false, reason: 'too-new' },
    ])
  })
})
