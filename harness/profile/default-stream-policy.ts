import type { EventStreamPolicy } from './profile.ts'

/** How events are streamed where a document says nothing: what the standard says, and what this specification adds to it. */
export const defaultStreamPolicy: EventStreamPolicy = {
  heartbeatMs: 15_000,
  resumes: true,
  start: 'live',
  lost: { statuses: [410] },
  client: { retriesOn: [], unfinished: 'discarded', seeded: true },
}
