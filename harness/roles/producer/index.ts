/** The vocabulary of the role `producer`: all that a suite may import. */
export type { Profile } from '../../profile/profile.ts'
export * from './claims.ts'
export { busyMs } from './due.ts'
export type { ApiReply, Attempt, ProducerSeen } from './seen.ts'
export * from './vocabulary.ts'
