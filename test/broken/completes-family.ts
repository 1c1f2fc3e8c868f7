import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, completed, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-header-family-unmixed',
  fault: 'takes each header from whichever of two families has it',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const missing = ['id', 'timestamp', 'signature'].filter((name) => textOf(request, `webhook-${name}`) === '')
    if (missing.length === 3) return false
    return authenticate(missing.reduce((whole, name) => completed(whole, `webhook-${name}`, textOf(request, `svix-${name}`)), request), setting)
  }),
})
