import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { liveClock } from '../../harness/clock/live-clock.ts'
import type { Clock } from '../../harness/clock/clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { RoleName } from '../../harness/role.ts'
import { run, type RunResult, type RunTarget } from '../../harness/run.ts'
import { referenceTarget } from '../../reference/run-target.ts'
import { suites } from '../../suites/index.ts'

/** One exchange over the control API of a reference. */
export interface ControlMessage {
  /** Method and verb, such as `POST faults`; ids in the path are `ID`. */
  readonly call: string
  readonly status: number
  readonly request?: unknown
  readonly answer?: unknown
}

export interface RecordedRun extends RunResult {
  readonly messages: readonly ControlMessage[]
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A small run of the reference of a role, with everything that went over its control API. */
export async function recordedRun(role: RoleName, only: readonly string[], profileName = 'event-delivery'): Promise<RecordedRun> {
  const profile = await loadProfile(profileName)
  const { target, keys, headers, secretTexts } = await referenceTarget(role, profile, [])
  const messages: ControlMessage[] = []
  const result = await run({ profile, suites, role, keys, headers, secretTexts, selection: { only, skip: [], levels: [] }, target: recording(target, messages) })
  return { ...result, messages }
}

/** What the target is given says the same as what came, once more from the start. */
function recording(target: RunTarget, messages: ControlMessage[]): RunTarget {
  if (target.kind !== 'in-process') throw new TypeError('a reference runs in process')
  const wrapped = (handler: Handler): Handler => async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (!path.startsWith('/conformance') && path !== '/.well-known/event-conformance') return handler(request, response)
    const asked: Buffer[] = []
    for await (const bytes of request) asked.push(bytes as Buffer) // without an encoding they are bytes
    const { method, url, headers, rawHeaders, httpVersion, socket } = request
    const again = Object.assign(Readable.from(asked), { method, url, headers, rawHeaders, httpVersion, socket }) as unknown as IncomingMessage // all of it that a reference reads
    let told = ''
    const end = response.end.bind(response) as (chunk?: unknown, ...rest: never[]) => ServerResponse // one of its overloads
    response.end = ((chunk?: unknown, ...rest: never[]) => {
      if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) told += chunk.toString()
      return end(chunk, ...rest)
    }) as ServerResponse['end']
    await handler(again, response)
    messages.push({ call: `${request.method} ${verbOf(path)}`, status: response.statusCode, ...body('request', Buffer.concat(asked).toString()), ...body('answer', told) })
  }
  return {
    ...target,
    handler: (clock: Clock = liveClock()) => {
      const made = target.handler(clock)
      return typeof made === 'function' ? wrapped(made) : { handler: wrapped(made.handler), close: () => made.close() }
    },
  }
}

function verbOf(path: string): string {
  if (path === '/.well-known/event-conformance') return 'manifest'
  return path.replace('/conformance', '').replace(/^\//, '').replace(/\/.+$/, '/ID') || 'manifest'
}

function body(name: 'request' | 'answer', text: string): Partial<Record<'request' | 'answer', unknown>> {
  return text === '' ? {} : { [name]: JSON.parse(text) as unknown }
}
