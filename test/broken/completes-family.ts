import { honestParts } from '../../reference/consumer/parts.ts'
import type { ReceivedRequest } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, completed, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-header-family-unmixed',
  fault: 'takes each header from whichever of two families has it',
  message: /200/,
  parts: () => ({
    ...acceptsAlso((request, setting) => missingOf(request).length < 3 && authenticate(withSiblings(request), setting)),
    identify: (request, content, setting) => honestParts.identify(withSiblings(request), content, setting),
  }),
})

function missingOf(request: ReceivedRequest): readonly string[] {
  return ['id', 'timestamp', 'signature'].filter((name) => textOf(request, `webhook-${name}`) === '')
}

function withSiblings(request: ReceivedRequest): ReceivedRequest {
  return missingOf(request).reduce((whole, name) => completed(whole, `webhook-${name}`, textOf(request, `svix-${name}`)), request)
}
