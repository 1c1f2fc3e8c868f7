import { arrivedExactly, awaitLive, connect, injectsNothing, publish, sseServerSuite, staysUtf8, type EventToPublish, type Mark, type SseServerCase } from '../harness/roles/sse-server/index.ts'

const live = 'sse-server-stream/live'
const plain = 'plain-text'

/** Data by the name of the event that has them. The mark stands where it changes nothing of what is tried. */
type Texts = Readonly<Record<string, (mark: Mark) => string>>

const lines: Texts = {
  'two lines': ({ text }) => `${text}\nsecond`,
  'a blank line within': ({ text }) => `${text}\n\nthird`,
  'a line feed at the end': ({ text }) => `${text}\n`,
  'a line feed at the start': ({ text }) => `\n${text}`,
  'many lines': ({ text }) => `${text}\n${Array.from({ length: 200 }, (_, line) => `line ${line}`).join('\n')}`,
}

const carriageReturns: Texts = {
  CR: ({ text }) => `${text}\rsecond`,
  'CR LF': ({ text }) => `${text}\r\nsecond`,
  'two CR': ({ text }) => `${text}\r\rthird`,
  'two CR LF': ({ text }) => `${text}\r\n\r\nthird`,
  'CR at the end': ({ text }) => `${text}\r`,
  'CR LF at the end': ({ text }) => `${text}\r\n`,
  'CR at the start': ({ text }) => `\r${text}`,
}

const injections: Texts = {
  'an event after LF': ({ text, forged }) => `${text}\n\nevent: ${forged}\nid: ${forged}\ndata: ${forged}\n\n`,
  'an event after CR': ({ text, forged }) => `${text}\r\revent: ${forged}\rdata: ${forged}\r\r`,
  'an event after CR LF': ({ text, forged }) => `${text}\r\n\r\ndata: ${forged}\r\n\r\n`,
  'a type after CR': ({ text, forged }) => `${text}\revent: ${forged}`,
  'an id after LF': ({ text, forged }) => `${text}\nid: ${forged}`,
  'an id after CR': ({ text, forged }) => `${text}\rid: ${forged}`,
  'what looks like fields': ({ text }) => `data: ${text}\n: comment\nretry: 1\nid`,
}

const spaces: Texts = {
  'a space at the start': ({ text }) => ` ${text}`,
  'two spaces at the start': ({ text }) => `  ${text}`,
  'a space at the end': ({ text }) => `${text} `,
  'tabs around it': ({ text }) => `\t${text}\t`,
  'indented lines': ({ text }) => `${text}\n  two\n   three \n `,
}

const unicode: Texts = {
  'emoji and marks': ({ text }) => `${text} 😀 e\u0301 ﬁ 日本語 \u{10ffff}`,
  'U+2028 and U+2029': ({ text }) => `${text}\u2028second\u2029third`,
  'U+0085, VT and FF': ({ text }) => `${text}\u0085second\u000bthird\u000cfourth`,
  'U+FEFF at the start': ({ text }) => `\ufeff${text}\ufeff`,
  'characters of control': ({ text }) => `${text}\u0001\u001b[31m\u007f`,
}

/** Text that is no Unicode: what is sent of it has to be UTF-8 all the same. */
const surrogates: Texts = {
  'half of a pair': ({ text }) => `${text} \ud83d end`,
  'the other half': ({ text }) => `${text} \ude00`,
}

const large: Texts = {
  large: ({ text }) => `${text} ${'0123456789abcdef'.repeat(16_384)} ${text}`,
}

const hostileTypes: readonly EventToPublish[] = [
  { name: 'type with LF and data', type: (own, { forged }) => `${own}\ndata: ${forged}` },
  { name: 'type with LF and an event', type: (own, { forged }) => `${own}\n\ndata: ${forged}\n\n` },
  { name: 'type with CR and a type', type: (own, { forged }) => `${own}\revent: ${forged}` },
  { name: 'type with CR LF and data', type: (own, { forged }) => `${own}\r\ndata: ${forged}` },
]

const hostileIds: readonly EventToPublish[] = [
  { name: 'id with LF', id: ({ text, forged }) => `${text}\nid: ${forged}` },
  { name: 'id with CR', id: ({ text, forged }) => `${text}\rid: ${forged}` },
  { name: 'id with CR LF and data', id: ({ text, forged }) => `${text}\r\ndata: ${forged}` },
  { name: 'id with an event', id: ({ text, forged }) => `${text}\n\ndata: ${forged}\n\n` },
  { name: 'id with NUL', id: ({ text }) => `${text}\0` },
]

export default sseServerSuite({
  role: 'sse-server',
  title: 'Servers write any type, id and data so that clients read what was published, and nothing else',
  cases: {
    [plain]: { ...published('text without anything special', { text: ({ text }) => text }, live), then: { 'sse-stream-data-unicode': (seen) => arrivedExactly(seen, 'stream', ['text']) } },
    lines: { ...published('data of several lines', lines), then: { 'sse-stream-data-lines': (seen) => arrivedExactly(seen, 'stream', Object.keys(lines)) } },
    'carriage-returns': { ...published('data with CR and CR LF', carriageReturns), then: { 'sse-stream-data-carriage-return': (seen) => arrivedExactly(seen, 'stream', Object.keys(carriageReturns)) } },
    'field-lines': { ...published('data that look like fields and events', injections), then: { 'sse-stream-data-no-injection': (seen) => injectsNothing(seen, 'stream', Object.keys(injections), 'data') } },
    spaces: { ...published('data with spaces at both ends', spaces), then: { 'sse-stream-data-spaces': (seen) => arrivedExactly(seen, 'stream', Object.keys(spaces)) } },
    empty: { ...published('data that are empty', { empty: () => '' }), then: { 'sse-stream-data-empty': (seen) => arrivedExactly(seen, 'stream', ['empty']) } },
    unicode: { ...published('characters that some software takes for ends of lines, or drops', unicode), then: { 'sse-stream-data-unicode': (seen) => arrivedExactly(seen, 'stream', Object.keys(unicode)) } },
    nul: { ...published('data with U+0000', { NUL: ({ text }) => `${text}\0after` }), then: { 'sse-stream-data-nul': (seen) => arrivedExactly(seen, 'stream', ['NUL']) } },
    surrogates: { ...published('data with half of a surrogate pair', surrogates), then: { 'sse-stream-utf8': (seen) => staysUtf8(seen, 'stream') } },
    large: { ...published('data of 256 KiB', large), then: { 'sse-stream-data-large': (seen) => arrivedExactly(seen, 'stream', Object.keys(large)) } },
    'hostile-types': { ...staged('types with CR and LF', hostileTypes, plain), then: { 'sse-stream-type-no-injection': (seen) => injectsNothing(seen, 'stream', namesOf(hostileTypes), 'a type') } },
    'hostile-ids': { ...staged('given ids with CR, LF and NUL', hostileIds, plain), then: { 'sse-stream-id-no-injection': (seen) => injectsNothing(seen, 'stream', namesOf(hostileIds), 'an id with CR, LF or NUL') } },
  },
})

/** Events with these data, one after the other, and one more that tells whether something is missing. */
function published(title: string, texts: Texts, control: string = plain): SseServerCase {
  return staged(title, Object.entries(texts).map(([name, data]) => ({ name, data })), control)
}

function staged(title: string, events: readonly EventToPublish[], control: string): SseServerCase {
  return { title, control, needs: 'publishes', when: [connect('stream'), awaitLive('stream'), publish(...events), awaitLive('stream')] }
}

function namesOf(events: readonly EventToPublish[]): readonly string[] {
  return events.map(({ name }) => name)
}
