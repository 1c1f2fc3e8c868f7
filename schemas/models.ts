/* eslint-disable */
/**
 * Event Delivery, version 1.0.0: types of the profile event-delivery, generated. Do not edit; renew it with:
 *
 *   npx conformance generate types --profile event-delivery --out FILE
 *
 * What a guard accepts has the type. What the schema accepts is never refused: formats, and rules between members, are not checked.
 */

/** An event of any type, also of one that is not known here. */
export interface AnyEvent {
  readonly id: string
  /** Dotted name, optionally with a version: order.created.v2. */
  readonly type: string
  /** When it happened. Format: date-time. */
  readonly timestamp: string
  readonly source: string
  /** Version of the shape of data. */
  readonly schemaVersion?: string
  /** Names the occurrence; events that share it may be treated as one. */
  readonly idempotencyKey?: string
  readonly data: { readonly [name: string]: unknown }
}

/**
 * The event order.created.
 * @example
 * ```json
 * {
 *   "id": "evt-67890",
 *   "type": "order.created",
 *   "timestamp": "2024-07-15T14:32:22Z",
 *   "source": "order-service",
 *   "data": {
 *     "orderId": "order-789",
 *     "customerId": "cust-456",
 *     "total": 99.99,
 *     "items": [
 *       {
 *         "productId": "prod-123",
 *         "quantity": 2
 *       }
 *     ]
 *   }
 * }
 * ```
 */
export interface OrderCreated extends AnyEvent {
  readonly type: 'order.created'
}

/**
 * The event order.shipped.
 * @example
 * ```json
 * {
 *   "id": "evt-67891",
 *   "type": "order.shipped",
 *   "timestamp": "2024-07-15T14:35:10Z",
 *   "source": "order-service",
 *   "schemaVersion": "1.0",
 *   "data": {
 *     "orderId": "order-789",
 *     "trackingNumber": "TRK123"
 *   }
 * }
 * ```
 */
export interface OrderShipped extends AnyEvent {
  readonly type: 'order.shipped'
}

/**
 * The event payment.completed.
 * @example
 * ```json
 * {
 *   "id": "evt-67892",
 *   "type": "payment.completed",
 *   "timestamp": "2024-07-15T14:36:45Z",
 *   "source": "payment-service",
 *   "idempotencyKey": "order-789-paid",
 *   "data": {
 *     "paymentId": "pay-321",
 *     "orderId": "order-789",
 *     "amount": 9999,
 *     "currency": "EUR"
 *   }
 * }
 * ```
 */
export interface PaymentCompleted extends AnyEvent {
  readonly type: 'payment.completed'
}

/** The events whose type is known here; the type tells them apart. */
export type KnownEvent = OrderCreated | OrderShipped | PaymentCompleted

/** Every event that may arrive, also of a type that is not known here. */
export type WebhookEvent = KnownEvent | AnyEvent

/** The headers of a delivery, with their names in small letters, as Node.js and fetch give them. */
export interface WebhookHeaders {
  /** Id of the event; a further attempt repeats it. */
  readonly 'webhook-id': string
  /** Unix time of the attempt in seconds. */
  readonly 'webhook-timestamp': string
  /** Signatures with their versions, separated by spaces. */
  readonly 'webhook-signature': string
}

/** One delivery: what travelled, and what it means. */
export interface WebhookDelivery<Event extends WebhookEvent = WebhookEvent> {
  readonly headers: WebhookHeaders
  /** The bytes that were signed: verify them before anything is parsed. */
  readonly body: Uint8Array
  readonly event: Event
}

export interface ErrorPayload {
  readonly error: {
    readonly code: string
    readonly message: string
    /** Format: date-time. */
    readonly timestamp?: string
  }
}

export interface RateLimitError {
  readonly error: {
    readonly code: 'rate_limit_exceeded'
    readonly message: string
    readonly retryAfter: number
  }
}

export interface Registration {
  /** Format: uri. */
  readonly url: string
  readonly events: readonly string[]
  readonly secret?: string
  readonly filter?: { readonly [name: string]: unknown }
}

export interface Webhook {
  readonly id: string
  /** Format: uri. */
  readonly url?: string
  readonly events?: readonly string[]
  readonly status?: 'active' | 'disabled' | 'failed'
  /** Format: date-time. */
  readonly createdAt?: string
}

export interface Webhooks {
  readonly webhooks: readonly Webhook[]
}

export interface Health {
  readonly id: string
  readonly status: string
  /** Percentage of attempts; absent or null before the first one. */
  readonly successRate?: number | null
  /** Format: date-time. */
  readonly lastSuccess?: string | null
  /** Format: date-time. */
  readonly lastFailure?: string | null
  readonly failureCount: number
  readonly totalDeliveries: number
}

export interface Rotation {
  readonly secret: string
}

export interface Rotated {
  readonly id: string
  /** Format: date-time. */
  readonly previousSecretExpiresAt?: string
}

export interface DeadLetter {
  readonly id: string
  readonly webhookId?: string
  readonly reason?: 'attempts_exhausted' | 'permanent_status' | 'endpoint_disabled'
  readonly attempts: number
  /** Format: date-time. */
  readonly firstAttempt?: string | null
  /** Format: date-time. */
  readonly lastAttempt?: string | null
  readonly lastError: string | null
  readonly event: AnyEvent
}

export interface DeadLetters {
  readonly deadLetters: readonly DeadLetter[]
}

export interface StreamedEvent {
  /** The type; message when it is left out. */
  readonly event?: string
  /** What Last-Event-ID resumes behind. */
  readonly id: string
  readonly data: string
}

export interface FeedEvent {
  readonly id: string
  readonly type: string
  /** Format: date-time. */
  readonly timestamp: string
  readonly source?: string
  readonly data: { readonly [name: string]: unknown }
}

export interface Page {
  readonly events: readonly FeedEvent[]
  readonly hasMore: boolean
  /** Format: date-time. */
  readonly nextPoll?: string
}

export interface LongPollPage {
  readonly events: readonly FeedEvent[]
}

export interface Notification {
  readonly type: string
  /** Format: date-time. */
  readonly timestamp: string
  readonly data: { readonly [name: string]: unknown }
}

/** Whether a value has the shape of OrderCreated. */
export function isOrderCreated(value: unknown): value is OrderCreated {
  return checkOrderCreated(value, 0) === undefined
}

/** The value itself, as OrderCreated. @throws ShapeError that says where it is wrong. */
export function parseOrderCreated(value: unknown): OrderCreated {
  return checked('OrderCreated', value, checkOrderCreated) as OrderCreated
}

/** Whether a value has the shape of OrderShipped. */
export function isOrderShipped(value: unknown): value is OrderShipped {
  return checkOrderShipped(value, 0) === undefined
}

/** The value itself, as OrderShipped. @throws ShapeError that says where it is wrong. */
export function parseOrderShipped(value: unknown): OrderShipped {
  return checked('OrderShipped', value, checkOrderShipped) as OrderShipped
}

/** Whether a value has the shape of PaymentCompleted. */
export function isPaymentCompleted(value: unknown): value is PaymentCompleted {
  return checkPaymentCompleted(value, 0) === undefined
}

/** The value itself, as PaymentCompleted. @throws ShapeError that says where it is wrong. */
export function parsePaymentCompleted(value: unknown): PaymentCompleted {
  return checked('PaymentCompleted', value, checkPaymentCompleted) as PaymentCompleted
}

/** Whether a value has the shape of KnownEvent. */
export function isKnownEvent(value: unknown): value is KnownEvent {
  return checkKnownEvent(value, 0) === undefined
}

/** The value itself, as KnownEvent. @throws ShapeError that says where it is wrong. */
export function parseKnownEvent(value: unknown): KnownEvent {
  return checked('KnownEvent', value, checkKnownEvent) as KnownEvent
}

/** Whether a value has the shape of WebhookEvent. */
export function isEvent(value: unknown): value is WebhookEvent {
  return checkAnyEvent(value, 0) === undefined
}

/** The value itself, as WebhookEvent. @throws ShapeError that says where it is wrong. */
export function parseEvent(value: unknown): WebhookEvent {
  return checked('event', value, checkAnyEvent) as WebhookEvent
}

/** Whether a value has the shape of WebhookHeaders. */
export function isWebhookHeaders(value: unknown): value is WebhookHeaders {
  return checkWebhookHeaders(value, 0) === undefined
}

/** The value itself, as WebhookHeaders. @throws ShapeError that says where it is wrong. */
export function parseWebhookHeaders(value: unknown): WebhookHeaders {
  return checked('WebhookHeaders', value, checkWebhookHeaders) as WebhookHeaders
}

/** Whether a value has the shape of ErrorPayload. */
export function isErrorPayload(value: unknown): value is ErrorPayload {
  return checkErrorPayload(value, 0) === undefined
}

/** The value itself, as ErrorPayload. @throws ShapeError that says where it is wrong. */
export function parseErrorPayload(value: unknown): ErrorPayload {
  return checked('ErrorPayload', value, checkErrorPayload) as ErrorPayload
}

/** Whether a value has the shape of RateLimitError. */
export function isRateLimitError(value: unknown): value is RateLimitError {
  return checkRateLimitError(value, 0) === undefined
}

/** The value itself, as RateLimitError. @throws ShapeError that says where it is wrong. */
export function parseRateLimitError(value: unknown): RateLimitError {
  return checked('RateLimitError', value, checkRateLimitError) as RateLimitError
}

/** Whether a value has the shape of Registration. */
export function isRegistration(value: unknown): value is Registration {
  return checkRegistration(value, 0) === undefined
}

/** The value itself, as Registration. @throws ShapeError that says where it is wrong. */
export function parseRegistration(value: unknown): Registration {
  return checked('Registration', value, checkRegistration) as Registration
}

/** Whether a value has the shape of Webhook. */
export function isWebhook(value: unknown): value is Webhook {
  return checkWebhook(value, 0) === undefined
}

/** The value itself, as Webhook. @throws ShapeError that says where it is wrong. */
export function parseWebhook(value: unknown): Webhook {
  return checked('Webhook', value, checkWebhook) as Webhook
}

/** Whether a value has the shape of Webhooks. */
export function isWebhooks(value: unknown): value is Webhooks {
  return checkWebhooks(value, 0) === undefined
}

/** The value itself, as Webhooks. @throws ShapeError that says where it is wrong. */
export function parseWebhooks(value: unknown): Webhooks {
  return checked('Webhooks', value, checkWebhooks) as Webhooks
}

/** Whether a value has the shape of Health. */
export function isHealth(value: unknown): value is Health {
  return checkHealth(value, 0) === undefined
}

/** The value itself, as Health. @throws ShapeError that says where it is wrong. */
export function parseHealth(value: unknown): Health {
  return checked('Health', value, checkHealth) as Health
}

/** Whether a value has the shape of Rotation. */
export function isRotation(value: unknown): value is Rotation {
  return checkRotation(value, 0) === undefined
}

/** The value itself, as Rotation. @throws ShapeError that says where it is wrong. */
export function parseRotation(value: unknown): Rotation {
  return checked('Rotation', value, checkRotation) as Rotation
}

/** Whether a value has the shape of Rotated. */
export function isRotated(value: unknown): value is Rotated {
  return checkRotated(value, 0) === undefined
}

/** The value itself, as Rotated. @throws ShapeError that says where it is wrong. */
export function parseRotated(value: unknown): Rotated {
  return checked('Rotated', value, checkRotated) as Rotated
}

/** Whether a value has the shape of DeadLetters. */
export function isDeadLetters(value: unknown): value is DeadLetters {
  return checkDeadLetters(value, 0) === undefined
}

/** The value itself, as DeadLetters. @throws ShapeError that says where it is wrong. */
export function parseDeadLetters(value: unknown): DeadLetters {
  return checked('DeadLetters', value, checkDeadLetters) as DeadLetters
}

/** Whether a value has the shape of StreamedEvent. */
export function isStreamedEvent(value: unknown): value is StreamedEvent {
  return checkStreamedEvent(value, 0) === undefined
}

/** The value itself, as StreamedEvent. @throws ShapeError that says where it is wrong. */
export function parseStreamedEvent(value: unknown): StreamedEvent {
  return checked('StreamedEvent', value, checkStreamedEvent) as StreamedEvent
}

/** Whether a value has the shape of Page. */
export function isPage(value: unknown): value is Page {
  return checkPage(value, 0) === undefined
}

/** The value itself, as Page. @throws ShapeError that says where it is wrong. */
export function parsePage(value: unknown): Page {
  return checked('Page', value, checkPage) as Page
}

/** Whether a value has the shape of LongPollPage. */
export function isLongPollPage(value: unknown): value is LongPollPage {
  return checkLongPollPage(value, 0) === undefined
}

/** The value itself, as LongPollPage. @throws ShapeError that says where it is wrong. */
export function parseLongPollPage(value: unknown): LongPollPage {
  return checked('LongPollPage', value, checkLongPollPage) as LongPollPage
}

/** Whether a value has the shape of Notification. */
export function isNotification(value: unknown): value is Notification {
  return checkNotification(value, 0) === undefined
}

/** The value itself, as Notification. @throws ShapeError that says where it is wrong. */
export function parseNotification(value: unknown): Notification {
  return checked('Notification', value, checkNotification) as Notification
}

/** What a value is not. The message names the place and what belongs there, and never the value. */
export class ShapeError extends Error {
  /** JSON pointer (RFC 6901) of what is wrong; empty for the value itself. */
  readonly at: string
  readonly expected: string
  readonly saw: string

  constructor(what: string, { at, expected, saw }: { readonly at: string; readonly expected: string; readonly saw: string }) {
    super(`not a valid ${what}${at === '' ? '' : `: ${at}`}: expected ${expected}, saw ${saw}`)
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

const checkAnyEvent: Check = object([
  ['id', text({ min: 1, max: 256 })],
  ['type', text({ min: 1 })],
  ['timestamp', text()],
  ['source', text({ min: 1 })],
  ['schemaVersion', text(), 'optional'],
  ['idempotencyKey', text({ min: 1 }), 'optional'],
  ['data', object([])],
])

const checkOrderCreated: Check = all(checkAnyEvent, object([['type', literal('order.created')]]))

const checkOrderShipped: Check = all(checkAnyEvent, object([['type', literal('order.shipped')]]))

const checkPaymentCompleted: Check = all(checkAnyEvent, object([['type', literal('payment.completed')]]))

const checkKnownEvent: Check = all(checkAnyEvent, object([['type', literal('order.created', 'order.shipped', 'payment.completed')]]))

const checkWebhookHeaders: Check = object([
  ['webhook-id', text({ pattern: new RegExp('^[^.\\s]{1,256}$', 'u') })],
  ['webhook-timestamp', text({ pattern: new RegExp('^[0-9]{1,12}$', 'u') })],
  ['webhook-signature', text()],
])

const checkErrorPayload: Check = object([
  ['error', object([['code', text({ min: 1 })], ['message', text()], ['timestamp', text(), 'optional']])],
])

const checkRateLimitError: Check = object([
  ['error', object([
    ['code', literal('rate_limit_exceeded')],
    ['message', text()],
    ['retryAfter', number({ min: 0 })],
  ])],
])

const checkRegistration: Check = object([
  ['url', text()],
  ['events', list(text(), { min: 1 })],
  ['secret', text(), 'optional'],
  ['filter', object([]), 'optional'],
])

const checkWebhook: Check = object([
  ['id', text({ min: 1 })],
  ['url', text(), 'optional'],
  ['events', list(text()), 'optional'],
  ['status', literal('active', 'disabled', 'failed'), 'optional'],
  ['createdAt', text(), 'optional'],
])

const checkWebhooks: Check = object([['webhooks', list(checkWebhook)]])

const checkHealth: Check = object([
  ['id', text()],
  ['status', text()],
  ['successRate', either(number({ min: 0, max: 100 }), literal(null)), 'optional'],
  ['lastSuccess', either(text(), literal(null)), 'optional'],
  ['lastFailure', either(text(), literal(null)), 'optional'],
  ['failureCount', number({ whole: true, min: 0 })],
  ['totalDeliveries', number({ whole: true, min: 0 })],
])

const checkRotation: Check = object([['secret', text()]])

const checkRotated: Check = object([['id', text()], ['previousSecretExpiresAt', text(), 'optional']])

const checkDeadLetter: Check = object([
  ['id', text({ min: 1 })],
  ['webhookId', text(), 'optional'],
  ['reason', literal('attempts_exhausted', 'permanent_status', 'endpoint_disabled'), 'optional'],
  ['attempts', number({ whole: true, min: 0 })],
  ['firstAttempt', either(text(), literal(null)), 'optional'],
  ['lastAttempt', either(text(), literal(null)), 'optional'],
  ['lastError', either(text(), literal(null))],
  ['event', checkAnyEvent],
])

const checkDeadLetters: Check = object([['deadLetters', list(checkDeadLetter)]])

const checkStreamedEvent: Check = object([['event', text(), 'optional'], ['id', text({ min: 1 })], ['data', text()]])

const checkFeedEvent: Check = object([
  ['id', text({ min: 1 })],
  ['type', text({ min: 1 })],
  ['timestamp', text()],
  ['source', text({ min: 1 }), 'optional'],
  ['data', object([])],
])

const checkPage: Check = object([['events', list(checkFeedEvent)], ['hasMore', boolean], ['nextPoll', text(), 'optional']])

const checkLongPollPage: Check = object([['events', list(checkFeedEvent, { min: 1 })]])

const checkNotification: Check = object([['type', text({ min: 1 })], ['timestamp', text()], ['data', object([])]])

/** Where a value is wrong, as a JSON pointer (RFC 6901), and how. */
interface Problem {
  readonly at: string
  readonly expected: string
  readonly saw: string
}

type Check = (value: unknown, depth: number) => Problem | undefined

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
}

function list(item: Check, { min = 0, max = Infinity } = {}): Check {
  return (value, depth) => {
    if (!Array.isArray(value)) return problem('an array', value)
    if (value.length < min) return { at: '', expected: `at least ${min} items`, saw: String(value.length) }
    if (value.length > max) return { at: '', expected: `at most ${max} items`, saw: String(value.length) }
    for (let index = 0; index < value.length; index += 1) {
      const found = item(value[index], depth + 1)
      if (found) return within(index, found)
    }
    return undefined
  }
}

function text({ min = 0, max = Infinity, pattern }: { min?: number; max?: number; pattern?: RegExp } = {}): Check {
  return (value) => {
    if (typeof value !== 'string') return problem('a text', value)
    // Characters are counted, not UTF-16 units, but only where the difference may matter.
    const length = value.length < min || value.length > max || value.length < 2 * min ? Array.from(value).length : value.length
    if (length < min) return { at: '', expected: `at least ${min} character${min === 1 ? '' : 's'}`, saw: String(length) }
    if (length > max) return { at: '', expected: `at most ${max} characters`, saw: String(length) }
    return pattern?.test(value) === false ? { at: '', expected: `a text that matches ${String(pattern)}`, saw: 'another text' } : undefined
  }
}

function number({ whole = false, min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = {}): Check {
  return (value) => {
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) return problem(whole ? 'a whole number' : 'a number', value)
    if (value < min || value <= above) return problem(`a number ${value < min ? `from ${min} on` : `above ${above}`}`, value)
    if (value > max || value >= below) return problem(`a number ${value > max ? `up to ${max}` : `below ${below}`}`, value)
    return undefined
  }
}

function boolean(value: unknown): Problem | undefined {
  return typeof value === 'boolean' ? undefined : problem('true or false', value)
}

function literal(...allowed: readonly (string | number | boolean | null)[]): Check {
  const names = allowed.slice(0, 12).map((value) => JSON.stringify(value)).join(' or ')
  return (value) => (allowed.some((each) => each === value) ? undefined : problem(allowed.length > 12 ? `${names} or another of ${allowed.length}` : names, value))
}

function all(...checks: readonly Check[]): Check {
  return (value, depth) => {
    for (const check of checks) {
      const found = check(value, depth)
      if (found) return found
    }
    return undefined
  }
}

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
}

function within(step: string | number, { at, expected, saw }: Problem): Problem {
  return { at: `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}${at}`, expected, saw }
}

/** Says what kind of value was seen and never the value itself: an error ends up in logs. */
function problem(expected: string, value: unknown): Problem {
  const kinds: { readonly [type: string]: string } = { undefined: 'nothing', string: 'a text', number: 'a number', boolean: 'a boolean', object: 'an object' }
  const saw = value === null ? 'null' : Array.isArray(value) ? 'an array' : (kinds[typeof value] ?? `a ${typeof value}`)
  return { at: '', expected, saw: saw === expected || (saw === 'a text' && expected.startsWith('"')) || (saw === 'a number' && /^a (whole )?number/.test(expected)) ? saw.replace(/^an? /, 'another ') : saw }
}
