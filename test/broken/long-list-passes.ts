import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-list-bounded',
  fault: 'gives up on a long list and lets the delivery through',
  message: /200/,
  parts: () => acceptsAlso((request) => textOf(request, 'webhook-signature').split(' ').length > 16),
})
