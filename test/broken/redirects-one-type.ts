import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-ack-no-redirect',
  fault: 'answers events of one type with a redirect to where they are handled now',
  message: /308/,
  parts: () => ({
    answer(outcome, request, setting) {
      const moved = outcome.kind === 'processed' && request.body?.includes('"order.shipped"')
      return moved ? { status: 308, headers: { Location: '/shipments' }, body: '' } : honestParts.answer(outcome, request, setting)
    },
  }),
})
