import { valueAt } from '../../harness/profile/json-pointer.ts'
import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-order-independent',
  fault: 'drops an event that happened before the last one that it processed',
  message: /never/,
  parts: () => {
    let newest = Number.NEGATIVE_INFINITY
    return {
      async process(event, setting) {
        const at = Date.parse(String(valueAt(event.content, '/timestamp')))
        if (at < newest) return
        await honestParts.process(event, setting)
        newest = Number.isNaN(at) ? newest : at
      },
    }
  },
})
