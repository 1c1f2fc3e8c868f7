import { brokenProducers } from './test/broken/producers/index.ts'
import { producerKillOf } from './test/broken/producer-kills.ts'
for (const name of process.argv.slice(2)) console.log(name, JSON.stringify(await producerKillOf(name, brokenProducers[name]!)))
process.exit()
