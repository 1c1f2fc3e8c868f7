import { valueAt } from '../../harness/profile/json-pointer.ts'
import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-ack-deadline',
  fault: 'does its work before it answers, and for one type that takes longer than the sender waits',
  message: /after \d+/,
  parts: () => ({
    async process(event, setting) {
      await honestParts.process(event, setting)
      if (valueAt(event.content, '/type') === 'order.shipped') await setting.clock.sleep(setting.profile.acknowledgement.deadlineMs + 5000)
    },
  }),
})
