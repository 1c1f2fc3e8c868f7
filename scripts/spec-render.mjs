/** The requirements as JSON, for tools in any language. */
export function renderJson({ specVersion, requirements }) {
  return `${JSON.stringify({ specVersion, requirements }, null, 2)}\n`
}

/** The requirements as a TypeScript module: ids as a union, so that a case that names an unknown rule does not compile. */
export function renderTypeScript({ specVersion, specHash, requirementSet, requirements, roles }) {
  return `// Generated from the chapters in this folder by \`npm run spec\`. Edit a chapter, not this file.

export const specVersion = ${quoted(specVersion)}

/** Digest of the chapters, in reading order: changes with every word. */
export const specHash = ${quoted(specHash)}

/** Digest of what scores, the ids with their levels and, once the version is frozen, the cases: changes only with the rules. */
export const requirementSet = ${quoted(requirementSet)}

/** One numbered duty, as its chapter words it, without markup. */
export interface Requirement {
  readonly id: RequirementId
  readonly level: 'MUST' | 'SHOULD' | 'MAY'
  readonly role: ${roles.map(quoted).join(' | ')}
  /** File name of the chapter without \`.md\`; the id is the anchor in it. */
  readonly chapter: string
  readonly sentence: string
  /** The real fault that the rule prevents. */
  readonly why: string
  /** The likely repair; empty where there is none to name. */
  readonly fix: string
  readonly source: string
  readonly status: 'active' | 'exception'
  /** Why nothing on the wire and no effect can show the rule. Present when \`status\` is \`exception\`. */
  readonly exception?: string
}

export type RequirementId =
${requirements.map(({ id }) => `  | ${quoted(id)}`).join('\n')}

/** Every requirement, by chapter in reading order, then by appearance. */
export const requirements: readonly Requirement[] = [
${requirements.map(renderRequirement).join('\n')}
]

const byId: ReadonlyMap<string, Requirement> = new Map(requirements.map((one) => [one.id, one]))

export function requirement(id: RequirementId): Requirement {
  const found = byId.get(id)
  if (found === undefined) throw new RangeError(\`no requirement has the id \${id}\`)
  return found
}

export function isRequirementId(text: string): text is RequirementId {
  return byId.has(text)
}
`
}

/** The frozen set as a TypeScript module. */
export function renderSet({ frozen }) {
  const list = (texts) => `[\n${texts.map((text) => `    ${quoted(text)},\n`).join('')}  ]`
  const places = new Map((frozen?.requirements ?? []).map(({ id }, index) => [id, index]))
  const evidence = (frozen?.cases ?? []).map(({ case: id, requirements: rules }) => `    [${quoted(id)}, [${rules.map((rule) => places.get(rule)).join(', ')}]],\n`)
  const value = frozen ? `{\n  requirements: ${list(frozen.requirements.map(({ id }) => id))},\n  cases: [\n${evidence.join('')}  ],\n}` : 'undefined'
  return `// Generated from sets/ by \`npm run spec\`. Edit nothing here.

/** What scores in this version of the specification: rules, and cases with the positions of the rules that each is evidence for. Undefined while the version is not frozen. */
export const frozenSet: { readonly requirements: readonly string[]; readonly cases: readonly (readonly [id: string, rules: readonly number[]])[] } | undefined = ${value}
`
}

function renderRequirement(requirement) {
  const members = Object.entries(requirement).map(([name, value]) => `    ${name}: ${quoted(value)},`)
  return `  {\n${members.join('\n')}\n  },`
}

function quoted(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
