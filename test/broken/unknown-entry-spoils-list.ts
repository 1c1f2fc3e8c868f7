import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-list-skips-unknown',
  fault: 'refuses a list as soon as one entry has a version or form it does not know',
  message: /401/,
  parts: () => refusesAlso((request) => {
    const entries = textOf(request, 'webhook-signature').split(' ')
    return entries.some((entry) => !/^v1a?,[A-Za-z0-9+/]{43,}=*$/.test(entry))
  }),
})
