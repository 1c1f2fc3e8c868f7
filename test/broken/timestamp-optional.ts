import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, completed } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-required',
  fault: 'uses its own time where the timestamp is missing',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const now = Math.floor(setting.clock.now() / 1000)
    const missing = !request.headers.some(([name]) => /-timestamp$/i.test(name))
    return missing && [0, 1, 2, 3].some((age) => authenticate(completed(request, 'webhook-timestamp', String(now - age)), setting))
  }),
})
