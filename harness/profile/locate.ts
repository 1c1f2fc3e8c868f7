import { HarnessError } from '../errors.ts'

export type Path = readonly (string | number)[]

/** Where a document came from, so that a fault can name the file and the line. */
export interface Origin {
  /** Name of the profile. */
  readonly name: string
  /** `sha256:` and the hex digest of the document's bytes. */
  readonly hash: string
  /** What faults call the document; `name` when left out. */
  readonly file?: string
  /** Position of the node at exactly this path, both counted from 1. */
  readonly where?: (path: Path) => { readonly line: number; readonly column: number } | undefined
}

/** A value of a document and every place it was put together from, the strongest last. */
export interface Located {
  readonly value: unknown
  readonly paths: readonly Path[]
}

export type JsonObject = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One document with its origin: finds values in it, follows its references, and reports faults by line. */
export class SourceDocument {
  readonly root: Located
  readonly origin: Origin

  constructor(value: unknown, origin: Origin) {
    this.root = { value, paths: [[]] }
    this.origin = origin
  }

  /** The member `key` of an object or array, with references followed; `undefined` when it is not there. */
  member(parent: Located, key: string | number): Located | undefined {
    const { value } = parent
    const found = Array.isArray(value) ? value[Number(key)] : isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
    if (found === undefined) return undefined
    return this.follow({ value: found, paths: parent.paths.map((path) => [...path, key]) })
  }

  /** Every member of an object or array, in order, with references followed. */
  members(parent: Located | undefined): readonly Located[] {
    if (parent === undefined || typeof parent.value !== 'object' || parent.value === null) return []
    return Object.keys(parent.value).flatMap((key) => this.member(parent, key) ?? [])
  }

  /**
   * The object with its `traits` merged in (AsyncAPI 3, "Traits Merge Mechanism"): a later trait wins over an earlier one, the
   * object itself over all of them.
   */
  withTraits(target: Located): Located {
    const traits = this.members(this.member(target, 'traits'))
    return [...traits, target].reduce((under, over) => ({ value: merge(under.value, over.value), paths: [...under.paths, ...over.paths] }))
  }

  /** The value itself, or what its chain of `$ref` ends in. Only `#/…` is followed; nothing is ever fetched. */
  follow(start: Located): Located {
    let current = start
    for (let hops = 0; isObject(current.value) && typeof current.value['$ref'] === 'string'; hops += 1) {
      const reference = current.value['$ref']
      if (!reference.startsWith('#')) {
        this.fail(current, ['$ref'], `the reference ${quote(reference)} leaves the document`, 'bundle the document into one file; references are never fetched')
      }
      const target = hops < 32 ? this.resolve(reference) : undefined
      if (target === undefined) {
        this.fail(current, ['$ref'], `the reference ${quote(reference)} leads nowhere`, 'let it point at an existing member, such as #/components/messages/Delivery')
      }
      current = target
    }
    return current
  }

  /** Ends the run: the document is at fault, at `below` under the located value. */
  fail(at: Located, below: Path, fact: string, cure: string): never {
    throw new HarnessError('broken-profile', `${this.position(at, below)}: ${fact}`, cure)
  }

  /** `file:line:column`, of the nearest place that has one. */
  position(at: Located, below: Path = []): string {
    const file = this.origin.file ?? this.origin.name
    for (let length = below.length; length >= 0; length -= 1) {
      for (const path of [...at.paths].reverse()) {
        const found = this.origin.where?.([...path, ...below.slice(0, length)])
        if (found !== undefined) return `${file}:${found.line}:${found.column}`
      }
    }
    const path = at.paths.at(-1) ?? []
    return `${file}#${[...path, ...below].map((part) => `/${part}`).join('')}`
  }

  private resolve(reference: string): Located | undefined {
    let value: unknown = this.root.value
    const path: string[] = []
    for (const part of reference.slice(1).split('/').slice(1)) {
      const key = decode(part)
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
      // An array is indexed by its decimal keys like any object.
      value = (value as JsonObject)[key]
      path.push(key)
    }
    return { value, paths: [path] }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return part
  }
}

/** JSON merge patch (RFC 7396), without the deletion by `null`: a scheme says `timestamp: null` and means it. */
function merge(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over
  const result: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) result[key] = Object.hasOwn(under, key) ? merge(under[key], value) : value
  return result
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}
