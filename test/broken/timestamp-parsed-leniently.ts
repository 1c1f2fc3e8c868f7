import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder, textOf, withoutTimestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-grammar',
  fault: 'reads the digits at the start of a timestamp and ignores the rest',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const age = setting.clock.now() / 1000 - Number.parseInt(textOf(request, 'webhook-timestamp'), 10)
    return Math.abs(age) <= 300 && authenticUnder(withoutTimestampRule, request, setting)
  }),
})
