import type { Manifest } from '../harness/attach/control.ts'
import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { describesRole, refuseUndescribed } from '../harness/profile/without-webhooks.ts'
import type { RoleName } from '../harness/role.ts'
import { select, selectionAmong, type Selection } from '../harness/select.ts'
import { detectRole, profileOf, readWellKnown } from './detect.ts'
import type { Given } from './given.ts'
import { allCases, candidatesOf } from './listed-case.ts'
import { many, refuseFlagsOfOtherRoles } from './options.ts'
import { isWritten, rolesWritten } from './roles.ts'
import { withEvents } from './sample-event.ts'

/** One role in which the target is judged, by which profile, and what is told before the report: what was detected, and why. */
export interface Approached {
  readonly role: RoleName
  readonly profile: Profile
  /** The part of the user's selection that speaks of this role. */
  readonly selection: Selection
  readonly lines: readonly string[]
}

const notToldRole = 'if it is a webhook receiver all the same, add --role consumer; a sender, --role producer'

/**
 * Finds out roles and profile where the command line does not say them. It is one role, save for the reference, which has
 * an implementation of each.
 *
 * @throws HarnessError `role-not-written` when the target has another role, `unknown-profile` for one that only the target
 * knows, `usage` for a flag that is not for the detected role, and for a profile that says nothing about it.
 */
export async function approach(given: Given, signal: AbortSignal): Promise<readonly Approached[]> {
  const approached = await rolesOf(given, signal)
  for (const { profile, role } of approached) refuseUndescribed(profile, role)
  return approached
}

async function rolesOf(given: Given, signal: AbortSignal): Promise<readonly Approached[]> {
  const { role, selection } = given
  if (given.target.kind === 'reference') return referenceRoles(given, await profileFor(given, undefined))
  if (given.target.kind === 'adapter') {
    const line = 'role: sse-client (assumed: --exec without --target is the adapter of a client)'
    return [{ role: role ?? 'sse-client', profile: await profileFor(given, undefined), selection, lines: role === undefined ? [line] : [] }]
  }
  if (given.plan) {
    const line = 'role: consumer (assumed: a plan sends nothing, so the target was not asked; a run first sends GET /.well-known/event-conformance and GET of the target)'
    return [{ role: role ?? 'consumer', profile: await profileFor(given, undefined), selection, lines: role === undefined ? [line] : [] }]
  }
  const own = given.headers.map(({ line }) => line)
  const lines: string[] = []
  let manifest: Manifest | undefined
  let judged = role
  if (judged === undefined) {
    const detected = await detectRole(given.target.url, own, signal)
    if (!isWritten(detected.role)) throw new HarnessError('role-not-written', `the target is a ${detected.role} (${detected.why}), and the suites of the role ${detected.role} are not written yet`, notToldRole)
    judged = detected.role
    if (judged !== 'consumer') refuseFlagsOfOtherRoles(given.flags, judged)
    lines.push(`role: ${judged} (detected: ${detected.why})`)
    manifest = detected.manifest
  } else if (given.profile === undefined) manifest = await readWellKnown(given.target.url, own, signal)

  const told = given.profile === undefined ? profileOf(manifest) : undefined
  if (told !== undefined) lines.push(`profile: ${told} (the manifest of the target says so)`)
  return [{ role: judged, profile: await profileFor(given, told), selection, lines }]
}

/** The role that was told, else every written role that the profile describes and of which the selection leaves something. */
function referenceRoles({ role, selection }: Given, profile: Profile): readonly Approached[] {
  if (role !== undefined) return [{ role, profile, selection, lines: [] }]
  const candidates = candidatesOf(allCases(profile, rolesWritten.filter((each) => describesRole(profile, each))))
  const left = select(candidates, selection)
  const roles = rolesWritten.filter((each) => left.some(({ listed }) => listed.role === each))
  const why = roles.length > 1 ? `the reference is judged in ${roles.join(', then ')}; --role picks one` : 'the reference has one, and the selection leaves no other role'
  return roles.map((each) => ({
    role: each,
    profile,
    selection: selectionAmong(candidates.filter(({ listed }) => listed.role === each), selection),
    lines: [`role: ${each} (${why})`],
  }))
}

/** The profile that was named, else the one that the target told, else the default. */
async function profileFor({ flags, profile }: Given, told: string | undefined): Promise<Profile> {
  return profile ?? withEvents(await loadProfile(told ?? 'event-delivery'), many(flags, 'event'))
}
