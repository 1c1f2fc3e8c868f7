import { frozenSet } from '../../spec/requirement-set.ts'

const evidence = new Set((frozenSet?.cases ?? []).flatMap(([id, rules]) => rules.map((rule) => keyOf(frozenSet?.requirements[rule] ?? '', id))))

/**
 * Whether a verdict is reported without being held against anybody: its rule is newer than the frozen requirement set of this
 * specification version, or the case was no evidence for it then. While the version has no such set, nothing is provisional.
 *
 * `frozenAs` is the id of the case, or of the family that a profile multiplies.
 */
export function isProvisional(requirement: string, frozenAs: string): boolean {
  return frozenSet !== undefined && !evidence.has(keyOf(requirement, frozenAs))
}

function keyOf(requirement: string, frozenAs: string): string {
  return `${frozenAs} ${requirement}`
}
