import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../harness/errors.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { seededRandom } from '../../harness/random.ts'
import { compose, freshId } from '../../harness/roles/consumer/compose.ts'
import { generateSecret } from '../../harness/signing/key.ts'

const grammars = ['^[0-9]{1,12}$', '^[0-9a-f]{32}$', '^[0-9A-F]{16}$', '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$', '^[a-z]{6}$', '^[A-Za-z0-9_-]{20,}$']

describe('a field that is neither identity nor timestamp', () => {
  test.each(grammars)('is filled inside its own grammar: %s', async (grammar) => {
    expect(nonceOf(await withNonce(grammar))).toMatch(new RegExp(grammar))
  })

  test('is a fault of the profile where no value is known that fits', async () => {
    const profile = await withNonce('^n-[0-9]{3}[A-F]{2}$')
    expect(() => nonceOf(profile)).toThrow(HarnessError)
    expect(() => nonceOf(profile)).toThrow(/no value is known that fits the grammar of the field "nonce"/)
  })
})

test('an identity is inside the grammar of its field', async () => {
  const profile = await loadProfile('event-delivery')
  const id = { in: 'header', name: 'webhook-id', required: true, grammar: '^[0-9]{1,16}$' } as const
  const numbered: Profile = { ...profile, signature: { ...profile.signature, fields: { ...profile.signature.fields, id } } }
  expect(freshId(numbered, seededRandom(1, 'id'))).toMatch(/^[0-9]{1,16}$/)
})

/** The protocol's own profile, with one more signed header. */
async function withNonce(grammar: string): Promise<Profile> {
  const profile = await loadProfile('event-delivery')
  const nonce = { in: 'header', name: 'X-Nonce', required: true, grammar } as const
  return { ...profile, signature: { ...profile.signature, fields: { ...profile.signature.fields, nonce } } }
}

function nonceOf(profile: Profile): string | undefined {
  const { signing } = generateSecret(profile.signature, seededRandom(1, 'secret'))
  const sender = { profile, url: 'http://127.0.0.1/', keys: { secrets: [signing] }, headers: [], random: seededRandom(1, 'nonce') }
  return compose(sender, { name: 'event', sample: 0 }, 'evt-1', {}, 1_750_000_000_000).fields['nonce']
}
