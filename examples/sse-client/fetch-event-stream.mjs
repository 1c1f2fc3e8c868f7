import { events } from 'fetch-event-stream'
import { installedVersion, serveAdapter } from './adapter.mjs'
import { follow } from './follow.mjs'

// The library reads one response. It tells a reconnection time only with an event, and an id as a number where it looks like one.
serveAdapter({
  name: 'fetch-event-stream',
  version: installedVersion('fetch-event-stream'),
  open: (request, report) =>
    follow(request, report, async (response, told, signal) => {
      for await (const { event, data, id, retry } of events(response, signal)) {
        if (retry !== undefined) told.retry(retry)
        if (data !== undefined) told.event({ type: event, data, ...(id === undefined ? {} : { id: String(id) }) })
      }
    }),
})
