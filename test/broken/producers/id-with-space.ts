import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-id-plain',
  fault: 'makes ids of the type and a number, with a space between them',
  message: /id without delimiter/,
  profile: 'github',
  parts: () => {
    let number = 0
    return {
      identify: () => `event ${(number += 1)}`,
    }
  },
})
