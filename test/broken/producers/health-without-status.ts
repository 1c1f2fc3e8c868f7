import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { retold } from './change.ts'

export default brokenProducer({
  requirement: 'subscription-health-shape',
  fault: 'tells figures of health and no status',
  message: /no \/?status/,
  parts: () => ({ answerHealth: (endpoint, setting) => retold(honestParts.answerHealth(endpoint, setting), { status: undefined }) }),
})
