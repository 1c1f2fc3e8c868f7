import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder, textOf, withoutTimestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-number',
  fault: 'compares the age of a timestamp that is not a number, and no comparison with it holds',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const text = textOf(request, 'webhook-timestamp')
    return text !== '' && Number.isNaN(Number.parseFloat(text)) && authenticUnder(withoutTimestampRule, request, setting)
  }),
})
