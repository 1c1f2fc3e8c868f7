import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-charset-untouched',
  fault: 'decodes the body by its charset parameter before it verifies it',
  message: /401/,
  parts: () => refusesAlso((request) => {
    const charset = /charset="?([\w-]+)/i.exec(textOf(request, 'content-type'))?.[1]?.toLowerCase() ?? 'utf-8'
    return charset !== 'utf-8' && request.body.some((byte) => byte > 0x7f)
  }),
})
