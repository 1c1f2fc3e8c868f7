import { cannotDo, openEventSource, serveAdapter } from './adapter.mjs'

// node --experimental-eventsource examples/sse-client/node.mjs
serveAdapter({
  name: 'Node.js EventSource',
  version: process.version,
  open: ({ url, headers, lastEventId }, report) => {
    if (headers !== undefined) throw cannotDo('headers')
    if (lastEventId !== undefined) throw cannotDo('lastEventId')
    return openEventSource(globalThis.EventSource, url, report)
  },
})
