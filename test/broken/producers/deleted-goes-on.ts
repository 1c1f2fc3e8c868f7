import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-delete',
  fault: 'answers a deletion and deletes nothing',
  message: /after the removal/,
  parts: () => ({ remove: () => [] }),
})
