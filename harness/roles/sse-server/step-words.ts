import { durationWords } from '../../profile/duration.ts'
import { quote } from './claims-reading.ts'
import type { Anchor, Asking, EventToPublish, SseServerStep } from './vocabulary.ts'

const own = 'conformance.x1'
const mark = { text: '(the mark of the event)', forged: '(what must not get out of it)' }

/** The steps of a case as English sentences without a full stop. */
export function sseServerStepWords(steps: readonly SseServerStep[]): readonly string[] {
  return steps.map(words)
}

function words(step: SseServerStep): string {
  switch (step.do) {
    case 'connect':
      return `${step.asking.method ?? 'GET'} ${step.asking.resource === undefined ? 'the stream' : `the stream of the resource ${step.asking.resource}`}${askingWords(step.asking)}, as ${step.copies === 1 ? `"${step.stream}"` : `${step.copies} clients "${step.stream}"`}`
    case 'await-open':
      return `wait for an answer to ${names(step.streams)}, ${durationWords(step.ms)} at most`
    case 'await-live':
      return `publish events${step.event.key === undefined ? '' : ` about ${step.event.key}`}${step.event.type ? ` of type ${quote(step.event.type(own, mark))}` : ''} until each of ${names(step.streams)} has shown one`
    case 'await-all':
      return `wait until ${names(step.streams)} have shown every event`
    case 'publish':
      return `publish ${step.together ? `${step.events.length} events at the same time` : step.events.map(eventWords).join(', then ')}`
    case 'publish-many':
      return `publish ${step.count} events${step.dataBytes > 0 ? ` of ${step.dataBytes} bytes` : ''}, ${step.batch === 1 ? 'one after the other' : `${step.batch} in a call`}`
    case 'publish-and-wait':
      return `publish one event and wait for it on "${step.stream}"; only where it does not come, another one, at most three times`
    case 'await-events':
      return `wait for ${step.count} events on "${step.stream}", whoever publishes them, ${durationWords(step.ms)} at most`
    case 'await-end':
      return `wait until the server has ended ${names(step.streams)}`
    case 'watch':
      return `watch "${step.stream}" ${step.until === 'a-moment' ? 'for a moment' : 'for two heartbeats'}`
    case 'stop-reading':
      return `stop reading "${step.stream}"`
    case 'read-on':
      return `read on from "${step.stream}"`
    case 'close':
      return `close "${step.stream}"`
    case 'come-and-go':
      return `open and close ${step.times} streams, some at a time`
    case 'resume-while-publishing':
      return `publish ${step.events} events one after the other while "${step.stream}" reads a few, closes, and resumes from its last id, again and again`
    case 'disconnect':
      return 'make the target end every stream'
    case 'retain':
      return `make the target keep the newest ${step.keep} events only`
    case 'reset':
      return 'reset the target'
  }
}

function names(streams: readonly string[]): string {
  return streams.map((name) => `"${name}"`).join(', ')
}

function askingWords({ after, types, acceptEncoding, credentials }: Asking): string {
  return [
    ...(after === undefined ? [] : [` with Last-Event-ID ${anchorWords(after)}`]),
    ...(types === undefined ? [] : [` for the types ${types.map((of) => of(own)).join(', ')}`]),
    ...(acceptEncoding === undefined ? [] : [` with Accept-Encoding: ${acceptEncoding}`]),
    ...(credentials === undefined ? [] : [credentials === 'none' ? ' without credentials' : ' with wrong credentials']),
  ].join(',')
}

function anchorWords(anchor: Anchor): string {
  if ('behind' in anchor) return `of the event "${anchor.behind}"`
  if ('behindFirstOf' in anchor) return `of the first event on "${anchor.behindFirstOf}"`
  if ('text' in anchor) return anchor.text === '' ? 'empty' : quote(anchor.text, 60)
  return anchor.unknown === 'like-its-own' ? 'like those of the target, and never given' : 'that looks like nothing'
}

function eventWords({ name, type, key, id, data }: EventToPublish): string {
  const parts = [...(type ? [`type ${quote(type(own, mark), 80)}`] : []), ...(key === undefined ? [] : [`about ${key}`]), ...(id ? [`id ${quote(id(mark), 80)}`] : []), ...(data ? [`data ${quote(data(mark), 80)}`] : [])]
  return `"${name}"${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}
