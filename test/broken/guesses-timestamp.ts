import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-covers-timestamp',
  fault: 'tries the seconds around the timestamp, since clocks differ',
  message: /200/,
  parts: () => acceptsAlso((request, setting) =>
    [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5].some((offset) => authenticate(rewritten(request, 'webhook-timestamp', (text) => String(Number(text) + offset)), setting)),
  ),
})
