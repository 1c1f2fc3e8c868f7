/** A producer in a process of its own, for a test that kills it: its journal is the first argument, its URL the first line. */
import { serveInProcess } from '../../harness/attach/in-process.ts'
import { scaledClock } from '../../harness/clock/scaled-clock.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { fileStore, producer } from '../../reference/producer.ts'

const [profile] = builtInProfiles()
if (profile === undefined) throw new Error('there is no profile')
const clock = scaledClock(500)
const sender = producer({ profile, clock, store: fileStore(process.argv[2] ?? '') })
await sender.ready
const { url } = await serveInProcess(sender.handler, clock)
process.stdout.write(`${url}\n`)
