import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso, reserialised } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-accepted',
  fault: 'verifies the body as another language would print it, with a blank after each colon and comma',
  message: /401/,
  parts: () => refusesAlso((request) => reserialised(request) === request.body.toString()),
})
