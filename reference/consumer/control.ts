import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseJson, valueAt } from '../../harness/profile/json-pointer.ts'
import { json, send, sendAndClose, type Answer } from './answer.ts'
import { discovery, isControl, nothing, root, unknownVerb } from '../control-api.ts'
import type { Effects } from './effects.ts'
import type { Ledger } from './ledger.ts'
import { readBody } from './request.ts'

/** The test interface of the consumer: what took effect, and failures on request. Only for test builds. */
export interface Control {
  /** Whether a path belongs to the control API and not to the receiver. */
  owns(path: string): boolean
  serve(message: IncomingMessage, response: ServerResponse): Promise<void>
}

export function createControl(name: string, profile: string, ledger: Ledger, effects: Effects): Control {
  const manifest = { name, version: '1.0.0', roles: ['consumer'], profile, capabilities: {} }
  return {
    owns: isControl,
    async serve(message, response) {
      const { pathname, searchParams } = new URL(message.url ?? '/', 'http://control')
      const body = await readBody(message, 64 * 1024)
      if (body === 'too-large') return sendAndClose(message, response, json(413, {}))
      send(response, respond(`${message.method} ${pathname}`, searchParams, body))
    },
  }

  function respond(call: string, query: URLSearchParams, body: Buffer): Answer {
    switch (call) {
      case `GET ${discovery}`:
        return json(200, { ...manifest, control: root, role: 'consumer' })
      case `GET ${root}`:
        return json(200, manifest)
      case `POST ${root}/reset`:
        ledger.clear()
        effects.clear()
        return nothing
      case `GET ${root}/effects`:
        return json(200, { effects: effects.of(query.get('event') ?? undefined) })
      case `POST ${root}/faults`:
        return fail(body)
      default:
        return unknownVerb(call)
    }
  }

  function fail(body: Buffer): Answer {
    const request = parseJson(body.toString()) ?? null
    const event = valueAt(request, '/event')
    const times = valueAt(request, '/times')
    if (typeof event !== 'string' || typeof times !== 'number' || !Number.isSafeInteger(times) || times < 0) {
      return json(400, { error: { code: 'bad_fault', message: 'A fault has a string "event" and a whole number "times"' } })
    }
    effects.failNext(event, times)
    return nothing
  }
}
