import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-payload-small',
  fault: 'sends the whole record of the customer with every event',
  message: /\d{5} bytes/,
  parts: () => ({
    compose(event, setting) {
      const composed = honestParts.compose(event, setting)
      return { ...composed, body: composed.body.replace(/}$/, `,"customer":"${'.'.repeat(40_000)}"}`) }
    },
  }),
})
