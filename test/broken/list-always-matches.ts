import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-list-none-match',
  fault: 'tests the position of the match in a list for truth, and that of no match is -1',
  message: /200/,
  parts: () => acceptsAlso((request) => {
    const entries = textOf(request, 'webhook-signature').split(' ')
    return entries.length > 1 && entries.length <= 16 && entries.every((entry) => /^v1,[A-Za-z0-9+/]{43}=$/.test(entry))
  }),
})
