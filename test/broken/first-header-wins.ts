import { honestParts } from '../../reference/consumer/parts.ts'
import type { ReceivedRequest } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-header-duplicate-refused',
  fault: 'reads the first of two signed headers and ignores the second',
  message: /200/,
  parts: () => ({
    ...acceptsAlso((request, setting) => authenticate(withFirstHeaders(request), setting)),
    identify: (request, content, setting) => honestParts.identify(withFirstHeaders(request), content, setting),
  }),
})

function withFirstHeaders(request: ReceivedRequest): ReceivedRequest {
  const names = request.headers.map(([name]) => name.toLowerCase())
  return { ...request, headers: request.headers.filter((_, index) => names.indexOf(names[index] ?? '') === index) }
}
