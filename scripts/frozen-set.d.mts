/** What scores in one version of the specification. */
export interface RequirementSet {
  readonly requirements: readonly { readonly id: string; readonly level: string }[]
  /** Cases, and the rules that each is evidence for. */
  readonly cases: readonly { readonly case: string; readonly requirements: readonly string[] }[]
}
export declare function digestOfSet(set: RequirementSet): string
