import { HarnessError } from '../errors.ts'
import type { Profile } from './profile.ts'

/**
 * What stands in a profile for the parts about webhooks, when its document has none.
 *
 * It keeps `signature`, `acknowledgement` and `samples` what code about webhooks takes them for; `refuseUndescribed` keeps
 * a run from judging by them.
 */
export const noWebhooks: Pick<Profile, 'withoutWebhooks' | 'signature' | 'acknowledgement' | 'samples'> = {
  withoutWebhooks: true,
  signature: {
    fields: {},
    signature: { sources: [{ in: 'header', name: 'x-not-described' }], encoding: 'hex' },
    schemes: { '': { alg: 'hmac-sha256', key: { encoding: 'utf8' } } },
    signed: [{ part: 'body' }],
    covers: 'body',
    timestamp: null,
  },
  acknowledgement: { deadlineMs: 15_000, success: ['2xx'], refusal: [401, 403, 400], minBodyBytes: 65_536 },
  samples: [{ name: 'not-described', headers: [], contentType: 'application/json', body: '{}' }],
}

/** Whether the document of the profile says anything about the role: one without webhooks is only for the roles of streams. */
export function describesRole({ withoutWebhooks }: Profile, role: string): boolean {
  return !withoutWebhooks || (role !== 'consumer' && role !== 'producer')
}

/** @throws HarnessError `usage` when a role of webhooks is asked of a profile that describes none. */
export function refuseUndescribed(profile: Profile, role: string): void {
  if (describesRole(profile, role)) return
  throw new HarnessError(
    'usage',
    `the profile ${profile.name} describes no webhooks, and the role ${role} is about them: no message of its document has x-signature`,
    'name a profile of webhooks with --profile, or add x-signature to the message that is delivered; schemas/x-signature.json describes it',
  )
}
