import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-bom-kept',
  fault: 'strips a byte order mark before it verifies',
  message: /401/,
  parts: () => refusesAlso(({ body }) => body.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))),
})
