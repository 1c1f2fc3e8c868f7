import type { Clock } from '../clock/clock.ts'
import { openConnection } from './connection.ts'
import type { Connection, ExchangeLimits } from './connection.ts'
import type { WireExchange, WireRequest } from './message.ts'

export { openConnection } from './connection.ts'
export type { Connection, ExchangeLimits } from './connection.ts'

/**
 * Sends one request over a connection of its own and reads the answer.
 *
 * What the wire did, a missing answer included, is in the result. The status is what counts: an answer ends with its
 * headers and as much of its body as arrives in time.
 *
 * @throws TypeError for a request that could be read in two ways, HarnessError for a URL that cannot be used, and the
 * signal's reason when it aborts.
 */
export async function exchange(request: WireRequest, limits: ExchangeLimits, clock: Clock, signal?: AbortSignal): Promise<WireExchange> {
  return openConnection(request, limits, clock, signal).send()
}

/**
 * Sends requests at the same instant: the connections are open before the first byte is written, as far as the peer
 * accepts that many at once. One that serves a single connection at a time is not waited for.
 *
 * The deadline holds for connecting and starts anew with the writing. Results are in the order of the requests.
 */
export async function exchangeTogether(
  requests: readonly WireRequest[],
  limits: ExchangeLimits,
  clock: Clock,
  signal?: AbortSignal,
): Promise<WireExchange[]> {
  const connections: Connection[] = []
  try {
    for (const request of requests) connections.push(openConnection(request, limits, clock, signal))
    await openOrLateEnough(connections)
    return await Promise.all(connections.map((connection) => connection.send({ renew: true })))
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** Real milliseconds after which a connection that is not open yet is taken to wait for another to end. */
const acceptsWithinMs = 250

async function openOrLateEnough(connections: readonly Connection[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, acceptsWithinMs)))
  await Promise.race([Promise.all(connections.map(({ opened }) => opened)), late])
  clearTimeout(timer)
}
