import { brokenAnswers } from './answers.ts'
import type { BrokenSseServers } from './broken-sse-server.ts'
import { brokenDelivery } from './delivery.ts'
import { brokenFraming } from './framing.ts'
import { brokenLosses } from './losses.ts'
import { brokenResuming } from './resuming.ts'

/** At least one for each rule that a run can judge, by a name that says what is wrong. */
export const brokenSseServers: BrokenSseServers = { ...brokenAnswers, ...brokenFraming, ...brokenDelivery, ...brokenResuming, ...brokenLosses }
