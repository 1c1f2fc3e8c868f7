/**
 * The functions that a generated module checks values with, as its text. A module gets those that it uses and no others:
 * many projects refuse code that is not used.
 */
const parts = {
  object: {
    needs: ['problem', 'within'],
    text: `
function object(members: readonly (readonly [name: string, check: Check, optional?: 'optional'])[], rest?: Check): Check {
  const named = new Set(members.map(([name]) => name))
  return (value, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return problem('an object', value)
    const held = value as { readonly [name: string]: unknown }
    for (const [name, check, optional] of members) {
      const isThere = Object.hasOwn(held, name)
      if (!isThere && optional) continue
      const found = isThere ? check(held[name], depth + 1) : (check(undefined, depth + 1) ?? problem('a value', undefined))
      if (found) return within(name, found)
    }
    if (rest === undefined) return undefined
    for (const name of Object.keys(held)) {
      const found = named.has(name) ? undefined : rest(held[name], depth + 1)
      if (found) return within(name, found)
    }
    return undefined
  }
}`,
  },
  list: {
    needs: ['problem', 'within'],
    text: `
function list(item: Check, { min = 0, max = Infinity } = {}): Check {
  return (value, depth) => {
    if (!Array.isArray(value)) return problem('an array', value)
    if (value.length < min) return { at: '', expected: \`at least \${min} items\`, saw: String(value.length) }
    if (value.length > max) return { at: '', expected: \`at most \${max} items\`, saw: String(value.length) }
    for (let index = 0; index < value.length; index += 1) {
      const found = item(value[index], depth + 1)
      if (found) return within(index, found)
    }
    return undefined
  }
}`,
  },
  tuple: {
    needs: ['problem', 'within'],
    text: `
function tuple(items: readonly Check[], min: number, rest?: Check): Check {
  return (value, depth) => {
    if (!Array.isArray(value)) return problem('an array', value)
    if (value.length < min) return { at: '', expected: \`at least \${min} items\`, saw: String(value.length) }
    if (rest === undefined && value.length > items.length) return { at: '', expected: \`at most \${items.length} items\`, saw: String(value.length) }
    for (let index = 0; index < value.length; index += 1) {
      const found = (items[index] ?? rest)?.(value[index], depth + 1)
      if (found) return within(index, found)
    }
    return undefined
  }
}`,
  },
  text: {
    needs: ['problem'],
    text: `
function text({ min = 0, max = Infinity, pattern }: { min?: number; max?: number; pattern?: RegExp } = {}): Check {
  return (value) => {
    if (typeof value !== 'string') return problem('a text', value)
    // Characters are counted, not UTF-16 units, but only where the difference may matter.
    const length = value.length < min || value.length > max || value.length < 2 * min ? Array.from(value).length : value.length
    if (length < min) return { at: '', expected: \`at least \${min} character\${min === 1 ? '' : 's'}\`, saw: String(length) }
    if (length > max) return { at: '', expected: \`at most \${max} characters\`, saw: String(length) }
    return pattern?.test(value) === false ? { at: '', expected: \`a text that matches \${String(pattern)}\`, saw: 'another text' } : undefined
  }
}`,
  },
  number: {
    needs: ['problem'],
    text: `
function number({ whole = false, min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = {}): Check {
  return (value) => {
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) return problem(whole ? 'a whole number' : 'a number', value)
    if (value < min || value <= above) return problem(\`a number \${value < min ? \`from \${min} on\` : \`above \${above}\`}\`, value)
    if (value > max || value >= below) return problem(\`a number \${value > max ? \`up to \${max}\` : \`below \${below}\`}\`, value)
    return undefined
  }
}`,
  },
  boolean: {
    needs: ['problem'],
    text: `
function boolean(value: unknown): Problem | undefined {
  return typeof value === 'boolean' ? undefined : problem('true or false', value)
}`,
  },
  literal: {
    needs: ['problem'],
    text: `
function literal(...allowed: readonly (string | number | boolean | null)[]): Check {
  const names = allowed.slice(0, 12).map((value) => JSON.stringify(value)).join(' or ')
  return (value) => (allowed.some((each) => each === value) ? undefined : problem(allowed.length > 12 ? \`\${names} or another of \${allowed.length}\` : names, value))
}`,
  },
  same: {
    needs: ['problem'],
    text: `
function same(...allowed: readonly unknown[]): Check {
  const isSame = (left: unknown, right: unknown): boolean => {
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
    if (Array.isArray(left) !== Array.isArray(right) || Object.keys(left).length !== Object.keys(right).length) return false
    return Object.entries(left).every(([name, member]) => Object.hasOwn(right, name) && isSame(member, (right as { readonly [name: string]: unknown })[name]))
  }
  return (value) => (allowed.some((each) => isSame(each, value)) ? undefined : problem(allowed.map((each) => JSON.stringify(each)).join(' or '), value))
}`,
  },
  anything: {
    needs: [],
    text: `
function anything(): undefined {
  return undefined
}`,
  },
  nothing: {
    needs: ['problem'],
    text: `
function nothing(value: unknown): Problem {
  return problem('nothing here', value)
}`,
  },
  all: {
    needs: [],
    text: `
function all(...checks: readonly Check[]): Check {
  return (value, depth) => {
    for (const check of checks) {
      const found = check(value, depth)
      if (found) return found
    }
    return undefined
  }
}`,
  },
  either: {
    needs: [],
    text: `
/** Of several ways to be wrong, the one that came furthest into the value says most. */
function either(...checks: readonly Check[]): Check {
  return (value, depth) => {
    let deepest: Problem[] = []
    for (const check of checks) {
      const found = check(value, depth)
      if (found === undefined) return undefined
      const steps = found.at.split('/').length - (deepest[0]?.at.split('/').length ?? 0)
      deepest = steps > 0 ? [found] : steps === 0 ? [...deepest, found] : deepest
    }
    const [first] = deepest
    const expected = [...new Set(deepest.filter(({ at }) => at === first?.at).map((found) => found.expected))].join(' or ')
    return { at: first?.at ?? '', expected, saw: first?.saw ?? '' }
  }
}`,
  },
  byType: {
    needs: ['problem'],
    text: `
/** The check that belongs to the type of an event. */
function byType(steps: readonly string[], checks: ReadonlyMap<unknown, Check>): Check {
  return (value, depth) => {
    let type = value
    for (const [index, step] of steps.entries()) {
      if (typeof type !== 'object' || type === null || Array.isArray(type)) return { ...problem('an object', type), at: steps.slice(0, index).map((name) => \`/\${name}\`).join('') }
      type = Object.hasOwn(type, step) ? (type as { readonly [name: string]: unknown })[step] : undefined
    }
    const check = checks.get(type)
    if (check) return check(value, depth)
    return { ...problem([...checks.keys()].map((name) => JSON.stringify(name)).join(' or '), type), at: steps.map((name) => \`/\${name}\`).join('') }
  }
}`,
  },
  later: {
    needs: [],
    text: `
/** A check of a recursive shape. A value that is nested without end does not exhaust the stack. */
function later(check: () => Check): Check {
  return (value, depth) => (depth > 500 ? { at: '', expected: 'at most 500 levels', saw: 'more' } : check()(value, depth))
}`,
  },
  within: {
    needs: [],
    text: `
function within(step: string | number, { at, expected, saw }: Problem): Problem {
  return { at: \`/\${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}\${at}\`, expected, saw }
}`,
  },
  problem: {
    needs: [],
    text: `
/** Says what kind of value was seen and never the value itself: an error ends up in logs. */
function problem(expected: string, value: unknown): Problem {
  const kinds: { readonly [type: string]: string } = { undefined: 'nothing', string: 'a text', number: 'a number', boolean: 'a boolean', object: 'an object' }
  const saw = value === null ? 'null' : Array.isArray(value) ? 'an array' : (kinds[typeof value] ?? \`a \${typeof value}\`)
  return { at: '', expected, saw: saw === expected || (saw === 'a text' && expected.startsWith('"')) || (saw === 'a number' && /^a (whole )?number/.test(expected)) ? saw.replace(/^an? /, 'another ') : saw }
}`,
  },
} as const satisfies Record<string, { readonly needs: readonly string[]; readonly text: string }>

export type Part = keyof typeof parts

/** The text of some functions and of those that they need, in an order that does not depend on who asked first. */
export function machinery(wanted: readonly Part[]): string {
  const needed = new Set<Part>(wanted)
  for (const part of needed) for (const other of parts[part].needs) needed.add(other)
  const names = (Object.keys(parts) as Part[]).filter((part) => needed.has(part)) // the keys of a constant are its type's
  return `/** Where a value is wrong, as a JSON pointer (RFC 6901), and how. */
interface Problem {
  readonly at: string
  readonly expected: string
  readonly saw: string
}

type Check = (value: unknown, depth: number) => Problem | undefined
${names.map((part) => `${parts[part].text}\n`).join('')}`
}
