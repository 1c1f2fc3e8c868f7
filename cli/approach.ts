import type { Manifest } from '../harness/attach/control.ts'
import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { detectRole, profileOf, readWellKnown } from './detect.ts'
import type { Given } from './given.ts'
import { many, one } from './options.ts'
import { withEvents } from './sample-event.ts'

/** The profile that a run judges by, and what is told before the report: what was detected, and why. */
export interface Approached {
  readonly profile: Profile
  readonly lines: readonly string[]
}

const notToldRole = 'if it is a webhook receiver all the same, add --role consumer'

/**
 * Finds out role and profile where the command line does not say them.
 *
 * @throws HarnessError `role-not-written` when the target has another role, `unknown-profile` for one that only the target knows.
 */
export async function approach(given: Given, signal: AbortSignal): Promise<Approached> {
  const role = one(given.flags, 'role')
  if (given.target.kind === 'reference') {
    const lines = role === undefined ? ['role: consumer (the only reference implementation so far; the other roles are not written yet)'] : []
    return { profile: await profileFor(given, undefined), lines }
  }
  if (given.plan) {
    const line = 'role: consumer (assumed: a plan sends nothing, so the target was not asked; a run first sends GET /.well-known/event-conformance and GET of the target)'
    return { profile: await profileFor(given, undefined), lines: role === undefined ? [line] : [] }
  }
  const own = given.headers.map(({ line }) => line)
  const lines: string[] = []
  let manifest: Manifest | undefined
  if (role === undefined) {
    const detected = await detectRole(given.target.url, own, signal)
    if (detected.role !== 'consumer') throw new HarnessError('role-not-written', `the target is a ${detected.role} (${detected.why}), and the suites of the role ${detected.role} are not written yet`, notToldRole)
    lines.push(`role: consumer (detected: ${detected.why})`)
    manifest = detected.manifest
  } else if (given.profile === undefined) manifest = await readWellKnown(given.target.url, own, signal)

  const told = given.profile === undefined ? profileOf(manifest) : undefined
  if (told !== undefined) lines.push(`profile: ${told} (the manifest of the target says so)`)
  return { profile: await profileFor(given, told), lines }
}

/** The profile that was named, else the one that the target told, else the default. */
async function profileFor({ flags, profile }: Given, told: string | undefined): Promise<Profile> {
  return profile ?? withEvents(await loadProfile(told ?? 'event-delivery'), many(flags, 'event'))
}
