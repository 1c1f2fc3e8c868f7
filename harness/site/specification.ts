import type { Level } from '../verdict.ts'

/** The specification as a site shows it: its rules in reading order, and the words they stand in. */
export interface Specification {
  readonly version: string
  /** Digest of the chapters. */
  readonly specHash: string
  /** Digest of the ids and levels of the rules. */
  readonly requirementSet: string
  readonly rules: readonly Rule[]
  /** In reading order, the one that opens the specification first. */
  readonly chapters: readonly Chapter[]
}

/** One chapter as it stands in its file. */
export interface Chapter {
  /** File name without `.md`; `README` for the one that opens the specification. */
  readonly name: string
  readonly title: string
  /** Markdown. */
  readonly text: string
}

/** One rule with everything that its page tells of it. */
export interface Rule {
  readonly id: string
  readonly level: Level
  readonly role: string
  readonly sentence: string
  /** Absent for a rule that only a report knows. */
  readonly chapter?: string
  readonly why?: string
  readonly fix?: string
  readonly source?: string
  /** Why nothing outside of an implementation can show it. */
  readonly exception?: string
  readonly cases: readonly RuleCase[]
}

export interface RuleCase {
  readonly id: string
  readonly title: string
}

/** The first heading of a chapter; its file name where it has none. */
export function titleOf(name: string, text: string): string {
  return /^# +(.+?) *$/m.exec(text)?.[1] ?? name
}
