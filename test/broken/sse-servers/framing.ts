import type { StreamedEvent } from '../../../reference/sse-server/event.ts'
import { eventProblem } from '../../../reference/sse-server/event.ts'
import { encode } from '../../../reference/sse-server/encode.ts'
import type { ServerParts } from '../../../reference/sse-server/parts.ts'
import { because } from '../broken-target.ts'
import { brokenSseServer, type BrokenSseServers } from './broken-sse-server.ts'

/** What is wrong with the text that events become. */
export const brokenFraming: BrokenSseServers = {
  'writes-lone-surrogates': brokenSseServer({
    requirement: 'sse-stream-utf8',
    fault: 'writes half a surrogate pair as three bytes, which is not UTF-8',
    message: /are not UTF-8/,
    parts: () => ({ write: (response, text) => void response.write(withLoneSurrogates(text)) }),
  }),
  'blank-line-with-next': brokenSseServer({
    requirement: 'sse-stream-event-ends',
    fault: 'writes the blank line that ends an event before the next event',
    message: /ended with it/,
    alsoFails: because('an event without its blank line is not dispatched before the next', 'sse-stream-flush', 'sse-stream-flush-compressed', 'sse-stream-every-client', 'sse-stream-many-clients', 'sse-stream-heartbeat-silent', 'sse-stream-once', 'sse-stream-slow-client', 'sse-stream-slow-no-gap', 'sse-stream-released', 'sse-resume-no-gap', 'sse-resume-then-live', 'sse-resume-tail', 'sse-resume-across-disconnect', 'sse-resume-while-publishing', 'sse-resume-again'),
    parts: () => ({ opening: () => 'retry: 3000\n', encode: (event) => `\n${encode(event).slice(0, -1)}`, heartbeat: () => ':\n' }),
  }),
  'adds-a-timestamp-field': brokenSseServer({
    requirement: 'sse-stream-known-fields',
    fault: 'tells the time in a field that no client knows',
    message: /"timestamp"/,
    parts: () => ({ encode: (event) => `timestamp: 2026-01-01T00:00:00Z\n${encode(event)}` }),
  }),
  'retry-with-unit': brokenSseServer({
    requirement: 'sse-stream-retry-digits',
    fault: 'writes its reconnection time with a unit',
    message: /"3s"/,
    parts: () => ({ opening: () => 'retry: 3s\n\n' }),
  }),
  'type-in-data-only': brokenSseServer({
    requirement: 'sse-stream-type',
    fault: 'leaves the field "event" out',
    message: /type "message"/,
    parts: () => ({ encode: (event) => encode({ ...event, type: '' }) }),
  }),
  'type-with-line-ends': brokenSseServer({
    requirement: 'sse-stream-type-no-injection',
    fault: 'writes a type as it was given, line ends included',
    message: /forged/,
    parts: () => ({ eventProblem: ({ id }) => eventProblem({ type: '', data: '', ...(id !== undefined && { id }) }) }),
  }),
  'id-with-line-ends': brokenSseServer({
    requirement: 'sse-stream-id-no-injection',
    fault: 'writes an id as it was given, line ends included',
    message: /forged/,
    parts: () => ({ eventProblem: ({ type }) => eventProblem({ type, data: '' }) }),
  }),
  'escapes-newlines': brokenSseServer({
    requirement: 'sse-stream-data-lines',
    fault: 'sends a line feed as backslash and n',
    message: /second/,
    alsoFails: because('its data have line feeds, which arrive as other text', 'sse-stream-data-no-injection', 'sse-stream-data-carriage-return', 'sse-stream-data-spaces', 'sse-stream-data-large', 'sse-stream-whole-events'),
    parts: () => withData((data) => data.replaceAll(/(?<!\r)\n/g, '\\n')),
  }),
  'splits-at-line-feeds-only': brokenSseServer({
    requirement: 'sse-stream-data-carriage-return',
    fault: 'writes a carriage return in data as it stands, which ends the line',
    message: /second/,
    alsoFails: because('what follows a carriage return is a line of its own', 'sse-stream-data-no-injection'),
    parts: () => ({ encode: ({ id, type, data }) => `id: ${id}\nevent: ${type}\n${data.split('\n').map((line) => `data: ${line}\n`).join('')}\n` }),
  }),
  'drops-carriage-returns': brokenSseServer({
    requirement: 'sse-stream-data-carriage-return',
    fault: 'removes carriage returns from data',
    message: /second/,
    alsoFails: because('text that a carriage return divides runs together', 'sse-stream-data-no-injection'),
    parts: () => withData((data) => data.replaceAll('\r', '')),
  }),
  'passes-formatted-data': brokenSseServer({
    requirement: 'sse-stream-data-no-injection',
    fault: 'takes lines of data that look like fields for fields',
    message: /forged/,
    parts: () => ({
      encode: ({ id, type, data }) => `id: ${id}\nevent: ${type}\n${data.split(/\r\n|\r|\n/).map((line) => (/^(data|event|id|retry):/.test(line) ? `${line}\n` : `data: ${line}\n`)).join('')}\n`,
    }),
  }),
  'no-space-after-colon': brokenSseServer({
    requirement: 'sse-stream-data-spaces',
    fault: 'writes no space after the colon, so that a client removes one of the data',
    message: /expected data " /,
    parts: () => ({ encode: (event) => encode(event).replaceAll(/^data: /gm, 'data:') }),
  }),
  'trims-data': brokenSseServer({
    requirement: 'sse-stream-data-spaces',
    fault: 'removes spaces at the end of data',
    message: / ", saw /,
    parts: () => withData((data) => data.replace(/ +$/, '')),
  }),
  'empty-data-left-out': brokenSseServer({
    requirement: 'sse-stream-data-empty',
    fault: 'writes no data field where data are empty',
    message: /expected data "", saw no such event/,
    parts: () => ({ encode: (event) => (event.data === '' ? encode(event).replace('data: \n', '') : encode(event)) }),
  }),
  'splits-at-unicode-lines': brokenSseServer({
    requirement: 'sse-stream-data-unicode',
    fault: 'takes U+2028 and U+0085 for line ends',
    message: /u2028|\u2028/,
    parts: () => withData((data) => data.replaceAll(/[\u2028\u2029\u0085]/g, '\n')),
  }),
  'strips-byte-order-mark': brokenSseServer({
    requirement: 'sse-stream-data-unicode',
    fault: 'removes U+FEFF from the start of data',
    message: /feff/i,
    parts: () => withData((data) => data.replace(/^\ufeff/, '')),
  }),
  'replaces-astral-letters': brokenSseServer({
    requirement: 'sse-stream-data-unicode',
    fault: 'writes letters of two code units as question marks',
    message: /\?/,
    parts: () => withData((data) => data.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '?')),
  }),
  'data-end-at-nul': brokenSseServer({
    requirement: 'sse-stream-data-nul',
    fault: 'removes U+0000 from data',
    message: /u0000|\\0/,
    parts: () => withData((data) => data.replaceAll('\0', '')),
  }),
  'cuts-large-data': brokenSseServer({
    requirement: 'sse-stream-data-large',
    fault: 'cuts data after 64 KiB',
    message: /65536 characters/,
    alsoFails: because('the cut takes what tells its large events apart', 'sse-stream-whole-events', 'sse-stream-slow-no-gap'),
    parts: () => withData((data) => data.slice(0, 65_536)),
  }),
}

/** Writes other data than were published. */
function withData(change: (data: string) => string): Partial<ServerParts> {
  return { encode: (event: StreamedEvent) => encode({ ...event, data: change(event.data) }) }
}

function withLoneSurrogates(text: string): Buffer {
  const parts = text.split(/((?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff]))/)
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : threeBytes(part.charCodeAt(0)))))
}

function threeBytes(code: number): Buffer {
  return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)])
}
