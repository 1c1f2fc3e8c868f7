/** Something that a situation takes, with the reason that is reported when it is not there. */
export interface Need<Situation> {
  readonly met: (situation: Situation) => boolean
  /** Why a case without it has nothing to judge. */
  readonly reason: string
  /** The flag that would provide it; absent when the profile itself rules it out. */
  readonly flag?: string
}

/** A need that is not met. */
export interface Unmet {
  readonly reason: string
  readonly flag?: string
}
