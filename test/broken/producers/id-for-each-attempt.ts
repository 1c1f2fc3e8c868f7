import { brokenProducer } from './broken-producer.ts'
import { dressed, onRetries } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-keeps-id',
  fault: 'gives each attempt an id of its own',
  message: /same id/,
  alsoFails: [
    { requirement: 'webhook-retry-manual-same-id', because: 'a redelivery is a further attempt' },
  ],
  parts: () => onRetries((attempt, setting) => dressed(attempt, setting, { id: `${attempt.event.id}-${attempt.number}` })),
})
