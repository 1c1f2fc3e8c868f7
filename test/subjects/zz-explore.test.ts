import { test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { run } from '../../harness/run.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { suites } from '../../suites/index.ts'
import { connectControl } from '../../harness/attach/control.ts'
import { discoverControl } from '../../harness/attach/control.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
const names=(process.env['NAMES']??'better-sse,sse-channel,hono,fastify-sse,nchan').split(',')
test.each(names)('%s', async (name)=>{
  const {start}=await import(`./stream-servers/${name}-server.ts`)
  const s=await start()
  const profile=await loadProfile('event-delivery')
  const clock=liveClock()
  const control=s.control? await connectControl(s.control,{headers:[],clock}) : await discoverControl(s.url,{headers:[],clock})
  const began=performance.now()
  const {report}=await run({role:'sse-server',target:{kind:'url',url:s.url},profile,keys:{secrets:['x']},suites,...(control?{control}:{})})
  const bad=report.verdicts.filter(v=>v.outcome!=='passed').map(v=>`${v.outcome} ${v.level} ${v.requirement} ${v.case}\n      expected ${v.expected}\n      saw ${v.saw} ${v.reason??''}`)
  writeFileSync(`/tmp/s-${name}.txt`,[`${(performance.now()-began)|0} ms`,JSON.stringify(report.summary.counts),JSON.stringify(report.summary.obstacle??null),...bad].join('\n'))
  await s.close()
},100000)
