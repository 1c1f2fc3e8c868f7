import type { Socket } from 'node:net'
import { send, type AttemptContext, type AttemptResult, type OutgoingRequest } from '../../../reference/producer/attempt.ts'
import { timeoutMs, type Setting } from '../../../reference/producer/parts.ts'

/** An attempt with the honest timeout, which begins `at` once there is a connection or at its first bytes, and again with all later ones where it `renews`. */
export async function sendTimed(request: OutgoingRequest, context: AttemptContext, setting: Setting, { at, renews }: { readonly at: 'connection' | 'first-bytes'; readonly renews: boolean }): Promise<AttemptResult> {
  const over = new AbortController()
  const end = (): void => over.abort()
  context.signal.addEventListener('abort', end, { once: true })
  let timer = new AbortController()
  const start = (): void => {
    timer.abort()
    timer = new AbortController()
    setting.clock.sleep(timeoutMs(setting), timer.signal).then(end, () => {})
  }
  let used: Socket | undefined
  const connected = (socket: Socket): void => {
    used = socket
    context.connected(socket)
    if (at === 'connection') start()
    if (renews) socket.on('data', start)
    else if (at === 'first-bytes') socket.once('data', start)
  }
  try {
    return await send(request, { signal: over.signal, connected })
  } finally {
    timer.abort()
    // The connection may serve the next attempt.
    used?.off('data', start)
    context.signal.removeEventListener('abort', end)
  }
}
