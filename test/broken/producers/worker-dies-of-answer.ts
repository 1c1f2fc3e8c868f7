import { request as open } from 'node:http'
import { parseJson, valueAt } from '../../../harness/profile/json-pointer.ts'
import type { AttemptContext, AttemptResult, OutgoingRequest } from '../../../reference/producer/attempt.ts'
import { brokenProducer } from './broken-producer.ts'

/** What a worker can hold before its process is ended for it. */
const memoryBytes = 8 * 1024 * 1024

export default brokenProducer({
  requirement: 'webhook-delivery-reply-bounded',
  fault: 'has a worker for each type of event, which reads answers to their end and dies of a large one',
  message: /it was not/,
  parts: () => {
    const dead = new Set<unknown>()
    return {
      send(request, context) {
        const worker = valueAt(parseJson(request.body.toString()) ?? null, '/type')
        if (dead.has(worker)) return Promise.resolve({ kind: 'unanswered', reason: 'no worker' })
        return readWhole(request, context, () => dead.add(worker))
      },
    }
  },
})

function readWhole({ method, url, headers, body }: OutgoingRequest, { signal, connected }: AttemptContext, die: () => void): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const broken = (reason: string): void => resolve({ kind: 'unanswered', reason })
    const request = open(url, { method, headers: Object.fromEntries(headers), agent: false })
    signal.addEventListener('abort', () => request.destroy(new Error('no answer in time')), { once: true })
    request.on('socket', (socket) => socket.once('connect', () => connected(socket)))
    request.on('error', ({ message }) => broken(message))
    request.on('response', (response) => {
      let read = 0
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read <= memoryBytes) return
        die()
        request.destroy()
      })
      response.on('error', ({ message }) => broken(message))
      response.on('close', () => resolve({ kind: 'answered', status: response.statusCode ?? 0, headers: response.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [[name, all[index + 1] ?? ''] as const] : [])) }))
    })
    request.end(body)
  })
}
