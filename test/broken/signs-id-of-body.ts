import { parseJson, valueAt } from '../../harness/profile/json-pointer.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-covers-id',
  fault: 'puts the id of the body into the signed content in place of the header',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const id = valueAt(parseJson(request.body.toString()) ?? null, '/id')
    return typeof id === 'string' && authenticate(rewritten(request, 'webhook-id', () => id), setting)
  }),
})
