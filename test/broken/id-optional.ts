import { parseJson, valueAt } from '../../harness/profile/json-pointer.ts'
import { honestParts } from '../../reference/consumer/parts.ts'
import type { ReceivedRequest } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, completed } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-id-required',
  fault: 'takes the id from the body when the header is missing, for the signed content and for itself',
  message: /200/,
  parts: () => ({
    ...acceptsAlso((request, setting) => !hasId(request) && authenticate(completed(request, 'webhook-id', idOfBody(request)), setting)),
    identify: (request, content, setting) => honestParts.identify(request, content, setting) ?? idOfBody(request),
  }),
})

function idOfBody({ body }: ReceivedRequest): string {
  return String(valueAt(parseJson(body.toString()) ?? null, '/id') ?? '')
}

function hasId({ headers }: ReceivedRequest): boolean {
  return headers.some(([name]) => /-id$/i.test(name))
}
