import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { retold } from './change.ts'

export default brokenProducer({
  requirement: 'subscription-create-id',
  fault: 'answers a registration with an id that it made for the same types before',
  message: /different from all others/,
  parts: () => {
    const ids = new Map<string, string>()
    return {
      answerCreate(endpoint, madeSecret, setting) {
        const types = endpoint.types?.join(' ') ?? ''
        const id = ids.get(types) ?? endpoint.id
        ids.set(types, id)
        return retold(honestParts.answerCreate(endpoint, madeSecret, setting), { id })
      },
    }
  },
})
