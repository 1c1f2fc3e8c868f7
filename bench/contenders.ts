import { createRequire } from 'node:module'
import { createParser } from 'eventsource-parser'
import { EventStreamParser } from '../harness/sse/parser.ts'

/** A parser as its users feed it. Reads a stream and returns a checksum of the data that it dispatched. */
export interface Contender {
  readonly name: string
  readonly read: (chunks: readonly Buffer[]) => number
}

const require = createRequire(import.meta.url)

/** Not public: the part of undici's EventSource that reads the body. A stream; here its transform is called without the queues around it. */
interface UndiciStream {
  push: (event: { readonly options: { readonly data: string } }) => boolean
  _transform(chunk: Buffer, encoding: string, done: (error?: Error) => void): void
}
const undici = require('undici/lib/web/eventsource/eventsource-stream.js') as { readonly EventSourceStream: new (options: object) => UndiciStream }

const versionOf = (name: string) => (require(`${name}/package.json`) as { readonly version: string }).version

export const ours: Contender = {
  name: 'ours',
  read: (chunks) => {
    const sum = new Checksum()
    const parser = new EventStreamParser({ onEvent: (event) => sum.add(event.data) })
    for (const chunk of chunks) parser.push(chunk)
    parser.end()
    return sum.value
  },
}

export const peer: Contender = {
  name: `eventsource-parser ${versionOf('eventsource-parser')}`,
  read: (chunks) => {
    const sum = new Checksum()
    const decoder = new TextDecoder()
    const parser = createParser({ onEvent: (event) => sum.add(event.data) })
    for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }))
    return sum.value
  },
}

export const onlooker: Contender = {
  name: `undici ${versionOf('undici')}`,
  read: (chunks) => {
    const sum = new Checksum()
    const stream = new undici.EventSourceStream({ eventSourceSettings: { lastEventId: '', reconnectionTime: 0, origin: '' } })
    stream.push = (event) => {
      sum.add(event.options.data)
      return true
    }
    for (const chunk of chunks) stream._transform(chunk, 'buffer', () => {})
    return sum.value
  },
}

/** Looks at each text, so that nobody gets by with one that is not put together yet. */
class Checksum {
  value = 0

  add(data: string): void {
    this.value = (this.value + data.length + (data.charCodeAt(data.length - 1) || 0)) % 1_000_000_007
  }
}
