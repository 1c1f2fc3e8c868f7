import { EventSource } from 'launchdarkly-eventsource'
import { installedVersion, serveAdapter } from './adapter.mjs'

// The library emits events by name: whatever it emits that carries data is a delivered event.
serveAdapter({
  name: 'launchdarkly-eventsource',
  version: installedVersion('launchdarkly-eventsource'),
  capabilities: { retriesOn: [500, 502, 503, 504], reconnectMs: 1000 },
  open: ({ url, headers = {}, lastEventId }, report) => {
    const own = lastEventId === undefined ? headers : { ...headers, 'Last-Event-ID': lastEventId }
    const source = new EventSource(url, { headers: own, initialRetryDelayMillis: 1000 })
    const emit = source.emit.bind(source)
    source.emit = (type, ...rest) => {
      const [event] = rest
      if (event?.data !== undefined) report.event({ type, data: event.data, lastEventId: event.lastEventId ?? '' })
      return emit(type, ...rest)
    }
    source.onopen = () => report.state('open')
    source.onerror = () => report.error()
    source.onclosed = () => report.state('closed')
    source.onretrying = () => report.state('connecting')
    return source
  },
})
