import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-rotation-retires',
  fault: 'goes on signing with the old secret when the overlap is over',
  message: /by the old secret/,
  parts: () => ({ rotate: (endpoint, secret) => ({ ...endpoint, secret, previous: { secret: endpoint.secret, until: endOfTimeMs } }) }),
})

/** The last time that a date can hold. */
const endOfTimeMs = 8.64e15
