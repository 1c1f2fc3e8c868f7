import type { Json } from '../profile/json-pointer.ts'
import { machinery, type Part } from './machinery.ts'
import type { Declaration, ObjectShape, Shape } from './shape.ts'
import { expressionOf, stringLiteral } from './typescript-text.ts'

/**
 * Writes the checks of declarations: constants of the generated module, each behind those that it needs.
 *
 * A check that is needed before it can be there, in a recursion, is looked up when it runs.
 */
export class CheckWriter {
  private readonly declared: ReadonlyMap<string, Declaration>
  private readonly written = new Map<string, string>()
  private readonly begun = new Set<string>()
  private readonly parts = new Set<Part>()

  constructor(declarations: readonly Declaration[]) {
    this.declared = new Map(declarations.map((declaration) => [declaration.name, declaration]))
  }

  /** The name of the check of a declaration. */
  named(name: string): string {
    const constant = `check${name}`
    const declaration = this.declared.get(name)
    if (declaration !== undefined && !this.begun.has(name)) {
      this.begun.add(name)
      this.written.set(name, `const ${constant}: Check = ${this.of(declaration.shape, '')}\n`)
    }
    return constant
  }

  /** A further constant, of a shape that no schema has written. */
  constant(name: string, shape: Shape): string {
    this.written.set(name, `const check${name}: Check = ${this.of(shape, '')}\n`)
    return `check${name}`
  }

  /** A constant that asks the type of an event for its check. */
  byType(name: string, steps: readonly string[], events: readonly { readonly name: string; readonly type: string | number | boolean }[]): string {
    const rows = events.map((event) => `  [${expressionOf(event.type)}, ${this.named(event.name)}],\n`).join('')
    this.written.set(name, `const check${name}: Check = ${this.use('byType')}([${steps.map(stringLiteral).join(', ')}], new Map<unknown, Check>([\n${rows}]))\n`)
    return `check${name}`
  }

  /** Every constant, then the functions that they are made of. */
  text(): string {
    const constants = [...this.written.values()].join('\n')
    return `${constants}\n${machinery([...this.parts])}`
  }

  private of(shape: Shape, indent: string): string {
    switch (shape.kind) {
      case 'anything':
      case 'nothing':
      case 'boolean':
        return this.use(shape.kind)
      case 'null':
        return this.literals([null])
      case 'literal':
        return this.literals([shape.value])
      case 'text':
        return this.call('text', limits({ min: shape.min, max: shape.max, ...(shape.pattern && { pattern: expression(shape.pattern) }) }))
      case 'number':
        return this.call('number', limits({ whole: shape.whole || undefined, min: shape.min, max: shape.max, above: shape.above, below: shape.below }))
      case 'list':
        return this.call('list', [this.of(shape.items, indent), ...limits({ min: shape.min, max: shape.max })])
      case 'tuple': {
        const rest = shape.rest === undefined ? [] : [this.of(shape.rest, indent)]
        return this.call('tuple', [`[${shape.items.map((item) => this.of(item, indent)).join(', ')}]`, String(shape.min), ...rest])
      }
      case 'object':
        return this.object(shape, indent)
      case 'union':
        return this.union(shape.of, indent)
      case 'intersection':
        return this.call('all', shape.of.map((each) => this.of(each, indent)))
      case 'reference': {
        const isReady = this.written.has(shape.name) || !this.begun.has(shape.name)
        const constant = this.named(shape.name)
        return isReady ? constant : this.call('later', [`() => ${constant}`])
      }
    }
  }

  private object({ members, rest }: ObjectShape, indent: string): string {
    const inner = `${indent}  `
    const rows = members.map(({ name, shape, required }) => `[${stringLiteral(name)}, ${this.of(shape, inner)}${required ? '' : ", 'optional'"}]`)
    const further = rest === 'open' ? [] : [rest === 'closed' ? this.use('nothing') : this.of(rest, inner)]
    const oneLine = `[${rows.join(', ')}]`
    const table = oneLine.length + indent.length < 100 ? oneLine : `[\n${rows.map((row) => `${inner}${row},\n`).join('')}${indent}]`
    return this.call('object', [table, ...further])
  }

  private union(shapes: readonly Shape[], indent: string): string {
    const literals = shapes.flatMap((shape) => (shape.kind === 'literal' ? [shape.value] : []))
    const others = shapes.filter(({ kind }) => kind !== 'literal').map((shape) => this.of(shape, indent))
    const all = literals.length === 0 ? others : [...others, this.literals(literals)]
    return all.length === 1 ? (all[0] ?? '') : this.call('either', all)
  }

  private literals(values: readonly Json[]): string {
    const isDeep = values.some((value) => typeof value === 'object' && value !== null)
    return this.call(isDeep ? 'same' : 'literal', values.map((value) => expressionOf(value)))
  }

  private call(part: Part, args: readonly string[]): string {
    return `${this.use(part)}(${args.join(', ')})`
  }

  private use(part: Part): string {
    this.parts.add(part)
    return part
  }
}

function limits(values: Readonly<Record<string, number | boolean | string | undefined>>): readonly string[] {
  const stated = Object.entries(values).filter(([, value]) => value !== undefined)
  return stated.length === 0 ? [] : [`{ ${stated.map(([name, value]) => `${name}: ${String(value)}`).join(', ')} }`]
}

function expression({ source, flags }: { readonly source: string; readonly flags: string }): string {
  return `new RegExp(${stringLiteral(source)}${flags === '' ? '' : `, '${flags}'`})`
}
