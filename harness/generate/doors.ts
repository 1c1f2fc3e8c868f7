/** The guard and the parser of a type, whose check is the constant of that name. */
export function doors(type: string, check: string, called = type): string {
  return `/** Whether a value has the shape of ${type}. */
export function is${called}(value: unknown): value is ${type} {
  return ${check}(value, 0) === undefined
}

/** The value itself, as ${type}. @throws ShapeError that says where it is wrong. */
export function parse${called}(value: unknown): ${type} {
  return checked('${called === type ? type : called.toLowerCase()}', value, ${check}) as ${type}
}
`
}

/** What a parser throws. */
export const shapeError = `/** What a value is not. The message names the place and what belongs there, and never the value. */
export class ShapeError extends Error {
  /** JSON pointer (RFC 6901) of what is wrong; empty for the value itself. */
  readonly at: string
  readonly expected: string
  readonly saw: string

  constructor(what: string, { at, expected, saw }: { readonly at: string; readonly expected: string; readonly saw: string }) {
    super(\`not a valid \${what}\${at === '' ? '' : \`: \${at}\`}: expected \${expected}, saw \${saw}\`)
    this.name = 'ShapeError'
    this.at = at
    this.expected = expected
    this.saw = saw
  }
}

function checked(what: string, value: unknown, check: Check): unknown {
  const found = check(value, 0)
  if (found) throw new ShapeError(what, found)
  return value
}
`
