import { answerChallenge } from '../../reference/consumer/challenge.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-handshake-signed',
  fault: 'answers a challenge before it looks at the signature',
  message: /the right answer/,
  profile: 'slack',
  parts: () => ({ challenge: (request, setting) => answerChallenge(request, setting, () => true) }),
})
