import type { GivenSecret } from '../signing/given-secret.ts'

/** What a command line has to say again to play one case as it was played. */
export interface RepeatedRun {
  /** Absent for a client that has no URL. */
  readonly target?: string
  readonly profile: string
  /** That the user gave. Another seed sends other ids, which a target cannot take for repeats. */
  readonly seed?: number
  readonly secrets?: readonly GivenSecret[]
  /** `NAME: VALUE`, without anything that must not be seen. */
  readonly headers?: readonly { readonly spelled: string }[]
  /** Further flags with their values, in order. */
  readonly flags?: readonly (readonly [flag: string, value: string])[]
}

/** The command that plays one case again, for a POSIX shell. A secret that was typed is spelled as a variable. */
export function repeatCommand(run: RepeatedRun, caseId: string): string {
  const parts = ['npx conformance run', ...(run.target === undefined ? [] : [`--target ${quoted(run.target)}`]), `--profile ${quoted(run.profile)}`]
  const typed = (run.secrets ?? []).filter(({ spelled }) => spelled === undefined).length
  let number = 0
  for (const { spelled } of run.secrets ?? []) {
    if (spelled === undefined) number += 1
    parts.push(`--secret ${spelled === undefined ? `"$SECRET${typed > 1 ? `_${number}` : ''}"` : quoted(spelled)}`)
  }
  for (const { spelled } of run.headers ?? []) parts.push(`--header ${quoted(spelled)}`)
  for (const [flag, value] of run.flags ?? []) parts.push(`--${flag} ${quoted(value)}`)
  return [...parts, ...(run.seed === undefined ? [] : [`--seed ${run.seed}`]), `--only ${quoted(caseId)}`].join(' ')
}

/** One word of a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
