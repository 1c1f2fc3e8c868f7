import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-none-lost',
  fault: 'drops what comes while five hundred deliveries are under way',
  message: /lost for example number/,
  parts: () => ({ hasRoom: (underWay) => underWay < 500 }),
})
