import type { ServerParts } from '../../../reference/sse-server/parts.ts'
import { brokenTarget, type BrokenTarget, type TargetDefinition } from '../broken-target.ts'

/** A stream server that is wrong in exactly one way. */
export type BrokenSseServer = BrokenTarget<ServerParts>

/** Broken servers by their names, which say what is wrong. */
export type BrokenSseServers = Readonly<Record<string, BrokenSseServer>>

/** What readers have to bring, and the harness brings. */
export const readersToken = 'readers-of-the-kill-matrix'

export function brokenSseServer(definition: TargetDefinition<ServerParts>): BrokenSseServer {
  return brokenTarget(definition)
}
