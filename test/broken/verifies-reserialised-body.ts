import { parseJson } from '../../harness/profile/json-pointer.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-raw-bytes',
  fault: 'verifies the body that its framework parsed and that it serialised again',
  message: /401/,
  parts: () => refusesAlso(({ body }) => {
    const content = parseJson(body.toString())
    return content !== undefined && JSON.stringify(content) !== body.toString().trim()
  }),
})
