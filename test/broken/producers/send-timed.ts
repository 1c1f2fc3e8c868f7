import type { Socket } from 'node:net'
import { send, type AttemptContext, type AttemptResult, type OutgoingRequest } from '../../../reference/producer/attempt.ts'
import { timeoutMs, type Setting } from '../../../reference/producer/parts.ts'

/** An attempt with the honest timeout, which begins when `watch` says so, and again each time that it does. */
export async function sendTimed(request: OutgoingRequest, context: AttemptContext, setting: Setting, watch: (socket: Socket, start: () => void) => void): Promise<AttemptResult> {
  const over = new AbortController()
  const end = (): void => over.abort()
  context.signal.addEventListener('abort', end, { once: true })
  let timer = new AbortController()
  const start = (): void => {
    timer.abort()
    timer = new AbortController()
    setting.clock.sleep(timeoutMs(setting), timer.signal).then(end, () => {})
  }
  const connected = (socket: Socket): void => {
    context.connected(socket)
    watch(socket, start)
  }
  try {
    return await send(request, { signal: over.signal, connected })
  } finally {
    timer.abort()
    context.signal.removeEventListener('abort', end)
  }
}
