import type { RequirementId } from '../spec/requirements.ts'
import type { Finding } from './claim.ts'
import type { Profile } from './profile/profile.ts'

/** One file of cases: a topic of one role. */
export interface Suite<Step, Seen, Need extends string> {
  readonly role: string
  /** What the suite shows, as a sentence. */
  readonly title: string
  /** Cases by id; a function where the profile multiplies them. Ids are stable: they name the situation. */
  readonly cases: Cases<Step, Seen, Need> | ((profile: Profile) => Cases<Step, Seen, Need>)
}

export type Cases<Step, Seen, Need extends string> = Readonly<Record<string, Case<Step, Seen, Need>>>

/** A situation, the steps that stage it, and the rules that it is evidence for. */
export interface Case<Step, Seen, Need extends string> {
  /** The situation, as a noun phrase. */
  readonly title: string
  /**
   * What the requirement set calls the case, with `*` for the part of its key that a profile names, such as `answered-*`. A key
   * that any profile may multiply has to have it: a case of a user's own profile is no new case of the suite.
   */
  readonly family?: string
  /** Cases that must come out the other way, or this one shows nothing: `key` in the same suite or `suite/key`. */
  readonly control?: string | readonly string[]
  /** What the profile, the attachment or the clock must offer for the situation to exist. */
  readonly needs?: Need | readonly Need[]
  /**
   * Played with nothing else in flight, so that a target that dies here has this case to thank; `last` when targets are
   * known to die of it, so that everything else has been seen by then; `first` when it costs a moment, and a long run would
   * not come to it.
   */
  readonly alone?: boolean | 'first' | 'last'
  /** Played even when the target refuses an untouched delivery, since it tells why. */
  readonly diagnostic?: boolean
  readonly when: readonly Step[]
  /** Rule → claim. Pure: it reads what was seen and nothing else. */
  readonly then?: Readonly<Partial<Record<RequirementId, (seen: Seen) => Finding>>>
}
