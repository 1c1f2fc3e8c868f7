import { durationWords } from '../../profile/duration.ts'
import { bytesOf, type Act, type Answer, type Answering } from './answer.ts'
import { escapedBytes } from './event-words.ts'
import type { SseClientStep } from './vocabulary.ts'

/** The steps of a case as English sentences without a full stop. */
export function sseClientStepWords(steps: readonly SseClientStep[]): readonly string[] {
  return steps.map(words)
}

function words(step: SseClientStep): string {
  switch (step.do) {
    case 'serve':
      return `serve ${pathWords(step.path)}${step.place === 'elsewhere' ? ' at another origin' : step.place === 'own-port' ? ' on a port of its own' : ''}: ${answersWords(step.answers)}`
    case 'connect':
      return `tell the client to read ${pathWords(step.path)}${askedWords(step.asked)}`
    case 'await-end-mark':
      return 'wait until it has delivered the end mark'
    case 'await-events':
      return `wait until it has delivered ${step.count === 1 ? 'an event' : `${step.count} events`}`
    case 'await-requests':
      return `wait for ${step.count === 1 ? 'a request' : `${step.count} requests`} for ${pathWords(step.path)}${step.afterMs > 0 ? `; it was told to wait ${durationWords(step.afterMs)}` : ''}`
    case 'await-state':
      return `wait until it says that it is ${step.state}, ${durationWords(step.withinMs)} at most`
    case 'await-final':
      return `wait until it is closed for good, comes back after ${step.count === 1 ? 'the first request' : `${step.count} requests`}, or would have`
    case 'await-quiet':
      return `wait until no request comes for ${durationWords(step.quietMs)}, or ${step.most} have come`
    case 'await-gone':
      return `wait until its connection is gone, ${durationWords(step.withinMs)} at most`
    case 'release':
      return `let the stream go on behind "${step.gate}"`
    case 'close':
      return 'close the client'
    case 'refuse':
      return `refuse connections to the port of ${pathWords(step.path)}`
    case 'accept':
      return `accept connections to the port of ${pathWords(step.path)} again`
    case 'watch':
      return step.reconnection ? `watch for ${durationWords(step.ms)} and the time that it took to come back before, or until a request comes` : `watch for ${durationWords(step.ms)}`
  }
}

function pathWords(path: string): string {
  return path === 'stream' ? 'the stream' : `the path ${path}`
}

function askedWords({ headers, lastEventId, closeAfter }: Extract<SseClientStep, { do: 'connect' }>['asked']): string {
  const parts = [
    ...(headers ? [`with the headers ${Object.keys(headers).join(', ')}`] : []),
    ...(lastEventId === undefined ? [] : [`from the id ${lastEventId}`]),
    ...(closeAfter === undefined ? [] : [`and to close itself in its handler of event ${closeAfter}`]),
  ]
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`
}

function answersWords(answers: readonly Answering[]): string {
  const told = answers.map((answering) => answerWords(typeof answering === 'function' ? answering({ headers: [], nowMs: 0, url: (path) => `http://127.0.0.1/${path}` }) : answering))
  return told.map((text, index) => (told.length === 1 ? text : `${index === 0 ? 'first' : index < told.length - 1 ? 'then' : 'and then always'} ${text}`)).join(', ')
}

function answerWords({ name, acts, ending, raw }: Answer): string {
  const sent = raw === undefined ? acts.map(actWords).filter((text) => text !== '') : [escapedBytes(bytesOf(raw), [])]
  const end = ending === 'reset' ? ', then a reset' : ending === 'last-chunk-missing' ? ', then the end without the last chunk' : ''
  return `${name}${sent.length === 0 ? '' : `: ${sent.join(' ')}`}${end}`
}

function actWords(act: Act): string {
  switch (act.do) {
    case 'send':
      return escapedBytes(bytesOf(act.bytes), act.cuts === undefined ? [] : act.cuts === 'every-byte' ? Array.from({ length: 4 }, (_, index) => index + 1) : act.cuts)
    case 'send-compressed':
      return act.parts.map((part) => escapedBytes(Buffer.from(part), [])).join(' | ')
    case 'pause':
      return `(${durationWords(act.ms)})`
    case 'wait':
      return `(until "${act.gate}")`
  }
}
