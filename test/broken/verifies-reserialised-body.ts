import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso, reserialised } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-raw-bytes',
  fault: 'verifies the body that its framework parsed and that it serialised again',
  message: /401/,
  parts: () => refusesAlso((request) => (reserialised(request) ?? request.body.toString().trim()) !== request.body.toString().trim()),
})
