export type Path = readonly (string | number)[]

/** A value that is wrong in one place. */
export interface Mutant {
  /** What was done, such as `without verdicts.0.case`. */
  readonly what: string
  readonly path: Path
  readonly kind: 'removed' | 'retyped' | 'extended'
  readonly value: unknown
}

/**
 * Every way to take away, retype or extend one member of a value. Of a list of texts or numbers, the first stands for all. Below a path that
 * `leave` names nothing is changed.
 */
export function* mutantsOf(value: unknown, leave: (path: Path) => boolean = () => false): Generator<Mutant> {
  yield* below(value, [], value, leave)
}

function* below(at: unknown, path: Path, whole: unknown, leave: (path: Path) => boolean): Generator<Mutant> {
  if (leave(path)) return
  const name = path.join('.') || 'the whole'
  for (const other of typeof at === 'string' ? [7, null] : typeof at === 'number' ? ['7', null] : typeof at === 'boolean' ? ['true', 1] : Array.isArray(at) ? [{}, 'x'] : [[], 'x', 7]) {
    yield { what: `${name} is ${JSON.stringify(other)}`, path, kind: 'retyped', value: replaced(whole, path, other) }
  }
  if (Array.isArray(at)) {
    const items: readonly unknown[] = at
    const telling = items.every((item) => typeof item === 'object') ? items : items.slice(0, 1)
    for (const [index, item] of telling.entries()) yield* below(item, [...path, index], whole, leave)
    return
  }
  if (typeof at !== 'object' || at === null) return
  yield { what: `${name} with one member more`, path, kind: 'extended', value: replaced(whole, path, { ...at, 'one-more': 1 }) }
  for (const [key, member] of Object.entries(at)) {
    yield { what: `without ${[...path, key].join('.')}`, path: [...path, key], kind: 'removed', value: replaced(whole, path, Object.fromEntries(Object.entries(at).filter(([other]) => other !== key))) }
    yield* below(member, [...path, key], whole, leave)
  }
}

/** The value with something else at a path. */
export function replaced(whole: unknown, path: Path, other: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return other
  if (Array.isArray(whole)) return whole.map((item: unknown, index) => (index === first ? replaced(item, rest, other) : item))
  if (typeof whole !== 'object' || whole === null) throw new TypeError(`there is no ${path.join('.')}`)
  return Object.fromEntries(Object.entries(whole).map(([key, member]) => [key, key === first ? replaced(member, rest, other) : member]))
}
