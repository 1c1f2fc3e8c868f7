/** Any value that JSON text can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The value at a JSON pointer (RFC 6901), or undefined when a step does not exist. */
export function valueAt(document: Json, pointer: string): Json | undefined {
  let current: Json | undefined = document
  for (const key of steps(pointer)) {
    if (Array.isArray(current)) current = current[Number(key)]
    else if (typeof current === 'object' && current !== null) current = Object.hasOwn(current, key) ? (current as { readonly [key: string]: Json })[key] : undefined
    else return undefined
  }
  return current
}

/** A copy of the document with the value at a JSON pointer replaced; missing members on the way are created. */
export function withValueAt(document: Json, pointer: string, value: Json): Json {
  const [first, ...rest] = steps(pointer)
  if (first === undefined) return value
  const inner = rest.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  if (Array.isArray(document)) return document.map((item: Json, index) => (index === Number(first) ? withValueAt(item, inner, value) : item))
  const members = typeof document === 'object' && document !== null ? (document as { readonly [key: string]: Json }) : {}
  return { ...members, [first]: withValueAt(members[first] ?? {}, inner, value) }
}

/** A copy of the document without the member at a JSON pointer. */
export function withoutValueAt(document: Json, pointer: string): Json {
  const path = steps(pointer)
  const last = path.pop()
  if (last === undefined) return document
  const parentPointer = path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  const parent = valueAt(document, parentPointer)
  if (typeof parent !== 'object' || parent === null || Array.isArray(parent)) return document
  const rest = Object.fromEntries(Object.entries(parent).filter(([key]) => key !== last))
  return parentPointer === '' ? rest : withValueAt(document, parentPointer, rest)
}

/** Pointers of every string and finite number in the document, depth first. */
export function leafPointers(document: Json, at = ''): readonly string[] {
  if (typeof document === 'string' || typeof document === 'number') return [at]
  if (typeof document !== 'object' || document === null) return []
  return Object.entries(document).flatMap(([key, value]: [string, Json]) => leafPointers(value, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
}

export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json // JSON.parse yields exactly these types
  } catch {
    return undefined
  }
}

function steps(pointer: string): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
