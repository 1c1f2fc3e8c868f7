import { EventSource } from 'undici'
import { cannotDo, installedVersion, openEventSource, serveAdapter } from './adapter.mjs'

serveAdapter({
  name: 'undici EventSource',
  version: installedVersion('undici'),
  open: ({ url, headers, lastEventId }, report) => {
    if (headers !== undefined) throw cannotDo('headers')
    if (lastEventId !== undefined) throw cannotDo('lastEventId')
    return openEventSource(EventSource, url, report)
  },
})
