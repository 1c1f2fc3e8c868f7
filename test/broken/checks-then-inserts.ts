import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-concurrent',
  fault: 'looks an event up, waits for its store, and only then remembers it',
  message: /\d times/,
  parts: () => ({
    createLedger() {
      const settled = new Set<string>()
      return {
        async claim(id) {
          if (settled.has(id)) return 'done'
          await new Promise((resolve) => setTimeout(resolve, 60))
          return 'new'
        },
        settle: (id) => void settled.add(id),
        release: () => {},
        clear: () => settled.clear(),
      }
    },
  }),
})
