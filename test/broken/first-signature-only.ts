import { brokenConsumer } from './broken-consumer.ts'
import { authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-list-any-match',
  fault: 'compares only the first signature of the version it knows',
  message: /401/,
  parts: () => ({ authenticate: (request, setting) => authenticate(rewritten(request, 'webhook-signature', firstUsable), setting) }),
})

function firstUsable(list: string): string {
  return list.split(' ').find((entry) => /^v1,[A-Za-z0-9+/]{43}=$/.test(entry)) ?? list
}
