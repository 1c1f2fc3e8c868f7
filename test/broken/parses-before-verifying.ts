import { parseJson } from '../../harness/profile/json-pointer.ts'
import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-body-verified-first',
  fault: 'parses the body first and complains about it to anyone',
  message: /400/,
  parts: () => ({
    answer(outcome, request, setting) {
      const isUnreadable = outcome.kind === 'forged' && request.body !== undefined && parseJson(request.body.toString()) === undefined
      return honestParts.answer(isUnreadable ? { kind: 'unreadable' } : outcome, request, setting)
    },
  }),
})
