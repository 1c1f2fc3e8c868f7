/** The vocabulary of the role `consumer`: all that a suite may import. */
export { all, finding, inapplicable, unproven } from '../../claim.ts'
export type { Profile } from '../../profile/profile.ts'
export * from './body.ts'
export * from './claims.ts'
export { spellings } from './json-spelling.ts'
export type { Baseline, ConsumerSeen, Reply } from './seen.ts'
export * from './tamper.ts'
export * from './vocabulary.ts'
