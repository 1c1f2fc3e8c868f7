import { appendFileSync } from 'node:fs'
import { test } from 'vitest'
import { sseClientKillOf, runReferenceSseClient } from '../broken/sse-kills.ts'
import { brokenSseClients } from '../broken/sse-clients/index.ts'
test('kills', async () => {
  const only = process.env.KILL?.split(',')
  for (const [name, broken] of Object.entries(brokenSseClients)) {
    if (only && !only.includes(name)) continue
    const t = performance.now()
    const kill = await sseClientKillOf(name, broken)
    appendFileSync('/tmp/kills.txt', `${kill.problems.length === 0 ? 'ok  ' : 'BAD '} ${name} ${Math.round(performance.now() - t)}ms ${broken.requirement} by ${kill.killedBy.slice(0, 3).join(',')} | also ${kill.alsoFailed.join(',')} ${kill.problems.length ? '\n     ' + kill.problems.join('\n     ') : ''} ${process.env.FIND ? kill.finding : ''}\n`)
  }
}, 1_800_000)
