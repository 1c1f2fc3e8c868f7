import type { AttemptLine, EndpointLine, ExchangeLine, TranscriptLine } from '../../harness/transcript/line.ts'
import { hostile } from './fixture.ts'

/** A header as long as a sender may make it. */
export const megabyte = 'm'.repeat(1_000_000)

export function exchange(id: string, caseId: string, more: Partial<ExchangeLine> = {}): ExchangeLine {
  const text = '{"id":"evt_1","type":"order.created","data":{"total":99.99}}'
  return {
    kind: 'exchange',
    id,
    case: caseId,
    event: 'an event',
    ids: ['evt_1'],
    request: {
      method: 'POST',
      url: 'http://127.0.0.1:3000/hook?tenant=7',
      headers: [['Content-Type', 'application/json'], ['webhook-id', 'evt_1'], ['webhook-signature', 'v1,AAAA']],
      body: { text, bytes: text.length },
    },
    startedMs: 10,
    flushedMs: 10.5,
    repliedMs: 14.25,
    endedMs: 15,
    reply: { status: 204, reason: 'No Content', headers: [['Date', 'Tue, 01 Jan 2030 00:00:00 GMT']], body: { text: '', bytes: 0 }, truncated: false },
    ...more,
  }
}

export function attempt(id: string, caseId: string, arrivedMs: number, more: Partial<AttemptLine> = {}): AttemptLine {
  const text = '{"id":"evt_1","type":"order.created"}'
  return {
    kind: 'attempt',
    id,
    case: caseId,
    endpoint: 'endpoint',
    event: 'an event',
    number: 0,
    request: { method: 'POST', target: `/secret-path/${id}`, headers: [['content-type', 'application/json'], ['webhook-id', 'evt_1']], body: { text, bytes: text.length } },
    bodyDigest: 'd',
    identity: 'evt_1',
    timestamp: '1767225600',
    signature: 'verified',
    foreignKey: false,
    arrivedMs,
    completedMs: arrivedMs + 1,
    closedMs: arrivedMs + 3,
    closedBy: 'harness',
    answer: '500',
    answerStatus: 500,
    ...more,
  }
}

export const endpoint: EndpointLine = { kind: 'endpoint', case: 'retried', name: 'endpoint', url: 'http://127.0.0.1:41000/secret-path/x7' }

const { reply: _, ...unanswered } = exchange('x3', 'flipped-bit')

/** Messages of every kind, with hostile text wherever a target can put some. */
export const recorded: readonly TranscriptLine[] = [
  exchange('x1', 'flipped-bit', {
    reply: {
      status: 500,
      reason: hostile,
      headers: [['Content-Type', `text/html; ${hostile}`], ['Location', 'javascript:alert(1)'], [hostile, hostile], ['x-big', megabyte]],
      body: { text: `<script>window.__pwned = 1</script>${hostile}`, bytes: 999 },
      truncated: true,
    },
  }),
  exchange('x2', 'flipped-bit', { request: { method: hostile, url: `javascript:${hostile}`, headers: [], body: { base64: '//79AAECAw==', bytes: 7 } } }),
  { ...unanswered, fault: 'reset', detail: `read ECONNRESET ${hostile}` },
  { kind: 'case', case: 'flipped-bit', state: 'played', alone: false, startedMs: 10, endedMs: 15 },
  endpoint,
  { kind: 'emission', case: 'retried', event: 'an event', number: 0, type: hostile, beforeMs: 0, afterMs: 1, accepted: true },
  attempt('a1', 'retried', 5, { request: { method: 'POST', target: '/secret-path/x7', headers: [[hostile, megabyte]], body: { text: hostile, bytes: 300 } }, answer: hostile }),
  attempt('a2', 'retried', 5_000),
  attempt('a3', 'retried', 30_000, { endpoint: 'stray', request: { method: 'POST', target: hostile, headers: [], body: { text: '', bytes: 0 } } }),
  { kind: 'case', case: 'retried', state: 'played', alone: false, startedMs: 0, endedMs: 30_000 },
]
