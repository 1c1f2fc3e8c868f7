import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-failed-attempt',
  fault: 'gives a delivery up when its first attempt is answered with 500',
  message: /answered with 500/,
  alsoFails: [
    { requirement: 'webhook-retry-all-attempts', because: 'the schedule ends with the attempt that is not repeated' },
    { requirement: 'webhook-retry-transient-statuses', because: '500 is one of them' },
    { requirement: 'webhook-retry-stops-on-success', because: 'there is no second attempt that could succeed' },
  ],
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'answered' && result.status === 500 ? 'permanent' : honestParts.classify(result, attempt, setting)) }),
})
