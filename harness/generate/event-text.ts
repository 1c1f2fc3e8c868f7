import type { CheckWriter } from './check-text.ts'
import { doors } from './doors.ts'
import type { EventTypes, KnownEvent } from './event-types.ts'
import { unionOf, type Declaration, type Shape } from './shape.ts'
import { literalType } from './type-text.ts'
import { docComment, keyText, stringLiteral } from './typescript-text.ts'

/** The types of events beyond the declarations: those known by an example, and the unions. */
export function eventTypesText({ known, open, discriminator }: EventTypes, declarations: readonly Declaration[]): readonly string[] {
  const others = open.length > 0 ? open : known.length > 0 ? [] : ['unknown']
  const narrowed = known.flatMap((event) => (event.base === undefined ? [] : [narrowedText(event, event.base, discriminator, declarations)]))
  const union = known.length === 0 ? [] : [`/** The events whose type is known here; the type tells them apart. */\nexport type KnownEvent =${known.map(({ name }) => ` | ${name}`).join('').slice(2)}\n`]
  const isDeclared = known.length === 0 && open.length === 1 && open[0] === 'WebhookEvent'
  const all = [...(known.length > 0 ? ['KnownEvent'] : []), ...others].join(' | ')
  return [...narrowed, ...union, ...(isDeclared ? [] : [`/** Every event that may arrive${known.length > 0 && open.length > 0 ? ', also of a type that is not known here' : ''}. */\nexport type WebhookEvent = ${all}\n`])]
}

/** What a delivery is made of. */
export function deliveryText({ isBatch }: EventTypes): string {
  const content = isBatch ? ['', '  readonly payload: WebhookPayload'] : ['<Event extends WebhookEvent = WebhookEvent>', '  readonly event: Event']
  return `/** One delivery: what travelled, and what it means. */
export interface WebhookDelivery${content[0]} {
  readonly headers: WebhookHeaders
  /** The bytes that were signed: verify them before anything is parsed. */
  readonly body: Uint8Array
${content[1]}
}
`
}

/** Guards and parsers of events. */
export function eventDoors({ known, open, discriminator, isBatch }: EventTypes, checks: CheckWriter): readonly string[] {
  for (const { name, type, base } of known) if (base !== undefined) checks.constant(name, { kind: 'intersection', of: [{ kind: 'reference', name: base }, holding(discriminator, { kind: 'literal', value: type })] })
  const own = known.map(({ name }) => doors(name, checks.named(name)))
  if (known.length > 0) knownCheck(known, discriminator, checks)
  const members = [...(known.length > 0 && (open.length === 0 || known.some(({ base }) => base === undefined || !open.includes(base))) ? ['KnownEvent'] : []), ...open]
  const shape: Shape = members.length === 0 ? { kind: 'anything' } : unionOf(members.map((name): Shape => ({ kind: 'reference', name })))
  const every = members.length === 1 && members[0] !== undefined ? checks.named(members[0]) : checks.constant('WebhookEvent', shape)
  return [
    ...own,
    ...(known.length > 0 ? [doors('KnownEvent', checks.named('KnownEvent'))] : []),
    doors('WebhookEvent', every, 'Event'),
    ...(isBatch ? [doors('WebhookPayload', checks.named('WebhookPayload'))] : []),
  ]
}

function knownCheck(known: readonly KnownEvent[], discriminator: readonly string[], checks: CheckWriter): void {
  const [first] = known
  const types = known.map(({ type }) => type)
  if (first?.base !== undefined && known.every(({ base }) => base === first.base)) {
    checks.constant('KnownEvent', { kind: 'intersection', of: [{ kind: 'reference', name: first.base }, holding(discriminator, unionOf(types.map((value): Shape => ({ kind: 'literal', value }))))] })
  } else if (discriminator.length > 0 && new Set(types).size === types.length) {
    checks.byType('KnownEvent', discriminator, known)
  } else checks.constant('KnownEvent', unionOf(known.map(({ name }): Shape => ({ kind: 'reference', name }))))
}

/** An object that holds a shape below it. */
function holding(steps: readonly string[], shape: Shape): Shape {
  return steps.reduceRight<Shape>((inner, name) => ({ kind: 'object', members: [{ name, shape: inner, required: true }], rest: 'open' }), shape)
}

/** An event that is its base but for its type. */
function narrowedText({ name, type, example }: KnownEvent, base: string, steps: readonly string[], declarations: readonly Declaration[]): string {
  const shape = declarations.find((declaration) => declaration.name === base)?.shape
  const [step = '', ...rest] = steps
  const isDescribed = shape?.kind === 'object' && shape.members.some((each) => each.name === step)
  const inner = rest.reduceRight((text, key) => `{ readonly ${keyText(key)}: ${text} }`, literalType(type))
  const comment = docComment(example === undefined ? {} : { examples: [example] }, '', `The event ${String(type)}.`)
  // A member that an index signature describes cannot be narrowed by extending.
  if (shape?.kind !== 'object' || typeof shape.rest !== 'string') return `${comment}export type ${name} = ${base} & { readonly ${keyText(step)}: ${inner} }\n`
  return `${comment}export interface ${name} extends ${base} {\n  readonly ${keyText(step)}: ${rest.length > 0 && isDescribed ? `${base}[${stringLiteral(step)}] & ` : ''}${inner}\n}\n`
}
