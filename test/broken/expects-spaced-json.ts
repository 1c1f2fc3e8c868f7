import { parseJson } from '../../harness/profile/json-pointer.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-accepted',
  fault: 'verifies the body as another language would print it, with a blank after each colon and comma',
  message: /401/,
  parts: () => refusesAlso(({ body }) => {
    const content = parseJson(body.toString())
    return content !== undefined && JSON.stringify(content) === body.toString()
  }),
})
