import { brokenConsumer } from './broken-consumer.ts'
import { authenticUnder } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-guard-checked',
  fault: 'does not read the headers that state version and algorithm',
  message: /200/,
  profile: 'box',
  parts: () => ({ authenticate: (request, setting) => authenticUnder((scheme) => ({ ...scheme, guards: [] }), request, setting) }),
})
