import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What a server of these tests makes different from the next. All of it is allowed. */
export interface Ways {
  /** Header section and body are sent with the first event only. */
  readonly lateHeaders?: boolean
  /** Written when a stream is opened. */
  readonly greeting?: (newestId: string | undefined) => string
  readonly id?: (number: number) => string
  /** How an event is written. */
  readonly write?: (event: Written) => string
  readonly heartbeat?: string
  readonly heartbeatMs?: number
  /** The body ends with the connection: no chunks. */
  readonly closeDelimited?: boolean
  /** From the 202 until an event is visible. */
  readonly visibleAfterMs?: number
  /** Each request waits that long. */
  readonly slowMs?: number
  readonly filter?: boolean
  readonly resource?: boolean
  /** How a lost position is signalled. */
  readonly lost?: 404 | 410 | 'event' | 'header'
  /** Somebody else publishes too. */
  readonly others?: (publish: (type: string, data: string) => void) => NodeJS.Timeout
  /** A client that does not read is left behind by that many bytes, then its stream is ended. */
  readonly endSlowAfterBytes?: number
  /** Streams at once; more are refused with 503. */
  readonly maxStreams?: number
  /** Events that are kept. Default 100,000. */
  readonly keeps?: number
  /** Verbs of the control API that it does not have. */
  readonly without?: readonly string[]
  readonly methods?: readonly string[]
}

export interface Written {
  readonly id: string
  readonly type: string
  readonly data: string
}

interface Kept extends Written {
  readonly number: number
  readonly key?: string
}

interface Client {
  readonly response: ServerResponse
  readonly wants: (event: Kept) => boolean
  opened: boolean
  from: number
}

export interface SmallServer {
  readonly url: string
  close(): Promise<void>
}

/** LF framing, one `data` line for each line of the data. */
export function framed(lineEnd: string): (event: Written) => string {
  return ({ id, type, data }) => [...(id === '' ? [] : [`id: ${id}`]), `event: ${type}`, ...data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`), '', ''].join(lineEnd)
}

/** A stream server by `node:http` alone, with its own control API. */
export async function smallServer(ways: Ways = {}): Promise<SmallServer> {
  const { id = String, write = framed('\n'), lost = 410, heartbeat = ':\n\n', heartbeatMs = 120, without = [] } = ways
  let log: Kept[] = []
  let number = 0
  let forgotten = 0
  let keep = ways.keeps ?? 100_000
  const clients = new Set<Client>()
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => void setTimeout(() => void answer(request, response), ways.slowMs ?? 0))
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on a port
  const beating = setInterval(() => {
    for (const client of clients) if (client.opened) client.response.write(heartbeat)
  }, heartbeatMs)
  const foreign = ways.others?.((type, data) => void publish({ type, data }))
  return {
    url: `${origin}/stream`,
    async close() {
      clearInterval(beating)
      clearInterval(foreign)
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    if (url.pathname.startsWith('/control') || url.pathname.startsWith('/.well-known')) return control(request, response, url.pathname)
    const key = /^\/of\/([^/]+)$/.exec(url.pathname)?.[1]
    if (url.pathname !== '/stream' && !(ways.resource && key !== undefined)) return void response.writeHead(404).end()
    if (request.method === 'HEAD') return void response.writeHead(200, headers).end()
    if (!(ways.methods ?? ['GET']).includes(request.method ?? '')) return void response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    if (clients.size >= (ways.maxStreams ?? Infinity)) return void response.writeHead(503, { 'Retry-After': '1' }).end()
    const types = url.searchParams.get('types')?.split(',')
    if (types && !ways.filter) return void response.writeHead(400).end()
    const wants = (event: Kept) => (types === undefined || types.includes(event.type)) && (key === undefined || event.key === decodeURIComponent(key))
    open(request, response, wants)
  }

  function open(request: IncomingMessage, response: ServerResponse, wants: Client['wants']): void {
    const after = Buffer.from(String(request.headers['last-event-id'] ?? ''), 'latin1').toString('utf8')
    const at = after === '' ? number : (log.find((event) => event.id === after)?.number ?? (forgotten > 0 && after === id(forgotten) ? forgotten : undefined))
    if (at === undefined && typeof lost === 'number') return void response.writeHead(lost).end()
    const client: Client = { response, wants, opened: false, from: at ?? number }
    if (!ways.lateHeaders) begin(client, after)
    if (at === undefined && lost === 'event') send(client, 'event: reset\ndata:\n\n')
    clients.add(client)
    response.on('close', () => clients.delete(client))
    for (const event of log) if (event.number > client.from && wants(event)) send(client, write(event))
    if (after === '') client.from = number
  }

  function begin(client: Client, after: string): void {
    client.opened = true
    const signal = lost === 'header' && after !== '' ? { 'X-Resumed-From': log.some((event) => event.id === after) ? after : 'earliest' } : {}
    client.response.writeHead(200, { ...headers, ...signal, ...(ways.closeDelimited ? { Connection: 'close' } : {}) })
    client.response.flushHeaders()
    if (ways.greeting) client.response.write(ways.greeting(log.at(-1)?.id))
  }

  function send(client: Client, text: string): void {
    if (!client.opened) begin(client, '')
    client.response.write(text)
    if (ways.endSlowAfterBytes !== undefined && client.response.writableLength > ways.endSlowAfterBytes) {
      clients.delete(client)
      client.response.end()
    }
  }

  function publish({ type, data, key }: { type: string; data: unknown; key?: string }): string {
    number += 1
    const event: Kept = { number, id: id(number), type, data: typeof data === 'string' ? data : JSON.stringify(data), ...(key === undefined ? {} : { key }) }
    const show = () => {
      log.push(event)
      trim()
      for (const client of clients) if (client.wants(event)) send(client, write(event))
    }
    if (ways.visibleAfterMs === undefined) show()
    else setTimeout(show, ways.visibleAfterMs)
    return event.id
  }

  function trim(): void {
    while (log.length > keep) forgotten = log.shift()?.number ?? forgotten
  }

  async function control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set
    const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as { readonly events?: readonly { type: string; data: unknown; id?: string; key?: string }[]; readonly keep?: number }) // the harness wrote it
    const verb = path.split('/').at(-1) ?? ''
    if (without.includes(verb)) return void response.writeHead(404).end()
    if (path.startsWith('/.well-known') || path === '/control') return json(response, 200, { name: 'small', roles: ['sse-server'], role: 'sse-server', control: '/control', capabilities: { heartbeatMs } })
    if (verb === 'events') {
      if (body.events?.some((event) => /[\r\n]/.test(event.type) || event.id !== undefined)) return void response.writeHead(400).end()
      return json(response, 202, { ids: body.events?.map(publish) })
    }
    if (verb === 'reset') log = []
    if (verb === 'reset' || verb === 'retention') keep = Math.min(body.keep ?? Infinity, ways.keeps ?? 100_000)
    if (verb === 'reset') forgotten = 0
    trim()
    if (verb === 'disconnect') {
      for (const client of clients) client.response.end()
      clients.clear()
    }
    response.writeHead(204).end()
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' }
