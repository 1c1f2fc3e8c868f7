import { EventSource } from 'undici'
import { cannotDo, openEventSource, serveAdapter } from './adapter.mjs'

serveAdapter({
  name: 'undici EventSource',
  open: ({ url, headers, lastEventId }, report) => {
    if (headers !== undefined) throw cannotDo('headers')
    if (lastEventId !== undefined) throw cannotDo('lastEventId')
    return openEventSource(EventSource, url, report)
  },
})
