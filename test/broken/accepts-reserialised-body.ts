import { parseJson } from '../../harness/profile/json-pointer.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-covers-body',
  fault: 'verifies the body as it was serialised anew when the bytes that came do not verify',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const content = parseJson(request.body.toString())
    return content !== undefined && authenticate({ ...request, body: Buffer.from(JSON.stringify(content)) }, setting)
  }),
})
