// Generated from sets/ by `npm run spec`. Edit nothing here.

/** What scores in this version of the specification; undefined while the version is not frozen. */
export const frozenSet: { readonly requirements: readonly string[]; readonly cases: readonly string[] } | undefined = undefined
