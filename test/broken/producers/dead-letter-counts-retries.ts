import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-dead-letter-facts',
  fault: 'tells the number of retries as that of the attempts',
  message: /5 attempts, saw 4/,
  parts: () => ({ answerDeadLetters: (letters, setting) => honestParts.answerDeadLetters(letters.map((letter) => ({ ...letter, attempts: letter.attempts - 1 })), setting) }),
})
