import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HarnessError } from '../errors.ts'
import { exchange } from '../http/client.ts'
import { headerValues, withHeader } from '../http/headers.ts'
import type { WireReply } from '../http/message.ts'
import { isRecord } from './answers.ts'
import type { ClientConnection, ConnectionRequest, Control, ControlOptions, DeliveredEvent, Manifest } from './control.ts'

/** What a stream of this API has told, by the number of the callback: they may arrive in any order. */
interface Told {
  readonly location: string
  readonly messages: Map<number, { readonly kind: 'event'; readonly event: DeliveredEvent } | { readonly kind: 'sign' | 'error' }>
}

/** The time from a loss to the next attempt that the client is asked for, so that a run is short; a stream can set another. */
const initialDelayMs = 50
const maxCallbackBytes = 32 * 1024 * 1024

/**
 * Attaches to a service that speaks the contract-test API of LaunchDarkly's SSE libraries, so that it needs no other.
 *
 * Its shape is `GET` with a list `capabilities`; undefined for anything else. Streams are created by `POST`, tell what they deliver to
 * a listener of the harness, and end by `DELETE`. The API knows no state: `capabilities.state` is false, and a stream counts as
 * open once it has told anything.
 * @throws HarnessError `bad-control` for answers that the API does not have.
 */
export async function connectLaunchDarkly(url: string, options: ControlOptions): Promise<Control | undefined> {
  const { reply } = await send('GET', url, undefined, options)
  const value = reply?.status === 200 ? parsed(reply) : undefined
  const capabilities = isRecord(value) ? value['capabilities'] : undefined
  if (!isRecord(value) || !Array.isArray(capabilities)) return undefined
  const control = new LaunchDarklyControl(url, capabilities.filter((each) => typeof each === 'string'), typeof value['name'] === 'string' ? value['name'] : undefined, options)
  await control.listen()
  return control
}

class LaunchDarklyControl implements Control {
  readonly attachment = 'control'
  readonly manifest: Manifest
  readonly #url: string
  readonly #options: ControlOptions
  readonly #capabilities: ReadonlySet<string>
  readonly #streams = new Map<string, Told>()
  readonly #server: Server
  #origin = ''

  constructor(url: string, capabilities: readonly string[], name: string | undefined, options: ControlOptions) {
    this.#url = url
    this.#options = options
    this.#capabilities = new Set(capabilities)
    this.manifest = { ...(name === undefined ? {} : { name }), roles: ['sse-client'], capabilities: { state: false, reconnectMs: initialDelayMs, types: this.#capabilities.has('event-type-listeners') } }
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => response.writeHead(status).end(), () => response.destroy())
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, '127.0.0.1', resolve))
    this.#server.unref()
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` // it listens on a port
  }

  async connect({ url, headers, lastEventId, closeAfter, types = [] }: ConnectionRequest): Promise<{ readonly id: string } | 'absent'> {
    if (closeAfter !== undefined || (headers && !this.#capabilities.has('headers')) || (lastEventId !== undefined && !this.#capabilities.has('last-event-id'))) return 'absent'
    const id = randomBytes(9).toString('base64url')
    const messages: Told['messages'] = new Map()
    this.#streams.set(id, { location: '', messages })
    const lower = headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const reply = await this.#ask('POST', this.#url, { streamUrl: url, callbackUrl: `${this.#origin}/${id}`, tag: `conformance ${id}`, initialDelayMs, ...(lower ? { headers: lower } : {}), ...(lastEventId === undefined ? {} : { lastEventId }) })
    if (reply.status === 400 || reply.status === 422) return 'absent'
    const [location] = headerValues(reply.headers, 'location')
    if (reply.status >= 300 || location === undefined || !URL.canParse(location, this.#url)) throw badControl(`it answers the creation of a stream with ${reply.status} and ${location === undefined ? 'no Location' : 'a Location that is no URL'}`)
    const told: Told = { location: new URL(location, this.#url).href, messages }
    this.#streams.set(id, told)
    if (this.manifest.capabilities['types'] === true) for (const type of types) await this.#ask('POST', told.location, { command: 'listen', listen: { type } })
    return { id }
  }

  connection(id: string): Promise<ClientConnection | 'absent'> {
    const told = this.#streams.get(id)
    // Nobody is asked for what was told: whether the service still lives has to be asked of itself.
    if (!told) return this.#ask('GET', this.#url).then(() => 'absent' as const)
    // What lies behind a number that is still missing has to wait for it.
    const whole: (typeof told.messages extends Map<number, infer Message> ? Message : never)[] = []
    for (let next = told.messages.get(1); next !== undefined; next = told.messages.get(whole.length + 1)) whole.push(next)
    return Promise.resolve({
      state: whole.length === 0 ? 'connecting' : 'open',
      events: whole.flatMap((message) => (message.kind === 'event' ? [message.event] : [])),
      errors: whole.filter(({ kind }) => kind === 'error').length,
    })
  }

  async closeConnection(id: string): Promise<'done' | 'absent'> {
    const told = this.#streams.get(id)
    if (!told) return 'absent'
    await this.#ask('DELETE', told.location)
    return 'done'
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  reset = absent
  effects = absent
  faults = absent
  subscribe = absent
  unsubscribe = absent
  publish = absent
  disconnect = absent
  retain = absent

  /** A callback: `POST callbackUrl/N`, numbered from 1. */
  async #take(request: IncomingMessage): Promise<number> {
    const [, id = '', number = ''] = /^\/([^/]+)\/(\d{1,9})$/.exec(request.url ?? '') ?? []
    const told = this.#streams.get(id)
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of request) {
      chunks.push(chunk as Buffer) // a request without an encoding yields bytes
      bytes += (chunk as Buffer).length
      if (bytes > maxCallbackBytes) return 413
    }
    const message = textOf(Buffer.concat(chunks).toString('utf8'))
    if (!told || !isRecord(message)) return 404
    const event = message['event']
    if (message['kind'] === 'event' && isRecord(event)) {
      const text = (name: string, otherwise: string) => (typeof event[name] === 'string' && event[name] !== '' ? event[name] : otherwise)
      told.messages.set(Number(number), { kind: 'event', event: { type: text('type', 'message'), data: text('data', ''), lastEventId: text('id', '') } })
    } else told.messages.set(Number(number), { kind: message['kind'] === 'error' ? 'error' : 'sign' })
    return 202
  }

  async #ask(method: string, url: string, body?: unknown): Promise<WireReply> {
    const { reply, fault, detail } = await send(method, url, body, this.#options)
    if (!reply) throw badControl(`it does not answer: ${detail ?? fault ?? 'no reason was seen'}`)
    return reply
  }
}

function absent(): Promise<'absent'> {
  return Promise.resolve('absent')
}

function send(method: string, url: string, body: unknown, { headers, clock, deadlineMs = 10_000 }: ControlOptions) {
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))
  const lines = withHeader(headers, 'Accept', 'application/json')
  return exchange({ method, url, headers: body === undefined ? lines : withHeader(lines, 'Content-Type', 'application/json'), body: bytes }, { deadlineMs, bodyMs: deadlineMs }, clock)
}

function parsed({ body, truncated }: WireReply): unknown {
  return truncated ? undefined : textOf(body.toString('utf8'))
}

function textOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function badControl(fact: string): HarnessError {
  return new HarnessError('bad-control', `the contract-test service breaks its API: ${fact}`, 'run its own contract tests against it, or offer the control API of spec/control.md')
}
