import { EventSource } from 'extended-eventsource'
import { installedVersion, openEventSource, serveAdapter } from './adapter.mjs'

serveAdapter({
  name: 'extended-eventsource',
  version: installedVersion('extended-eventsource'),
  open: ({ url, headers = {}, lastEventId }, report) => {
    const own = lastEventId === undefined ? headers : { ...headers, 'Last-Event-ID': lastEventId }
    return openEventSource(EventSource, url, report, { headers: own, disableLogger: true })
  },
})
