import { brokenAnswers } from './answers.ts'
import type { BrokenSseClients } from './broken-sse-client.ts'
import { brokenConnections } from './connections.ts'
import { brokenParsing } from './parsing.ts'
import { brokenRequests } from './requests.ts'

/** At least one for each rule that a run can judge, by a name that says what is wrong. */
export const brokenSseClients: BrokenSseClients = { ...brokenRequests, ...brokenAnswers, ...brokenConnections, ...brokenParsing }
