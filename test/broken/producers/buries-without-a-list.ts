import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-dead-letter',
  fault: 'lists no dead letter of an event whose schedule came to its end',
  message: /in the list/,
  parts: () => ({ answerDeadLetters: (letters, setting) => honestParts.answerDeadLetters(letters.filter(({ reason }) => reason !== 'attempts_exhausted'), setting) }),
})
