import { frozenSet } from '../../spec/requirement-set.ts'

const rules = new Set(frozenSet?.requirements)
const cases = new Set(frozenSet?.cases)

/**
 * Whether a verdict is reported without being held against anybody: its rule or its case is newer than the frozen requirement
 * set of this specification version. While the version has no such set, nothing is provisional.
 */
export function isProvisional(requirement: string, caseId: string): boolean {
  return frozenSet !== undefined && !(rules.has(requirement) && cases.has(caseId))
}
