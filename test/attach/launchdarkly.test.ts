import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { connectLaunchDarkly } from '../../harness/attach/launchdarkly.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { streamClient, type StreamClient } from '../../reference/sse-client.ts'
import { suites } from '../../suites/index.ts'

const options = { headers: [], clock: liveClock() }
let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

describe('a service with the contract-test API of LaunchDarkly', () => {
  test('is driven like any other client, and judged by what its callbacks tell', async () => {
    const url = await serve(service(['headers', 'last-event-id', 'event-type-listeners']))
    const control = await connectLaunchDarkly(url, options)
    expect(control?.manifest).toMatchObject({ name: 'a service', roles: ['sse-client'], capabilities: { state: false, types: true } })
    const only = ['sse-client-connection', 'sse-client-reconnection/last-id', 'sse-client-type', 'sse-client-close-silent', 'sse-client-close-aborts']
    const { report } = await run({ role: 'sse-client', profile: await loadProfile('event-delivery'), suites, keys: { secrets: [] }, target: { kind: 'url', url }, selection: { only, skip: [], levels: [] }, ...(control ? { control } : {}) })
    await control?.close()
    expect(report.verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'unproven').map(({ case: id, saw, reason }) => `${id}: ${saw} ${reason ?? ''}`)).toEqual([])
    expect(report.verdicts.filter(({ outcome }) => outcome === 'inapplicable').map(({ case: id }) => id)).toEqual(['sse-client-connection/quiet-at-first', 'sse-client-close/inside-a-handler'])
    expect(report.target).toMatchObject({ name: 'a service', attachment: ['url', 'control'] })
  })

  test('offers no headers and no id where it does not name them', async () => {
    const url = await serve(service([]))
    const control = await connectLaunchDarkly(url, options)
    expect(await control?.connect({ url, headers: { a: 'b' } })).toBe('absent')
    expect(await control?.connect({ url, lastEventId: '1' })).toBe('absent')
    expect(await control?.connect({ url, closeAfter: 1 })).toBe('absent')
    await control?.close()
  })

  test('may tell out of order: what has a gap before it waits', async () => {
    let callbackUrl = ''
    const url = await serve((request, response) => {
      if (request.method === 'GET') return void response.end(JSON.stringify({ capabilities: [] }))
      void textOf(request).then((text) => {
        callbackUrl = (JSON.parse(text) as { callbackUrl: string }).callbackUrl
        response.writeHead(201, { Location: '/streams/1' }).end()
      })
    })
    const control = await connectLaunchDarkly(url, options)
    const connected = await control?.connect({ url })
    const id = typeof connected === 'object' ? connected.id : ''
    const tell = (number: number, data: string) => fetch(`${callbackUrl}/${number}`, { method: 'POST', body: JSON.stringify({ kind: 'event', event: { data } }) })
    await tell(1, 'one')
    await tell(3, 'three')
    expect(await control?.connection(id)).toMatchObject({ events: [{ type: 'message', data: 'one', lastEventId: '' }] })
    await tell(2, 'two')
    expect(await control?.connection(id)).toMatchObject({ events: [{ data: 'one' }, { data: 'two' }, { data: 'three' }], errors: 0 })
    await control?.close()
  })

  test('is known by its shape: a control API of ours is none', async () => {
    const url = await serve((_, response) => void response.end(JSON.stringify({ roles: ['sse-client'], capabilities: {} })))
    expect(await connectLaunchDarkly(url, options)).toBeUndefined()
  })

  test('that answers a creation without a Location breaks its API', async () => {
    const url = await serve((request, response) => void response.writeHead(request.method === 'GET' ? 200 : 201).end(JSON.stringify({ capabilities: [] })))
    const control = await connectLaunchDarkly(url, options)
    await expect(control?.connect({ url })).rejects.toMatchObject({ code: 'bad-control' })
    await control?.close()
  })
})

/** The reference client behind that API: it listens for the types that it is told to, and numbers its callbacks. */
function service(capabilities: readonly string[]) {
  const streams = new Map<string, { readonly client: StreamClient; readonly types: Set<string> }>()
  return (request: IncomingMessage, response: ServerResponse): void => {
    const stream = streams.get(request.url ?? '')
    if (request.method === 'GET') return void response.end(JSON.stringify({ name: 'a service', capabilities }))
    if (request.method === 'DELETE') {
      stream?.client.close()
      return void response.writeHead(204).end()
    }
    void textOf(request).then((text) => {
      const asked = JSON.parse(text) as { streamUrl: string; callbackUrl: string; initialDelayMs: number; headers?: Record<string, string>; lastEventId?: string; listen?: { type: string } }
      if (asked.listen) {
        stream?.types.add(asked.listen.type)
        return response.writeHead(202).end()
      }
      const types = new Set(['message'])
      let count = 0
      let telling = Promise.resolve()
      const tell = (message: object) => {
        const number = (count += 1)
        telling = telling.then(() => fetch(`${asked.callbackUrl}/${number}`, { method: 'POST', body: JSON.stringify(message) }).then(() => {}, () => {}))
      }
      const client = streamClient(asked.streamUrl, {
        onEvent: ({ type, data, lastEventId }) => {
          if (types.has(type)) tell({ kind: 'event', event: { type, data, id: lastEventId } })
        },
        onError: (cause) => tell({ kind: 'error', error: cause.message }),
        reconnectMs: asked.initialDelayMs,
        ...(asked.headers ? { headers: asked.headers } : {}),
        ...(asked.lastEventId === undefined ? {} : { lastEventId: asked.lastEventId }),
      })
      const location = `/streams/${streams.size + 1}`
      streams.set(location, { client, types })
      response.writeHead(201, { Location: location }).end()
    })
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding was set
  return Buffer.concat(chunks).toString()
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(handler)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
