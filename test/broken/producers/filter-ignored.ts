import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-field-filter',
  fault: 'takes a filter and delivers everything',
  message: /wanted event/,
  parts: () => ({ matches: () => true }),
})
