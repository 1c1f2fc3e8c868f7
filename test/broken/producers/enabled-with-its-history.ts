import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-disable-enabled-again',
  fault: 'enables an endpoint and remembers since when it had failed',
  message: /began anew/,
  parts: () => ({ enable: (endpoint) => ({ ...endpoint, disabled: false, failing: false }) }),
})
