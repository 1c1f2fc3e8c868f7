import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-disable-success-resets',
  fault: 'counts the failing period from the first failure of an endpoint, whatever succeeded since',
  message: /succeeded within the period/,
  parts: () => {
    const since = new Map<string, number>()
    return {
      hasFailedTooLong(endpoint, at, setting) {
        const failingSince = since.get(endpoint.id) ?? at
        since.set(endpoint.id, failingSince)
        return honestParts.hasFailedTooLong({ ...endpoint, failingSince }, at, setting)
      },
      enable(endpoint, setting) {
        since.delete(endpoint.id)
        return honestParts.enable(endpoint, setting)
      },
    }
  },
})
