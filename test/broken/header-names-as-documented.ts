import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-header-name-case-free',
  fault: 'finds a header only when its name is spelled as in the documentation',
  message: /401/,
  parts: () => refusesAlso(({ headers }) => headers.some(([name]) => /^webhook-/i.test(name) && name !== name.toLowerCase())),
})
