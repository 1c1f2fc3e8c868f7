import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-all-attempts',
  fault: 'gives up before the last attempt of its schedule',
  message: /4 attempts/,
  alsoFails: [
    { requirement: 'webhook-retry-manual-sends', because: 'the redelivery is looked for behind the attempts of the whole schedule' },
  ],
  parts: () => ({ delayFor: (failed, attempt, setting) => (failed.number >= (setting.policy.retry?.delaysMs.length ?? 0) ? undefined : honestParts.delayFor(failed, attempt, setting)) }),
})
