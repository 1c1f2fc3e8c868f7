import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-redirect-unfollowed',
  fault: 'follows redirects, as its HTTP client does by default',
  message: /\d requests/,
  parts: () => ({ follow: (result, request, followed, setting) => honestParts.follow(result, request, followed, { ...setting, policy: { ...setting.policy, redirects: 5 } }) }),
})
