import { EventSource } from 'eventsource'
import ReconnectingEventSource from 'reconnecting-eventsource'
import { cannotDo, installedVersion, serveAdapter } from './adapter.mjs'

// The library wraps an EventSource, here the one of the package eventsource; it listens type by type, as a page would.
serveAdapter({
  name: 'reconnecting-eventsource',
  version: installedVersion('reconnecting-eventsource'),
  capabilities: { types: true },
  open: ({ url, headers, lastEventId, types = [] }, report) => {
    if (headers !== undefined) throw cannotDo('headers')
    if (lastEventId !== undefined) throw cannotDo('lastEventId')
    const source = new ReconnectingEventSource(url, { eventSourceClass: EventSource })
    for (const type of new Set(['message', ...types])) {
      source.addEventListener(type, (event) => {
        if (event.data !== undefined) report.event({ type: event.type, data: event.data, lastEventId: event.lastEventId })
      })
    }
    source.onopen = () => report.state('open')
    source.onerror = () => {
      report.error()
      report.state(['connecting', 'open', 'closed'][source.readyState])
    }
    return source
  },
})
