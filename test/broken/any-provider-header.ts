import { createHmac } from 'node:crypto'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-foreign-refused',
  fault: 'verifies the header of whichever provider is there, with its one secret',
  message: /200/,
  parts: () => acceptsAlso((request, { keys }) => {
    const [secret = ''] = keys.secrets
    return [Buffer.from(secret), Buffer.from(secret.replace('whsec_', ''), 'base64')].some(
      (key) => textOf(request, 'x-hub-signature-256') === `sha256=${createHmac('sha256', key).update(request.body).digest('hex')}`,
    )
  }),
})
