import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-manual-same-id',
  fault: 'publishes a copy of the event when its redelivery is asked for',
  message: /the id of the first attempt/,
  parts: () => ({
    redeliver({ event, endpoint }) {
      const id = `${event.id}-again`
      const renamed = (text: string): string => text.replaceAll(event.id, id)
      return [{ kind: 'published', event: { ...event, id, headers: event.headers.map(([name, value]) => [name, renamed(value)]), body: renamed(event.body) }, endpoints: [endpoint] }]
    },
  }),
})
