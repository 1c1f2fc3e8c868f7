import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder, textOf, withoutTimestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-unit',
  fault: 'takes a timestamp that looks like milliseconds for milliseconds',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const age = setting.clock.now() - Number(textOf(request, 'webhook-timestamp'))
    return Math.abs(age) <= 300_000 && authenticUnder(withoutTimestampRule, request, setting)
  }),
})
