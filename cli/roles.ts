import { HarnessError } from '../harness/errors.ts'
import type { RoleName } from '../harness/role.ts'
import { didYouMean } from './near.ts'

/** Every role of the contract. */
export const roles = ['consumer', 'producer', 'sse-server', 'sse-client', 'feed-server', 'feed-client'] as const

export type Role = (typeof roles)[number]

/** Roles that have suites, in the order in which the reference implementations are judged. */
export const rolesWritten: readonly RoleName[] = ['consumer', 'producer', 'sse-server', 'sse-client']

/** Roles whose suites are not written yet. */
export const rolesNotWritten: readonly Role[] = roles.filter((role) => !isWritten(role))

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text)
}

export function isWritten(text: string): text is RoleName {
  return rolesWritten.some((role) => role === text)
}

/** @throws HarnessError `unknown-role`, or `role-not-written` for a role without suites. */
export function writtenRole(text: string): RoleName {
  if (isWritten(text)) return text
  if (isRole(text)) throw new HarnessError('role-not-written', `the suites of the role ${text} are not written yet`, `there are suites for ${rolesWritten.join(', ')}`)
  throw new HarnessError('unknown-role', `there is no role "${text}"`, didYouMean(text, roles, `roles are ${roles.join(', ')}`))
}
