import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-content-type-refused',
  fault: 'does not look at the content type',
  message: /200/,
  parts: () => ({ admit: ({ method }) => (method === 'POST' ? undefined : { kind: 'wrong-method' }) }),
})
