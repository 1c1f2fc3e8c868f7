import { HarnessError } from '../harness/errors.ts'
import { didYouMean } from './near.ts'

/** Every role of the contract. */
export const roles = ['consumer', 'producer', 'sse-server', 'sse-client', 'feed-server', 'feed-client'] as const

export type Role = (typeof roles)[number]

/** Roles whose suites are not written yet. */
export const rolesNotWritten: readonly Role[] = roles.filter((role) => role !== 'consumer')

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text)
}

/** @throws HarnessError `unknown-role`, or `role-not-written` for a role without suites. */
export function writtenRole(text: string): 'consumer' {
  if (text === 'consumer') return text
  if (isRole(text)) throw new HarnessError('role-not-written', `the suites of the role ${text} are not written yet`, 'judge a webhook receiver with --role consumer')
  throw new HarnessError('unknown-role', `there is no role "${text}"`, didYouMean(text, roles, `roles are ${roles.join(', ')}`))
}
