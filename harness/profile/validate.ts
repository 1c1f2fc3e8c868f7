/** One thing that is wrong by a schema. */
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly parentSchema?: unknown
}

export interface SchemaProblem {
  readonly path: readonly string[]
  /** `path: what is wrong (what is allowed)`. */
  readonly text: string
}

/** Branches of an alternative all complain; these keywords only repeat that none fitted. */
const echoes = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'not', 'propertyNames'])
/** At one place, the first of these says most about what is wrong. */
const telling = ['additionalProperties', 'false schema', 'enum', 'const', 'pattern', 'type', 'required', 'dependentRequired']

/**
 * What is wrong, the deepest and most telling first, without the noise of alternatives; empty only for no errors.
 *
 * `name` stands in front of every path.
 */
export function describeErrors(errors: readonly SchemaError[], name = ''): readonly SchemaProblem[] {
  const own = errors.filter((error) => !echoes.has(error.keyword) && error.params['missingProperty'] !== '$ref')
  const ranked = (own.length > 0 ? own : errors).toSorted((a, b) => depth(b) - depth(a) || rank(a) - rank(b))
  const problems = new Map(ranked.map((error) => [`${error.instancePath} ${sentence(error)}`, error]))
  return [...problems.values()].map((error) => {
    const path = error.instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    const unknown = error.params['additionalProperty']
    return { path: typeof unknown === 'string' ? [...path, unknown] : path, text: `${`${name}${error.instancePath}` || '/'}: ${sentence(error)}` }
  })
}

function sentence({ keyword, params, parentSchema, message }: SchemaError): string {
  const schema: { readonly properties?: object; readonly description?: string } = typeof parentSchema === 'object' && parentSchema !== null ? parentSchema : {}
  const allowed = (text: unknown): string => `(allowed: ${String(text)})`
  const list = (values: unknown): string => (Array.isArray(values) ? values : [values]).map((value) => JSON.stringify(value)).join(', ')
  switch (keyword) {
    case 'required':
      return `lacks ${list(params['missingProperty'])}`
    case 'dependentRequired':
      return `lacks ${list(params['missingProperty'])}, which ${list(params['property'])} asks for`
    case 'additionalProperties': {
      const known = Object.keys(schema.properties ?? {})
      return `has the unknown member ${list(params['additionalProperty'])}${known.length > 0 ? ` ${allowed(known.join(', '))}` : ''}`
    }
    case 'enum':
      return `has another value ${allowed(list(params['allowedValues']))}`
    case 'const':
      return `has another value ${allowed(list(params['allowedValue']))}`
    case 'type':
      return `has the wrong type ${allowed([params['type']].flat().join(', '))}`
    case 'pattern':
      return `has the wrong form ${allowed(schema.description ?? params['pattern'])}`
    case 'false schema':
      return 'does not belong here'
    default:
      return message ?? `breaks ${keyword}`
  }
}

function depth({ instancePath }: SchemaError): number {
  return instancePath.split('/').length
}

function rank({ keyword }: SchemaError): number {
  const index = telling.indexOf(keyword)
  return index < 0 ? telling.length : index
}
