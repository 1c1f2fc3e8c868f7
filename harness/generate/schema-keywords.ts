import type { Json } from '../profile/json-pointer.ts'
import { isObject, type JsonObject } from '../profile/locate.ts'
import type { About, ListShape, NumberShape, Shape, TextShape } from './shape.ts'

/** `type: string` with its limits. `format` is an annotation and checked by nobody here. */
export function textShape(schema: JsonObject): TextShape {
  const pattern = typeof schema['pattern'] === 'string' ? expression(schema['pattern']) : undefined
  return { kind: 'text', ...limit('min', schema['minLength']), ...limit('max', schema['maxLength']), ...(pattern && { pattern }) }
}

/** A boolean `exclusiveMinimum`, as draft-04 had it, says nothing here. */
export function numberShape(schema: JsonObject, whole: boolean): NumberShape {
  return { kind: 'number', whole, ...limit('min', schema['minimum']), ...limit('max', schema['maximum']), ...limit('above', schema['exclusiveMinimum']), ...limit('below', schema['exclusiveMaximum']) }
}

export function listShape(schema: JsonObject, items: Shape): ListShape {
  return { kind: 'list', items, ...limit('min', schema['minItems']), ...limit('max', schema['maxItems']) }
}

/** What a schema says to people; a format, too, since nothing else tells it. */
export function aboutOf(schema: unknown): About {
  if (!isObject(schema)) return {}
  const text = (key: 'title' | 'description' | 'format') => (typeof schema[key] === 'string' && schema[key].trim() !== '' ? { [key]: schema[key] } : {})
  const examples = Array.isArray(schema['examples']) ? schema['examples'].filter(isJson) : []
  return {
    ...text('title'),
    ...text('description'),
    ...text('format'),
    ...(isJson(schema['default']) ? { default: schema['default'] } : {}),
    ...(examples.length > 0 ? { examples } : {}),
    ...(schema['deprecated'] === true ? { deprecated: true } : {}),
  }
}

/** Documents are YAML or JSON; what YAML has beyond JSON, such as a date, is no constant of a schema. */
export function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  return isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isJson)
}

function limit<Name extends string>(name: Name, value: unknown): { readonly [N in Name]?: number } {
  return typeof value === 'number' && Number.isFinite(value) ? ({ [name]: value } as { readonly [N in Name]?: number }) : {} // the key is the name
}

/** A pattern that JavaScript cannot read is left out: it lets more through. */
function expression(source: string): TextShape['pattern'] {
  for (const flags of ['u', ''] as const) {
    try {
      new RegExp(source, flags)
      return { source, flags }
    } catch {
      // tried without the flag, or given up
    }
  }
  return undefined
}
