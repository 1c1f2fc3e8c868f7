import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import * as control from './app/api/conformance/[[...verb]]/route.js'
import * as webhooks from './app/webhooks/route.js'

// In place of Next.js, for the tests of this project: hands the two route handlers a Request, and sends their Response.

const routes = [
  ['/webhooks', webhooks],
  ['/api/conformance', control],
]

const server = createServer(async (message, response) => {
  const { pathname } = new URL(message.url, 'http://host')
  const route = routes.find(([path]) => pathname === path || (path !== '/webhooks' && pathname.startsWith(`${path}/`)))?.[1]
  const handler = route?.[message.method]
  if (!handler) return response.writeHead(route ? 405 : 404).end()
  try {
    const body = message.method === 'GET' ? {} : { body: Readable.toWeb(message), duplex: 'half' }
    const reply = await handler(new Request(`http://127.0.0.1${message.url}`, { method: message.method, headers: message.headers, ...body }))
    response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(Buffer.from(await reply.arrayBuffer()))
  } catch {
    response.writeHead(500).end()
  }
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/webhooks`))
