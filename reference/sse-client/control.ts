import { validateHeaderName, validateHeaderValue } from 'node:http'
import { valueAt, type Json } from '../../harness/profile/json-pointer.ts'
import { json, type Answer } from '../consumer/answer.ts'
import { bad, discovery, nothing, parsed, root, unknownVerb } from '../control-api.ts'
import type { Readings, ReadingRequest } from './readings.ts'

/** What the test interface says of the client. Only for test builds. */
export interface ControlFacts {
  readonly name: string
  readonly profile: string
  readonly reconnectMs: number
}

export function control(call: string, body: Buffer, { name, profile, reconnectMs }: ControlFacts, readings: Readings): Answer {
  const manifest = { name, version: '1.0.0', roles: ['sse-client'], profile, capabilities: { reconnectMs } }
  switch (call) {
    case `GET ${discovery}`:
      return json(200, { ...manifest, control: root, role: 'sse-client' })
    case `GET ${root}`:
      return json(200, manifest)
    case `POST ${root}/reset`:
      readings.clear()
      return nothing
    case `POST ${root}/connections`: {
      const request = readingRequestOf(parsed(body))
      return request ? json(201, { id: readings.open(request) }) : bad('A connection has an http "url", and "headers", "lastEventId" and "closeAfter" as spec/control.md has them')
    }
    default:
      return one(call, readings)
  }
}

function one(call: string, readings: Readings): Answer {
  const [, method, id = ''] = /^(GET|DELETE) \/conformance\/connections\/([^/]+)$/.exec(call) ?? []
  const reading = readings.read(id)
  if (method === undefined || reading === undefined) return unknownVerb(call)
  if (method === 'GET') return json(200, reading)
  readings.close(id)
  return nothing
}

function readingRequestOf(body: Json): ReadingRequest | undefined {
  const [url, headers = {}, lastEventId, closeAfter] = ['/url', '/headers', '/lastEventId', '/closeAfter'].map((pointer) => valueAt(body, pointer))
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || !isHeaders(headers)) return undefined
  if (lastEventId !== undefined && typeof lastEventId !== 'string') return undefined
  if (closeAfter !== undefined && !(typeof closeAfter === 'number' && Number.isSafeInteger(closeAfter) && closeAfter > 0)) return undefined
  return { url, headers, ...(lastEventId !== undefined && { lastEventId }), ...(closeAfter !== undefined && { closeAfter }) }
}

function isHeaders(value: Json): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  try {
    for (const [name, text] of Object.entries(value)) {
      if (typeof text !== 'string') return false
      validateHeaderName(name)
      validateHeaderValue(name, text)
    }
    return true
  } catch {
    return false
  }
}
