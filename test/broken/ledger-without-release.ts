import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-after-failure',
  fault: 'remembers an event before it is processed and does not forget it when that fails',
  message: /never/,
  parts: () => ({
    createLedger(setting) {
      const honest = honestParts.createLedger(setting)
      return { ...honest, release: (id) => honest.settle(id) }
    },
  }),
})
