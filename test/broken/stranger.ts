import { createHash } from 'node:crypto'
import { otherKeysFor } from '../../harness/signing/key.ts'
import { authenticate, type Setting } from '../../reference/consumer/parts.ts'
import type { ReceivedRequest } from '../../reference/consumer/request.ts'

/**
 * Whether a delivery was signed with the key with which the harness forges.
 *
 * A forged delivery and a tampered one look alike to a consumer. This tells them apart, so that a target can be wrong
 * about the first and right about the second.
 */
export function isFromStranger(request: ReceivedRequest, setting: Setting): boolean {
  const { profile, keys } = setting
  return authenticate(request, { ...setting, keys: otherKeysFor(profile.signature, keys, seededBy(keys.secrets[0] ?? '')) })
}

/** The derivation of `harness/roles/consumer/compose.ts`. */
function seededBy(secret: string): (bytes: number) => Buffer {
  let counter = 0
  return (bytes) => {
    counter += 1
    return createHash('sha512').update('a key that is not the target’s').update(secret).update(String(counter)).digest().subarray(0, bytes)
  }
}
