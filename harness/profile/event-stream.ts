import { defaultStreamPolicy } from './default-stream-policy.ts'
import { parseDuration } from './duration.ts'
import { checkExtension } from './extensions.ts'
import type { Located, SourceDocument } from './locate.ts'
import type { EventStreamPolicy, LostSignal, StreamClientPolicy } from './profile.ts'

/** What the schema of `x-event-stream` guarantees. */
interface WrittenStream extends Pick<EventStreamPolicy, 'id' | 'filter' | 'resource'> {
  readonly heartbeat?: string
  readonly resume?: 'last-event-id' | 'none'
  readonly start?: EventStreamPolicy['start']
  readonly lost?: Partial<LostSignal>
  readonly client?: Partial<StreamClientPolicy>
}

/**
 * The stream of the document, from the channel that has `x-event-stream`; `undefined` when none has.
 *
 * A signal of loss that names no statuses has none: 410 is the default of the whole signal. Ends the run when a second
 * channel has one, when the heartbeat leaves no time at all, when the id is no regular expression, and when the path of one
 * resource has not exactly the placeholder `{key}`.
 */
export function compileEventStream(document: SourceDocument): EventStreamPolicy | undefined {
  const [located, second] = document.members(document.member(document.root, 'channels')).flatMap((channel) => document.member(channel, 'x-event-stream') ?? [])
  if (located === undefined) return undefined
  if (second !== undefined) document.fail(second, [], 'the document has a second x-event-stream', 'keep the one of all events, and name the path of the stream of one resource there, by resource')
  checkExtension(document, 'x-event-stream', located)
  // The schema has just been checked.
  const { id, heartbeat, resume, start, lost, filter, resource, client } = located.value as WrittenStream
  checkExpression(document, located, id)
  checkResource(document, located, resource)
  return {
    ...(id !== undefined && { id }),
    heartbeatMs: heartbeatOf(document, located, heartbeat),
    resumes: resume !== 'none',
    start: start ?? defaultStreamPolicy.start,
    lost: lost === undefined ? defaultStreamPolicy.lost : { statuses: [], ...lost },
    ...(filter !== undefined && { filter }),
    ...(resource !== undefined && { resource }),
    client: { ...defaultStreamPolicy.client, ...client },
  }
}

function heartbeatOf(document: SourceDocument, located: Located, heartbeat: string | undefined): number {
  if (heartbeat === undefined) return defaultStreamPolicy.heartbeatMs
  // The schema lets only durations through.
  const heartbeatMs = parseDuration(heartbeat) ?? 0
  if (heartbeatMs === 0) document.fail(located, ['heartbeat'], 'a heartbeat of zero leaves no silence at all', 'state the longest silence before a comment is sent, such as 15s')
  return heartbeatMs
}

function checkExpression(document: SourceDocument, located: Located, id: string | undefined): void {
  if (id === undefined) return
  try {
    new RegExp(id)
  } catch (cause) {
    document.fail(located, ['id'], `${JSON.stringify(id)} is not a regular expression: ${cause instanceof Error ? cause.message : String(cause)}`, 'write it as in JavaScript, without slashes around it')
  }
}

function checkResource(document: SourceDocument, located: Located, resource: string | undefined): void {
  if (resource === undefined) return
  const placeholders = resource.match(/\{[^{}]*\}/g) ?? []
  const foreign = placeholders.find((placeholder) => placeholder !== '{key}')
  if (foreign !== undefined) document.fail(located, ['resource'], `the path ${resource} has the placeholder ${foreign}, which nothing fills`, 'call the placeholder of the resource {key}, and write everything else out')
  if (placeholders.length !== 1) {
    const fact = placeholders.length === 0 ? 'lacks {key}' : 'has {key} more than once'
    document.fail(located, ['resource'], `the path ${resource} ${fact}`, 'write {key} once, where the name of the resource stands, such as /api/v1/orders/{key}/events')
  }
}
