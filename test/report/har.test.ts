import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { renderHar } from '../../harness/report/har.ts'
import type { ServedLine } from '../../harness/transcript/client-line.ts'
import type { TranscriptLine } from '../../harness/transcript/line.ts'
import type { StreamLine } from '../../harness/transcript/stream-line.ts'
import { context, mixed, reportOf } from './fixture.ts'
import { attempt, endpoint, exchange, recorded } from './recorded.ts'

const require = createRequire(import.meta.url)
const schemas: Readonly<Record<string, object>> = require('har-schema')
const ajv = new Ajv({ strict: false, allErrors: true })
ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'))
addFormats.default(ajv)
for (const schema of Object.values(schemas)) ajv.addSchema(schema)

interface Entry {
  readonly pageref: string
  readonly startedDateTime: string
  readonly time: number
  readonly request: { readonly method: string; readonly url: string; readonly headers: readonly { readonly value: string }[]; readonly queryString: readonly unknown[]; readonly postData?: { readonly text: string } }
  readonly response: { readonly status: number; readonly content: { readonly text?: string; readonly encoding?: string }; readonly _error?: string }
  readonly timings: { readonly send: number; readonly wait: number; readonly receive: number }
  readonly _sender: string
}

function logOf(transcript: readonly TranscriptLine[]) {
  const har = JSON.parse(renderHar(reportOf(mixed), { ...context, transcript })) as { readonly log: { readonly pages: readonly { readonly id: string }[]; readonly entries: readonly Entry[] } } // by the schema
  expect(ajv.validate('har.json#', har), ajv.errorsText()).toBe(true)
  return har.log
}

describe('har', () => {
  test('is valid by the schema of the format, whatever a target sent, and without a transcript', () => {
    expect(logOf(recorded).entries).toHaveLength(6)
    expect(logOf([]).entries).toEqual([])
    const without = JSON.parse(renderHar(reportOf(mixed), context))
    expect(ajv.validate('har.json#', without), ajv.errorsText()).toBe(true)
  })

  test('gives an exchange its bytes, its query, and times that add up', () => {
    const [entry] = logOf([exchange('x1', 'spaces')]).entries
    expect(entry?.startedDateTime).toBe('2030-01-01T00:00:00.010Z')
    expect(entry?.request).toMatchObject({ method: 'POST', url: 'http://127.0.0.1:3000/hook?tenant=7', queryString: [{ name: 'tenant', value: '7' }], postData: { mimeType: 'application/json', text: '{"id":"evt_1","type":"order.created","data":{"total":99.99}}' } })
    expect(entry?.timings).toEqual({ send: 0.5, wait: 3.75, receive: 0.75 })
    expect(entry && entry.timings.send + entry.timings.wait + entry.timings.receive).toBe(entry?.time)
  })

  test('has the attempts of a producer at the URL of their endpoint, told apart from what the harness sent', () => {
    const { entries } = logOf([endpoint, attempt('a1', 'retried', 0), exchange('x1', 'retried'), attempt('a2', 'elsewhere', 5)])
    expect(entries.map(({ _sender, request }) => [_sender, request.url])).toEqual([
      ['target', 'http://127.0.0.1:41000/secret-path/a1'],
      ['harness', 'http://127.0.0.1:3000/hook?tenant=7'],
      ['target', 'http://127.0.0.1:41000/secret-path/a2'],
    ])
    expect(entries[0]?.response.status).toBe(500)
  })

  test('says of an exchange without an answer what broke, and keeps bytes that are no text', () => {
    const broken = logOf(recorded).entries.find(({ response }) => response._error?.startsWith('reset'))
    expect(broken?.response.status).toBe(0)
    const reply = { status: 200, reason: 'OK', headers: [], body: { base64: '//79', bytes: 3 }, truncated: false }
    expect(logOf([exchange('x1', 'spaces', { reply })]).entries[0]?.response.content).toMatchObject({ text: '//79', encoding: 'base64' })
  })

  test('has the streams that the harness read, and what a client under test was served', () => {
    const body = { text: 'data: 1\n\n', bytes: 9 }
    const stream: StreamLine = { kind: 'stream', id: 's1', case: 'c', name: 'a', request: { method: 'GET', url: 'http://127.0.0.1:1/events', headers: [] }, asked: {}, startedMs: 5, headMs: 7, status: 200, headers: [['Content-Type', 'text/event-stream']], start: body, bytes: 9, blocks: [], comments: [], commentCount: 0, retries: [], flaws: [], silentMs: 0, endedMs: 105, endedBy: 'harness', complete: false }
    const served: ServedLine = { kind: 'served', id: 'q1', case: 'c', path: 'p', request: { method: 'GET', target: '/p', headers: [] }, arrivedMs: 1, answer: '200', status: 200, body, writes: 1, cuts: [], closedMs: 3, gates: {} }
    const { status: _, ...unanswered } = stream
    const { entries } = logOf([stream, served, { ...unanswered, fault: 'refused' }])
    expect(entries.map(({ _sender, time, response }) => [_sender, time, response.status, response.content.text])).toEqual([
      ['harness', 100, 200, 'data: 1\n\n'],
      ['target', 2, 200, 'data: 1\n\n'],
      ['harness', 100, 0, ''],
    ])
    expect(entries[2]?.response._error).toBe('refused')
  })

  test('is bounded: a header of a megabyte is cut, and no URL but one of HTTP is kept', () => {
    const text = renderHar(reportOf(mixed), { ...context, transcript: recorded })
    expect(text.length).toBeLessThan(60_000)
    for (const { request } of logOf(recorded).entries) expect(request.url).toMatch(/^(https?:|about:invalid$)/)
  })

  test('has a page for each case that left a message', () => {
    expect(logOf(recorded).pages.map(({ id }) => id)).toEqual(['flipped-bit', 'retried'])
  })
})
