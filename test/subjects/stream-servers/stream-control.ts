import type { IncomingMessage, ServerResponse } from 'node:http'

/** An event as the harness publishes it. */
export interface Publication {
  readonly id?: string
  readonly type: string
  readonly data: string
}

/** What the control API of a stream server's subject sets off. A verb that is missing is answered with 404. */
export interface StreamServerSide {
  /** Writes an event to every open stream and resolves with its id. @throws RangeError for an event that it refuses. */
  publish(event: Publication): string | Promise<string>
  disconnect?(): void
  retain?(keep: number): void
  reset(): void
}

/**
 * Answers a request to the control API of spec/control.md; false, and nothing done, for any other.
 *
 * A value that is no string travels as its JSON text.
 */
export function serveStreamControl(identity: { readonly name: string; readonly version: string }, capabilities: object, side: StreamServerSide, request: IncomingMessage, response: ServerResponse): boolean {
  const path = new URL(request.url ?? '/', 'http://subject').pathname
  if (path !== '/.well-known/event-conformance' && !/^\/control(\/|$)/.test(path)) return false
  const manifest = { ...identity, roles: ['sse-server'], capabilities, control: '/control', role: 'sse-server' }
  const verbs: Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => unknown>> = {
    'GET /.well-known/event-conformance': () => manifest,
    'GET /control': () => manifest,
    'POST /control/reset': () => side.reset(),
    'POST /control/events': async ({ events }) => {
      const ids: string[] = []
      for (const { type, data, id } of events as readonly { type: string; data: unknown; id?: string }[]) { // the harness wrote it
        ids.push(await side.publish({ type, data: typeof data === 'string' ? data : JSON.stringify(data), ...(id === undefined ? {} : { id }) }))
      }
      return { ids }
    },
    ...(side.disconnect && { 'POST /control/disconnect': () => side.disconnect?.() }),
    ...(side.retain && { 'POST /control/retention': ({ keep }) => side.retain?.(Number(keep)) }),
  }
  void respond(verbs[`${request.method} ${path}`], request, response)
  return true
}

/** Answers what is no GET of the one stream of a subject, as a router does: 404 elsewhere, 405 for other methods; else false. */
export function refuseStray(request: IncomingMessage, response: ServerResponse): boolean {
  const isThere = new URL(request.url ?? '/', 'http://subject').pathname === '/stream'
  if (isThere && request.method === 'GET') return false
  if (isThere) response.writeHead(405, { Allow: 'GET' }).end()
  else response.writeHead(404).end()
  return true
}

async function respond(verb: ((body: Readonly<Record<string, unknown>>) => unknown) | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set, so chunks are Buffers
  if (verb === undefined) return void response.writeHead(404).end()
  try {
    const value = await verb(chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>)) // the harness wrote it
    if (value === undefined) response.writeHead(204).end()
    else response.writeHead(request.url?.endsWith('/events') ? 202 : 200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
  } catch (error) {
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' }).end(error instanceof Error ? error.message : String(error))
  }
}
