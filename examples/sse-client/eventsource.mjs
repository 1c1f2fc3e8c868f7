import { EventSource } from 'eventsource'
import { installedVersion, openEventSource, serveAdapter } from './adapter.mjs'

// Headers travel by the library's own `fetch` option; its first request cannot carry an id of the caller's by any other way.
serveAdapter({
  name: 'eventsource',
  version: installedVersion('eventsource'),
  open: ({ url, headers = {}, lastEventId }, report) => {
    const own = lastEventId === undefined ? headers : { ...headers, 'Last-Event-ID': lastEventId }
    return openEventSource(EventSource, url, report, { fetch: (input, init) => fetch(input, { ...init, headers: { ...own, ...init.headers } }) })
  },
})
