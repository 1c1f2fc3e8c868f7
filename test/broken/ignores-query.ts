import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-covers-url',
  fault: 'verifies the URL without its query',
  message: /200/,
  profile: 'hubspot-v3',
  parts: () => acceptsAlso((request, setting) => authenticate({ ...request, url: request.url.split('?')[0] ?? '' }, setting)),
})
