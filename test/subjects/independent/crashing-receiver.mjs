// A receiver for standard-webhooks in a process of its own. Comparing signatures of different lengths throws where nobody
// catches it, so the process ends. Prints its URL and ends with its input; the secret is in the variable SECRET.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const key = Buffer.from(process.env.SECRET.replace('whsec_', ''), 'base64')

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': given = '' } = request.headers
    const mac = createHmac('sha256', key).update(`${id}.${time}.`).update(Buffer.concat(chunks)).digest('base64')
    const right = timingSafeEqual(Buffer.from(given), Buffer.from(`v1,${mac}`))
    response.writeHead(right && Math.abs(Date.now() / 1000 - time) < 300 ? 200 : 401).end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
process.stdin.resume().once('end', () => process.exit(0))
