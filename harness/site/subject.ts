import { isObject } from '../profile/locate.ts'

/** What `subject.json` beside a report tells of the implementation. */
export interface Subject {
  readonly name: string
  readonly version?: string
  readonly kind?: (typeof kinds)[number]
  readonly language?: string
  readonly homepage?: string
  /** How it was attached, in one sentence. */
  readonly setting?: string
  /** Where it is told what was found. */
  readonly discovery?: string
}

const kinds = ['library', 'server', 'browser', 'program'] as const
const texts = ['version', 'language', 'homepage', 'setting', 'discovery'] as const

/** Reads `subject.json`. Members that it does not know are passed over; one of another type is a flaw. */
export function readSubject(content: string): Subject | { readonly flaw: string } {
  const value = parsed(content)
  if (!isObject(value)) return { flaw: 'it is not a JSON object' }
  const { name, kind } = value
  if (typeof name !== 'string' || name.trim() === '') return { flaw: '"name" is missing' }
  const odd = texts.find((member) => value[member] !== undefined && typeof value[member] !== 'string')
  if (odd !== undefined) return { flaw: `"${odd}" is not a string` }
  const known = kinds.find((each) => each === kind)
  if (kind !== undefined && known === undefined) return { flaw: `"kind" is none of ${kinds.join(', ')}` }
  const given = Object.fromEntries(texts.flatMap((member) => (typeof value[member] === 'string' ? [[member, value[member]]] : [])))
  return { name, ...(known === undefined ? {} : { kind: known }), ...given }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}
