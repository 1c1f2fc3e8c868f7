/** What scores in one version of the specification. */
export interface RequirementSet {
  readonly requirements: readonly { readonly id: string; readonly level: string }[]
  readonly cases: readonly string[]
}
export declare function digestOfSet(set: RequirementSet): string
