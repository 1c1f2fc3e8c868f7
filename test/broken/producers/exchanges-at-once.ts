import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-rotation-overlap',
  fault: 'signs with the new secret alone as soon as it is exchanged',
  message: /signed by the new secret alone/,
  parts: () => ({
    rotate(endpoint, secret, setting) {
      const { previous: _, ...rotated } = honestParts.rotate(endpoint, secret, setting)
      return rotated
    },
  }),
})
