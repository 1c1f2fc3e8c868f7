import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-garbage-refused',
  fault: 'lets a delivery through when its signature header cannot be parsed',
  message: /200/,
  parts: () => acceptsAlso((request) => {
    const text = textOf(request, 'webhook-signature')
    return text !== '' && !text.includes('v1') && !/[\w+/-]{20}/.test(text)
  }),
})
