import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-param-duplicate-refused',
  fault: 'puts the parameters of the signature header into an object, so that the last one wins',
  message: /200/,
  profile: 'stripe',
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'stripe-signature', lastOfEach), setting)),
})

function lastOfEach(header: string): string {
  const parameters = new Map(header.split(',').map((part) => [part.split('=')[0], part]))
  return [...parameters.values()].join(',')
}
