import type { SourceDocument } from '../profile/locate.ts'
import type { EventStreamPolicy } from '../profile/profile.ts'
import { errorBody, originPath, type MockSection } from './mock-section.ts'
import { expressionOf, stringLiteral } from './typescript-text.ts'

/** The event stream of the document: what is published goes to whoever reads, and is kept so that a stream can be resumed. */
export function streamMock(document: SourceDocument, policy: EventStreamPolicy): MockSection {
  const { filter, lost, resumes, start } = policy
  const channel = document.members(document.member(document.root, 'channels')).find((each) => document.member(each, 'x-event-stream') !== undefined)
  const address = channel && document.member(channel, 'address')?.value
  const path = typeof address === 'string' ? address : '/events'
  const [status] = lost.statuses
  const gone = `HttpResponse.json(${expressionOf(errorBody(undefined, 'events_lost', 'Events behind this id are not kept.'))}, { status: ${status ?? 410} })`
  const isLost = 'index < 0'
  const resumption = [
    "      const last = request.headers.get('last-event-id')",
    '      const index = last === null ? 0 : log.findIndex(({ id }) => id === last)',
    ...(status === undefined ? [] : [`      if (${isLost}) return ${gone}`]),
    `      const kept = last === null ? ${start === 'earliest' ? 'log' : '[]'} : log.slice(index + 1)`,
    ...(status === undefined && lost.event !== undefined ? [`      const notice = ${isLost} ? ${stringLiteral(`event: ${lost.event}\ndata: {}\n\n`)} : ''`] : []),
  ]
  const notice = resumes && status === undefined && lost.event !== undefined ? 'notice + ' : ''
  const wanted = filter === undefined ? [] : [`      const types = new URL(request.url).searchParams.get(${stringLiteral(filter)})?.split(',')`]
  const isWanted = filter === undefined ? '' : '.filter(({ type }) => types === undefined || types.includes(type))'
  return {
    options: [],
    members: ['  /** Sends an event to every open stream, and keeps it; its id. */', '  publish(event: { readonly type?: string; readonly data: string; readonly id?: string }): string', '  /** Ends every open stream. */', '  disconnect(): void'],
    state: [
      '  const log: StreamEvent[] = []',
      '  const readers = new Set<{ take(events: readonly StreamEvent[]): void; end(): void }>()',
      '  const disconnect = () => {\n    for (const reader of readers) reader.end()\n    readers.clear()\n  }',
    ],
    handlers: [
      `    http.get(${originPath(path)}, ({ request }) => {
${[...(resumes ? resumption : [`      const kept: readonly StreamEvent[] = ${start === 'earliest' ? 'log' : '[]'}`]), ...wanted].join('\n')}
      let leave = () => {}
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          const write = (text: string) => {
            if (text !== '') controller.enqueue(new TextEncoder().encode(text))
          }
          const reader = {
            take: (events: readonly StreamEvent[]) => write(events${isWanted}.map(written).join('')),
            end: () => controller.close(),
          }
          write(${notice}': a stream of a mock\\n\\n')
          reader.take(kept)
          readers.add(reader)
          leave = () => void readers.delete(reader)
        },
        cancel: () => leave(),
      })
      request.signal.addEventListener('abort', () => leave())
      return new HttpResponse(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' } })
    })`,
    ],
    returned: [
      `publish({ type = 'message', data, id = \`evt-\${log.length + 1}\` }) {
      const event: StreamEvent = { type, data, id }
      log.push(event)
      for (const reader of readers) reader.take([event])
      return id
    }`,
      'disconnect',
    ],
    reset: ['      disconnect()', '      log.length = 0'],
    beside: [
      `interface StreamEvent {
  readonly type: string
  readonly data: string
  readonly id: string
}

/** An event as it is written into a stream: a line break in a type or an id would end the line. */
function written({ type, data, id }: StreamEvent): string {
  const line = (text: string) => text.replaceAll(/[\\r\\n\\0]/g, '')
  return \`id: \${line(id)}\\nevent: \${line(type)}\\n\${data.split(/\\r\\n|\\r|\\n/).map((part) => \`data: \${part}\\n\`).join('')}\\n\`
}
`,
    ],
  }
}
