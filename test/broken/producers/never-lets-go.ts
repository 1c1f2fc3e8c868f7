import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-disable-failing-period',
  fault: 'goes on with an endpoint, however long it has failed',
  message: /nothing more to an endpoint that has failed/,
  parts: () => ({ hasFailedTooLong: () => false }),
})
