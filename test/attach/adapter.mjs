// An exec adapter whose first argument says how it behaves.
import { createInterface } from 'node:readline'

const mode = process.argv[2]
const effects = []

const methods = {
  manifest: () => ({ name: 'adapter', roles: ['consumer'], capabilities: {} }),
  reset: () => {
    effects.length = 0
    return null
  },
  effects: () => ({ effects }),
  faults: ({ event, times }) => {
    for (let index = 0; index < times; index += 1) effects.push({ event, at: '2026-01-02T03:04:05Z' })
    return null
  },
}

function answer(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

console.error('started')
if (mode === 'stubborn') {
  process.on('SIGTERM', () => console.error('not yet'))
  setInterval(() => {}, 1_000)
}
if (mode === 'dead') process.exit(3)
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (mode === 'bare' || (mode === 'minimal' && method !== 'manifest')) answer({ id, error: { code: -32601, message: 'no' } })
  else if (method === 'manifest') answer({ id, result: methods.manifest() })
  else if (mode === 'hang') return
  else if (mode === 'garbage') process.stdout.write('listening on 3000\n')
  else if (mode === 'endless') process.stdout.write('x'.repeat(9 * 1024 * 1024))
  else if (mode === 'dies') process.exit(7)
  else if (mode === 'params') answer({ id, error: { code: -32602, message: 'no' } })
  else if (mode === 'error') answer({ id, error: { code: -32000, message: 'database is down' } })
  else if (mode === 'empty') answer({ id })
  else if (mode === 'wrong') answer({ id, result: { effects: 'many' } })
  else if (mode === 'answers-and-dies') {
    answer({ id, result: methods[method](params) })
    process.exitCode = 0
    process.stdin.destroy()
  } else {
    answer({ method: 'log', params: {} })
    answer({ id: 999, result: 'late' })
    setTimeout(() => answer({ id, result: methods[method](params) }), method === 'reset' ? 5 : 0)
  }
})
