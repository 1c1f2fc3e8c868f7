import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-handshake-answered',
  fault: 'answers a challenge with its HMAC in capital letters',
  message: /encryptedToken/,
  profile: 'zoom',
  parts: () => ({
    challenge(request, setting) {
      const answer = honestParts.challenge(request, setting)
      return answer && { ...answer, body: answer.body.replace(/[0-9a-f]{64}/, (digest) => digest.toUpperCase()) }
    },
  }),
})
