import { createLedger } from '../../reference/consumer/ledger.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-window',
  fault: 'remembers events for five minutes',
  message: /2 times/,
  parts: () => ({ createLedger: ({ clock }) => createLedger(clock, 5 * 60_000) }),
})
