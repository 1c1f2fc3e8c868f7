import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, algorithm, authenticUnder } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-algorithm-fixed',
  fault: 'chooses the digest by the length of the signature',
  message: /200/,
  parts: () => acceptsAlso((request, setting) =>
    (['hmac-sha1', 'hmac-sha384', 'hmac-sha512'] as const).some((name) => authenticUnder(algorithm(name), request, setting)),
  ),
})
