import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-handshake-inert',
  fault: 'sends the text of a challenge back as a page',
  message: /text\/html/,
  profile: 'dropbox',
  parts: () => ({
    challenge(request, setting) {
      const answer = honestParts.challenge(request, setting)
      return answer && { ...answer, headers: { 'content-type': 'text/html' } }
    },
  }),
})
