import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the control API of a subject reads and changes. */
export interface Observable {
  /** One entry each time that an event took effect, in that order; all of them without `event`. */
  effects(event?: string): readonly { readonly event: string; readonly at: string }[]
  /** The next `times` attempts to process the event fail. */
  failNext(event: string, times: number): void
  reset(): void
}

/** Remembers which events took effect: the deduplication that no library takes over. */
export interface Journal extends Observable {
  /**
   * Gives an event its effect, unless it had it before. Atomic, since it never waits.
   *
   * @throws Error when a failure was injected for this attempt.
   */
  process(event: string): 'effect' | 'repeat'
}

export interface ControlApi {
  /** Every verb as method and path, for routers that want to know them beforehand. */
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** Answers a request to the control API; false, and nothing done, for any other. */
  serve(request: IncomingMessage, response: ServerResponse): boolean
}

export function createJournal(): Journal {
  const tookEffectAt = new Map<string, string>()
  const failures = new Map<string, number>()
  return {
    process(event) {
      if (tookEffectAt.has(event)) return 'repeat'
      const left = failures.get(event) ?? 0
      if (left > 0) {
        failures.set(event, left - 1)
        throw new Error('a failure was injected')
      }
      tookEffectAt.set(event, new Date().toISOString())
      return 'effect'
    },
    effects: (wanted) => [...tookEffectAt].filter(([event]) => wanted === undefined || event === wanted).map(([event, at]) => ({ event, at })),
    failNext: (event, times) => void failures.set(event, times),
    reset() {
      tookEffectAt.clear()
      failures.clear()
    },
  }
}

/** The control API of spec/control.md for a consumer, with the name under which reports show the subject. */
export function createControlApi(name: string, version: string, profile: string, observed: Observable): ControlApi {
  const manifest = { name, version, roles: ['consumer'], profile, capabilities: {} }
  const verbs: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    'GET /.well-known/event-conformance': (_, response) => answer(response, 200, { ...manifest, control: '/control', role: 'consumer' }),
    'GET /control': (_, response) => answer(response, 200, manifest),
    'POST /control/reset': (_, response) => {
      observed.reset()
      answer(response, 204)
    },
    'GET /control/effects': (request, response) => {
      const { searchParams } = urlOf(request)
      answer(response, 200, { effects: observed.effects(searchParams.get('event') ?? undefined) })
    },
    'POST /control/faults': (request, response) => void injectFault(request, response, observed),
  }
  return {
    routes: Object.keys(verbs).map((verb) => {
      const [method = '', path = ''] = verb.split(' ')
      return { method, path }
    }),
    serve(request, response) {
      const verb = verbs[`${request.method} ${urlOf(request).pathname}`]
      verb?.(request, response)
      return verb !== undefined
    },
  }
}

async function injectFault(request: IncomingMessage, response: ServerResponse, observed: Observable): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set, so chunks are Buffers
  const { event, times } = JSON.parse(Buffer.concat(chunks).toString()) as { event: string; times: number } // the harness wrote it
  observed.failNext(event, times)
  answer(response, 204)
}

function answer(response: ServerResponse, status: number, body?: object): void {
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://subject')
}
