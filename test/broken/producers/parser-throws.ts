import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-body-malformed',
  fault: 'answers 500 to a registration that is not JSON',
  message: /500/,
  parts: () => ({
    readRegistration(body, setting) {
      JSON.parse(body.toString())
      return honestParts.readRegistration(body, setting)
    },
  }),
})
