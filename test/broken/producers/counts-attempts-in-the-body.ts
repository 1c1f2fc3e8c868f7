import { brokenProducer } from './broken-producer.ts'
import { dressed, onRetries } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-keeps-body',
  fault: 'writes the number of the attempt into the body',
  message: /same body/,
  parts: () => onRetries((attempt, setting) => dressed(attempt, setting, { body: attempt.event.body.replace(/}$/, `,"attempt":${attempt.number}}`) })),
})
