import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { otherKeysFor, verifyingSecret } from '../../harness/signing/key.ts'
import type { SigningKeys } from '../../harness/signing/key.ts'
import { verify } from '../../harness/signing/verify.ts'
import type { SignedMessage } from '../../harness/signing/verify.ts'
import type { SignatureScheme } from '../../harness/signing/scheme.ts'
import { coversBody, post, random, schemeNamed } from './profiles.ts'

interface Vector {
  readonly scheme: string
  readonly name: string
  readonly keys: readonly string[]
  readonly config?: Readonly<Record<string, string>>
  readonly request: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  readonly now?: number
}

const file = new URL('../../suites/vectors/signatures.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] }

const cases = vectors.map((vector) => {
  const { method, url, headers, body } = vector.request
  return {
    title: `${vector.scheme}: ${vector.name}`,
    name: vector.scheme,
    keys: { secrets: vector.keys, config: vector.config ?? {} } satisfies SigningKeys,
    message: { ...post(body, headers, url), method } satisfies SignedMessage,
    now: Math.round((vector.now ?? 0) * 1000),
  }
})

test('there are 31 known answers for 26 schemes', () => {
  expect(cases).toHaveLength(31)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(26)
})

describe.each(cases)('$title', ({ name, keys, message, now }) => {
  test('verifies at its time', () => {
    expect(verify(schemeNamed(name), message, keys, now)).toMatchObject({ verified: true })
  })

  test('is refused with any other key', () => {
    const scheme = schemeNamed(name)
    const stranger = otherKeysFor(scheme, keys, random).secrets.map((secret) => verifyingSecret(scheme, secret))
    expect(verify(scheme, message, { ...keys, secrets: stranger }, now)).toEqual({ verified: false, reason: 'no-match' })
  })

  test('is refused with any bit of its body flipped, where the body is covered', () => {
    const scheme = schemeNamed(name)
    const accepted = flips(scheme, message).filter(({ body }) => verify(scheme, { ...message, body }, keys, now).verified)
    expect(accepted.map(({ bit }) => bit)).toEqual([])
  })
})

/** Every body that differs in one bit, less those that are the same form: a form is signed as its pairs, not as its bytes. */
function flips(scheme: SignatureScheme, { body, url }: SignedMessage): readonly { readonly bit: number; readonly body: Buffer }[] {
  if (!coversBody(scheme)) return []
  const pairs = (form: Buffer) => JSON.stringify([...new URLSearchParams(form.toString('latin1'))])
  const isForm = scheme.variants !== undefined && !url.includes('bodySHA256')
  return Array.from({ length: body.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(body)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    return { bit, body: flipped }
  }).filter((flip) => !isForm || pairs(flip.body) !== pairs(body))
}
