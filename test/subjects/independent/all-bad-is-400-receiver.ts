import { createHmac } from 'node:crypto'
import { createControlApi, createJournal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

/**
 * A receiver for hmac-body whose every complaint is the same 400 in plain text, whatever is wrong.
 *
 * It decodes the digits of the signature, so capitals are fine. Bodies end at 200 000 bytes.
 */
export function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  const control = createControlApi('all bad is 400', '1', 'hmac-body', journal)
  return listen('/in', (request, response) => {
    if (control.serve(request, response)) return
    const say = (status: number, text: string) => {
      if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'text/plain' }).end(text)
    }
    const parts: Buffer[] = []
    let bytes = 0
    request.on('error', () => {})
    request.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= 200_000) parts.push(part)
      else say(400, 'Bad Request\n')
    })
    request.on('end', () => {
      const raw = Buffer.concat(parts)
      const wanted = createHmac('sha256', secret).update(raw).digest('hex')
      const [algorithm, digits = ''] = String(request.headers['x-webhook-signature']).split('=')
      const authentic = algorithm === 'sha256' && /^[0-9a-f]{64}$/i.test(digits) && same(digits.toLowerCase(), wanted)
      const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '')
      const id = authentic && isJson && request.method === 'POST' && bytes <= 200_000 ? idOf(raw) : undefined
      if (id === undefined) return say(400, 'Bad Request\n')
      try {
        journal.process(id)
        say(200, 'OK\n')
      } catch {
        say(500, 'Try again\n')
      }
    })
  })
}

function idOf(raw: Buffer): string | undefined {
  try {
    const event = JSON.parse(raw.toString()) as { id?: unknown } | null // any JSON; only its id is looked at
    return typeof event?.id === 'string' ? event.id : undefined
  } catch {
    return undefined
  }
}

/** As long as the texts, whatever they hold. */
function same(a: string, b: string): boolean {
  let differs = a.length ^ b.length
  for (let index = 0; index < b.length; index += 1) differs |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return differs === 0
}
