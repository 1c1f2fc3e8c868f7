import { createEventSource } from 'eventsource-client'
import { installedVersion, serveAdapter } from './adapter.mjs'

// The library tells the id field of each message, and the id that it would resume from by `lastEventId`.
serveAdapter({
  name: 'eventsource-client',
  version: installedVersion('eventsource-client'),
  open: ({ url, headers = {}, lastEventId }, report) => {
    const client = createEventSource({
      url,
      headers,
      ...(lastEventId === undefined ? {} : { initialLastEventId: lastEventId }),
      onMessage: ({ event = 'message', data, id }) => report.event({ type: event, data, lastEventId: id ?? client.lastEventId ?? '' }),
      onConnect: () => report.state('open'),
      onDisconnect: () => report.state(client.readyState),
      onScheduleReconnect: () => {
        report.error()
        report.state('connecting')
      },
    })
    return client
  },
})
