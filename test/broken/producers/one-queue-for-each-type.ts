import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-endpoints-apart',
  fault: 'has one queue for each type of event, in which endpoints wait for each other',
  message: /of 10 in time/,
  parts: () => ({ lane: ({ types = [] }) => ({ key: types.join(' '), width: 4 }) }),
})
