import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-ack-takes-effect',
  fault: 'acknowledges events that nothing will ever process',
  message: /never/,
  parts: () => ({ process: () => {} }),
})
