import type { HeaderLine } from '../../../harness/http/message.ts'
import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'sender-header-injection',
  fault: 'writes the type of an event into a header as it is',
  message: /made of the type/,
  profile: 'hmac-body',
  parts: () => ({
    eventProblem: () => undefined,
    dress(attempt, setting) {
      const request = honestParts.dress(attempt, setting)
      return { ...request, headers: request.headers.flatMap(([name, value]) => asWritten(name, value)) }
    },
  }),
})

/** What a client that does not check its headers puts on the wire: each line of the value is a header. */
function asWritten(name: string, value: string): readonly HeaderLine[] {
  const [first = '', ...more] = value.split('\r\n')
  return [[name, first], ...more.map((line): HeaderLine => [line.split(': ')[0] ?? '', line.split(': ')[1] ?? ''])]
}
