import { createParser } from 'eventsource-parser'
import { installedVersion, serveAdapter } from './adapter.mjs'
import { follow } from './follow.mjs'

// The library parses text. It tells the id field of each event, and a reconnection time at once.
serveAdapter({
  name: 'eventsource-parser',
  version: installedVersion('eventsource-parser'),
  open: (request, report) =>
    follow(request, report, async (response, told) => {
      const parser = createParser({
        onEvent: ({ event, data, id }) => told.event({ type: event, data, ...(id === undefined ? {} : { id }) }),
        onRetry: told.retry,
      })
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text)
    }),
})
