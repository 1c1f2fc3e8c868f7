import { fetchEventSource } from '@microsoft/fetch-event-source'
import { installedVersion, serveAdapter } from './adapter.mjs'

// The library is made for pages: it asks for a document and a window, of which Node has neither.
globalThis.window ??= globalThis
globalThis.document ??= { hidden: false, addEventListener: () => {}, removeEventListener: () => {} }

serveAdapter({
  name: '@microsoft/fetch-event-source',
  version: installedVersion('@microsoft/fetch-event-source'),
  open: ({ url, headers = {}, lastEventId }, report) => {
    const end = new AbortController()
    let lastId = lastEventId ?? ''
    const done = fetchEventSource(url, {
      signal: end.signal,
      headers: lastEventId === undefined ? headers : { ...headers, 'last-event-id': lastEventId },
      openWhenHidden: true,
      onopen: async () => report.state('open'),
      onmessage: ({ event, data, id }) => {
        lastId = id === '' ? lastId : id
        report.event({ type: event === '' ? 'message' : event, data, lastEventId: lastId })
      },
      onerror: () => {
        report.error()
        report.state('connecting')
      },
    })
    done.then(
      () => report.state('closed'),
      () => report.state('closed'),
    )
    return { close: () => end.abort() }
  },
})
