/** Keywords in the order in which a schema has them; what is missing here would be lost, and is refused. */
const keywords = ['$schema', '$id', '$ref', 'title', 'description', 'type', 'const', 'enum', 'default', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'exclusiveMinimum', 'maximum', 'additionalProperties', 'required', 'properties', 'minItems', 'maxItems', 'prefixItems', 'items', 'anyOf', '$defs', 'examples']

/** What holds for the items of a list, and for the value that stands in place of a list of one. */
const ofItems = new Set(['enum', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'])

/**
 * A schema of draft-07, as typescript-json-schema writes it, in the words of 2020-12: `definitions` are `$defs`, sorted; lists of
 * items are `prefixItems`; every description is one paragraph.
 */
export function convertedSchema({ definitions = {}, ...schema }, { id, title, examples }) {
  const names = Object.keys(definitions).sort()
  const odd = names.find((name) => !/^[A-Za-z]+$/.test(name))
  if (odd !== undefined) throw new Error(`the type ${odd} has no name of its own: give it one, or write an index signature in place of Record`)
  const $defs = Object.fromEntries(names.map((name) => [name, converted(definitions[name])]))
  return ordered({ ...converted(schema), $schema: 'https://json-schema.org/draft/2020-12/schema', $id: id, title, ...(names.length > 0 ? { $defs } : {}), examples })
}

function converted(schema) {
  if (typeof schema === 'boolean') return schema
  // A reference that a tag gives stands for everything that the type would say.
  if (schema.$ref?.startsWith('urn:')) return ordered({ $ref: schema.$ref, ...described(schema) })
  const result = { ...schema, ...described(schema) }
  if (schema.$ref !== undefined) result.$ref = decodeURIComponent(schema.$ref).replace('#/definitions/', '#/$defs/')
  if (schema.properties !== undefined) result.properties = mapped(schema.properties)
  if (schema.anyOf !== undefined) result.anyOf = schema.anyOf.map(converted)
  if (schema.additionalProperties !== undefined) result.additionalProperties = converted(schema.additionalProperties)
  // Open to anything, which is what a schema is without the keyword.
  if (isEmpty(result.additionalProperties)) delete result.additionalProperties
  if (Array.isArray(schema.items)) Object.assign(result, tuple(schema.items))
  else if (schema.items !== undefined) result.items = converted(schema.items)
  return ordered(result.anyOf !== undefined && result.items !== undefined ? oneOrMany(result) : result)
}

/** A fixed number of items; those that are alike need to be said but once. */
function tuple(items) {
  const kinds = items.map((item) => converted({ ...item, title: undefined }))
  const alike = kinds.every((kind) => JSON.stringify(kind) === JSON.stringify(kinds[0]))
  return alike ? { items: kinds[0] } : { prefixItems: kinds, items: false }
}

/** A value or a list of such values: what a tag says of the items holds for both. */
function oneOrMany({ items, anyOf, ...rest }) {
  for (const name of Object.keys(items)) if (!ofItems.has(name)) throw new Error(`the tag @items.${name} has no meaning beside a value that is no list`)
  return { ...rest, anyOf: anyOf.map((branch) => ordered(branch.type === 'array' ? { ...branch, items: ordered({ ...branch.items, ...items }) } : { ...branch, ...items })) }
}

function described({ description }) {
  return description === undefined ? {} : { description: description.replaceAll(/\s+/g, ' ') }
}

function mapped(schemas) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, converted(schema)]))
}

function isEmpty(schema) {
  return typeof schema === 'object' && Object.keys(schema).length === 0
}

function ordered(schema) {
  const stray = Object.keys(schema).find((name) => schema[name] !== undefined && !keywords.includes(name))
  if (stray !== undefined) throw new Error(`the keyword ${stray} is not known to scripts/schema-conversion.mjs: ${JSON.stringify(schema).slice(0, 200)}`)
  return Object.fromEntries(keywords.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]))
}
