import type { IncomingMessage, ServerResponse } from 'node:http'
import { serveInProcess } from '../harness/attach/in-process.ts'
import { liveClock } from '../harness/clock/live-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import { isLoopback } from '../harness/http/loopback.ts'
import { answerByFetch, type FetchHandler } from './fetch-handler.ts'

/** A listener of `node:http`, and so an Express or Connect application. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server that was started for the run; `close` is called once it has ended. */
export interface StartedTarget {
  readonly url: string | URL
  close?(): unknown
}

/**
 * What is judged: `'reference'`, a URL, whatever starts a server and gives its URL, or a handler, which is then served on a free
 * port of the loopback interface.
 *
 * A bare function is told apart by the number of its parameters: none gives a URL, one is a fetch handler, two or more are a
 * listener. The objects say it outright, and at which path the handler is.
 */
export type GivenTarget =
  | string
  | URL
  | Promise<string | URL | StartedTarget>
  | (() => string | URL | StartedTarget | Promise<string | URL | StartedTarget>)
  | FetchHandler
  | NodeListener
  | { readonly fetch: FetchHandler; readonly path?: string }
  | { readonly listener: NodeListener; readonly path?: string }

/** A target that can be reached, until it is closed. */
export interface ReachedTarget {
  readonly url: string
  close(): Promise<void>
}

const nothing = async () => {}

/** Whether a target is a URL that is the same in every run, so that a command line can name it. */
export function fixedUrl(target: GivenTarget | undefined): string | undefined {
  return typeof target === 'string' || target instanceof URL ? String(target) : undefined
}

/** Starts, awaits or serves a target. @throws HarnessError for what is no target, or a host that is not allowed. */
export async function reachTarget(target: GivenTarget, allowHosts: readonly string[]): Promise<ReachedTarget> {
  if (typeof target === 'object' && 'fetch' in target) return serveFetch((request) => target.fetch(request), target.path)
  if (typeof target === 'object' && 'listener' in target) return serveListener((request, response) => target.listener(request, response), target.path)
  if (typeof target === 'function' && target.length === 1) return serveFetch(target as FetchHandler) // told by its one parameter
  if (typeof target === 'function' && target.length > 1) return serveListener(target as NodeListener) // told by its two
  const given = await (typeof target === 'function' ? (target as () => unknown)() : target) // what it gives is looked at here
  if (typeof given === 'string' || given instanceof URL) return { url: checkedUrl(String(given), 'the target', allowHosts), close: nothing }
  if (!isStarted(given)) {
    throw new HarnessError('usage', 'the target is no URL, and what it gave is none', 'give a URL, a function that returns one, or a handler as { fetch } or { listener }')
  }
  const close = async () => void (await given.close?.())
  try {
    return { url: checkedUrl(String(given.url), 'the target', allowHosts), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** An http(s) URL that may be sent to. @throws HarnessError `usage`, `host-not-allowed`. */
export function checkedUrl(text: string, what: string, allowHosts: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new HarnessError('usage', `${what} "${text}" is not an http or https URL`, 'write one such as http://127.0.0.1:3000/webhooks')
  if (url.username !== '' || url.password !== '') throw new HarnessError('usage', `the URL of ${what} carries credentials`, 'leave them out and give them as headers')
  if (!isLoopback(url.hostname) && !allowHosts.some((host) => [url.hostname, url.host].includes(host.toLowerCase()))) {
    throw new HarnessError('host-not-allowed', `${url.hostname} is not this machine, and nothing was sent to it`, `if you may send hostile requests to it, add allowHosts: ['${url.hostname}']`)
  }
  url.hash = ''
  return url.href
}

function serveFetch(handler: FetchHandler, path = '/'): Promise<ReachedTarget> {
  return serveInProcess((request, response) => answerByFetch(handler, request, response), liveClock(), { path })
}

function serveListener(listener: NodeListener, path = '/'): Promise<ReachedTarget> {
  return serveInProcess(async (request, response) => void (await listener(request, response)), liveClock(), { path })
}

function isStarted(value: unknown): value is StartedTarget {
  if (typeof value !== 'object' || value === null || !('url' in value)) return false
  return (typeof value.url === 'string' || value.url instanceof URL) && (!('close' in value) || typeof value.close === 'function')
}
