import type { Clock } from '../clock/clock.ts'
import { HarnessError } from '../errors.ts'
import { exchange } from '../http/client.ts'
import { withHeader } from '../http/headers.ts'
import { isLoopback } from '../http/loopback.ts'
import type { HeaderLine, WireExchange, WireReply } from '../http/message.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { Pace, PauseBeyondBudget } from '../roles/consumer/pace.ts'
import type { Instant } from '../scalars.ts'
import { isFlaw, readConnection, readEffects, readId, readIds, readManifest } from './answers.ts'
import type { ConnectionRequest, EventsRequest, FaultsRequest, PublishedEvent, RetentionRequest, SubscriptionRequest } from './control-shapes.ts'

export type { ConnectionRequest, PublishedEvent } from './control-shapes.ts'

/** What a target says about itself. */
export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly roles?: readonly string[]
  readonly role?: string
  readonly profile?: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly control?: string
}

/** One time that an event took effect. */
export interface Effect {
  readonly event: string
  readonly at: Instant
}

/** An event as a client delivered it to its user. */
export interface DeliveredEvent {
  readonly type: string
  readonly data: string
  readonly lastEventId: string
}

/** What a client says of one of its connections. */
export interface ClientConnection {
  readonly state: 'connecting' | 'open' | 'closed'
  readonly events: readonly DeliveredEvent[]
  readonly errors: number
}

/** The test interface of a target, one verb each. A verb that the target does not offer resolves to `absent`. */
export interface Control {
  readonly manifest: Manifest
  readonly attachment: 'control' | 'exec'
  /** The target forgets effects, events and subscriptions. */
  reset(): Promise<'done' | 'absent'>
  /** Every effect, or those of one event, in the target's order. */
  effects(event?: string): Promise<readonly Effect[] | 'absent'>
  /** The next `times` attempts to process the event fail. */
  faults(event: string, times: number): Promise<'done' | 'absent'>
  /** Subscribes an endpoint of the harness to these types of event. */
  subscribe(url: string, secret: string, types?: readonly string[]): Promise<{ readonly id: string } | 'absent'>
  unsubscribe(id: string): Promise<'done' | 'absent'>
  /** Makes the target emit events; the answer is their ids, in order. */
  publish(events: readonly PublishedEvent[]): Promise<{ readonly ids: readonly string[] } | 'absent'>
  /** Every open stream ends. */
  disconnect(): Promise<'done' | 'absent'>
  /** Only the newest `keep` events stay available, until `reset`. */
  retain(keep: number): Promise<'done' | 'absent'>
  /** A client opens a connection; `absent` too for a parameter that it cannot do. */
  connect(request: ConnectionRequest): Promise<{ readonly id: string } | 'absent'>
  /** Everything that a connection has delivered so far, also after its end. */
  connection(id: string): Promise<ClientConnection | 'absent'>
  closeConnection(id: string): Promise<'done' | 'absent'>
  close(): Promise<void>
}

export interface ControlOptions {
  /** Sent with every request to the control API. */
  readonly headers: readonly HeaderLine[]
  readonly clock: Clock
  /** Real milliseconds that one answer may take. Default 10000. */
  readonly deadlineMs?: number
  /** Real milliseconds from now on in which a pause that the target asks for, by 429 and Retry-After, is kept. Default 60000. */
  readonly patienceMs?: number
}

interface Paced extends ControlOptions {
  readonly pace: Pace
}

const maxAnswerBytes = 8 * 1024 * 1024
/** Not found, not allowed, not implemented, and a parameter that the target cannot do. */
const absentStatuses: ReadonlySet<number> = new Set([404, 405, 422, 501])

/**
 * Attaches to the control API at a URL that the user named.
 *
 * @throws HarnessError `bad-control` when nothing there answers with a manifest.
 */
export async function connectControl(url: string, options: ControlOptions): Promise<Control> {
  const paced = withPace(options)
  const reply = await ask('GET', url, undefined, paced)
  if (reply.status !== 200) throw badControl(`the control API at ${place(url)} answers its manifest with ${reply.status}`)
  const manifest = readManifest(json(reply, 'its manifest'))
  if (isFlaw(manifest)) throw badControl(`${manifest.flaw} at ${place(url)}`)
  return new HttpControl(url, manifest, paced)
}

/**
 * Looks for the control API that a target announces at `/.well-known/event-conformance`.
 *
 * Whatever is not a manifest with a usable `control` means that there is none. A target cannot direct the harness to
 * another host: `control` is on the target's host, or both are on the loopback interface.
 */
export async function discoverControl(target: string, options: ControlOptions): Promise<Control | undefined> {
  const wellKnown = new URL('/.well-known/event-conformance', target)
  const paced = withPace(options)
  const seen = await send('GET', wellKnown.href, undefined, paced)
  const value = seen.reply?.status === 200 ? parsed(seen.reply) : undefined
  const manifest = readManifest(value)
  if (isFlaw(manifest) || manifest.control === undefined || !URL.canParse(manifest.control, wellKnown.href)) return undefined
  const control = new URL(manifest.control, wellKnown)
  if (!['http:', 'https:'].includes(control.protocol) || control.username !== '' || control.password !== '') return undefined
  if (control.hostname !== wellKnown.hostname && !(isLoopback(control.hostname) && isLoopback(wellKnown.hostname))) return undefined
  return new HttpControl(control.href, manifest, paced)
}

class HttpControl implements Control {
  readonly attachment = 'control'
  readonly manifest: Manifest
  readonly #url: string
  readonly #options: Paced

  constructor(url: string, manifest: Manifest, options: Paced) {
    this.#url = url
    this.manifest = manifest
    this.#options = options
  }

  async reset(): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#ask('POST', 'reset'), 'reset')
  }

  async effects(event?: string): Promise<readonly Effect[] | 'absent'> {
    const query = event === undefined ? '' : `event=${encodeURIComponent(event)}`
    const reply = await this.#ask('GET', 'effects', undefined, query)
    if (doneOrAbsent(reply, 'effects') === 'absent') return 'absent'
    const effects = readEffects(json(reply, 'effects'), event)
    if ('flaw' in effects) throw badControl(`in an answer of the control API, ${effects.flaw}`)
    return effects
  }

  async faults(event: string, times: number): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#ask('POST', 'faults', { event, times } satisfies FaultsRequest), 'faults')
  }

  async subscribe(url: string, secret: string, types?: readonly string[]): Promise<{ readonly id: string } | 'absent'> {
    const reply = await this.#ask('POST', 'subscriptions', { url, secret, ...(types ? { types } : {}) } satisfies SubscriptionRequest)
    if (doneOrAbsent(reply, 'subscriptions') === 'absent') return 'absent'
    const id = readId(json(reply, 'subscriptions'))
    if (isFlaw(id)) throw badControl(`in an answer of the control API, ${id.flaw}`)
    return id
  }

  async unsubscribe(id: string): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#ask('DELETE', `subscriptions/${encodeURIComponent(id)}`), 'the end of a subscription')
  }

  async publish(events: readonly PublishedEvent[]): Promise<{ readonly ids: readonly string[] } | 'absent'> {
    const reply = await this.#ask('POST', 'events', { events } satisfies EventsRequest)
    if (doneOrAbsent(reply, 'events') === 'absent') return 'absent'
    const ids = readIds(json(reply, 'events'))
    if (isFlaw(ids)) throw badControl(`in an answer of the control API, ${ids.flaw}`)
    return ids
  }

  async disconnect(): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#ask('POST', 'disconnect'), 'disconnect')
  }

  async retain(keep: number): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#ask('POST', 'retention', { keep } satisfies RetentionRequest), 'retention')
  }

  async connect(request: ConnectionRequest): Promise<{ readonly id: string } | 'absent'> {
    const reply = await this.#ask('POST', 'connections', request)
    if (doneOrAbsent(reply, 'connections') === 'absent') return 'absent'
    const id = readId(json(reply, 'connections'))
    if (isFlaw(id)) throw badControl(`in an answer of the control API, ${id.flaw}`)
    return id
  }

  async connection(id: string): Promise<ClientConnection | 'absent'> {
    const reply = await this.#ask('GET', `connections/${encodeURIComponent(id)}`)
    if (doneOrAbsent(reply, 'a connection') === 'absent') return 'absent'
    const connection = readConnection(json(reply, 'a connection'))
    if (isFlaw(connection)) throw badControl(`in an answer of the control API, ${connection.flaw}`)
    return connection
  }

  async closeConnection(id: string): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#ask('DELETE', `connections/${encodeURIComponent(id)}`), 'the end of a connection')
  }

  async close(): Promise<void> {}

  #ask(method: string, verb: string, body?: unknown, query = ''): Promise<WireReply> {
    const url = new URL(this.#url)
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${verb}`
    url.search = [url.search.replace(/^\?/, ''), query].filter((part) => part !== '').join('&')
    return ask(method, url.href, body, this.#options)
  }
}

/** A target may limit the rate of its control API, too. */
function withPace(options: ControlOptions): Paced {
  const { clock, patienceMs = 60_000 } = options
  const began = performance.now()
  return { ...options, pace: new Pace({ clock, remainingMs: () => (clock.kind === 'virtual' ? Infinity : patienceMs - (performance.now() - began)) }) }
}

async function ask(method: string, url: string, body: unknown, options: Paced): Promise<WireReply> {
  const { reply, fault, detail } = await send(method, url, body, options)
  if (reply === undefined) throw badControl(`the control API at ${place(url)} does not answer: ${detail ?? fault ?? 'no reason was seen'}`)
  return reply
}

/** Sends, and again after each pause that the target asks for by a 429: what it refused for that reason it has not done. */
async function send(method: string, url: string, body: unknown, { headers, clock, deadlineMs = 10_000, pace }: Paced): Promise<WireExchange> {
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))
  let lines: readonly HeaderLine[] = withHeader(headers, 'Accept', 'application/json')
  if (body !== undefined) lines = withHeader(lines, 'Content-Type', 'application/json')
  const once = () => exchange({ method, url, headers: lines, body: bytes }, { deadlineMs, bodyMs: deadlineMs, maxReplyBytes: maxAnswerBytes }, clock)
  const pauseMs = ({ reply }: WireExchange) => (reply?.status === 429 ? retryAfterMs(reply.headers, Date.now()) : undefined)
  try {
    return await pace.send(once, pauseMs, () => {})
  } catch (error) {
    if (!(error instanceof PauseBeyondBudget)) throw error
    throw new HarnessError('bad-control', `the control API at ${place(url)} limits its rate: ${error.message}`, 'lift the limit of the test build, or give the run more time with --budget', { cause: error })
  }
}

function doneOrAbsent({ status }: WireReply, verb: string): 'done' | 'absent' {
  if (absentStatuses.has(status)) return 'absent'
  if (status >= 200 && status < 300) return 'done'
  throw badControl(`the control API answers ${verb} with ${status}`, { cause: { status } })
}

function json(reply: WireReply, source: string): unknown {
  const value = parsed(reply)
  if (value === undefined) throw badControl(`the control API answers ${source} with what is not ${reply.truncated ? 'complete JSON' : 'JSON'}`)
  return value
}

function parsed(reply: WireReply): unknown {
  if (reply.truncated) return undefined
  try {
    return JSON.parse(reply.body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Where a control API is, less its query: that may hold a token. */
function place(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

function badControl(fact: string, options?: { readonly cause: { readonly status: number } }): HarnessError {
  return new HarnessError('bad-control', fact, 'make it answer as spec/control.md says, or leave --control out', options)
}
