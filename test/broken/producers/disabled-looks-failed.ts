import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-health-disabled',
  fault: 'tells the same status for an endpoint that it disabled as for one that fails',
  message: /the status "disabled"/,
  parts: () => ({ answerHealth: (endpoint, setting) => honestParts.answerHealth(endpoint && { ...endpoint, disabled: false }, setting) }),
})
