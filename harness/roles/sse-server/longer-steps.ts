import type { SseServerCasePlayer } from './play.ts'
import { patienceMs } from './stage.ts'
import type { OpenedStream } from './streams.ts'

/** How long an event is waited for alone, before another one is published that might push it out. */
const aloneMs = [1000, 2000, 4000] as const
const pushedMs = 1000

/**
 * Publishes an event and waits for it, with nothing else on its way; when it does not come, another one follows.
 *
 * Three rounds, each more patient than the one before: one late event is slowness, three that come with the next are a buffer.
 */
export async function publishAndWait(player: SseServerCasePlayer, name: string): Promise<void> {
  const { stage, streams, publisher } = player
  const [stream] = streams.of(name)
  if (!stream || !publisher.able) return
  for (const [index, waitMs] of aloneMs.entries()) {
    const beganMs = stage.clock.elapsed()
    const [number = -1] = await player.publishPlain(`alone ${index + 1}`)
    if (await streams.until(() => stream.recorder.ownSeen.has(number) || stream.recorder.isOver, waitMs)) {
      if (stream.recorder.ownSeen.has(number)) stage.pace.latencyMs = Math.max(stage.pace.latencyMs, stage.clock.elapsed() - beganMs)
      return
    }
    const [next = -1] = await player.publishPlain(`push ${index + 1}`)
    await streams.until(() => stream.recorder.ownSeen.has(next) || stream.recorder.isOver, pushedMs)
  }
}

const together = 20
const openMs = 500

/** Opens streams and closes them again, twenty at a time; an event is published while they are open. */
export async function comeAndGo(player: SseServerCasePlayer, name: string, times: number): Promise<void> {
  const { streams } = player
  for (let left = times; left > 0; left -= together) {
    const opened = Array.from({ length: Math.min(left, together) }, () => player.open(name))
    await streams.until(() => opened.every(({ recorder }) => recorder.head !== undefined || recorder.ended !== undefined), openMs)
    await player.publishPlain('while they are open')
    for (const { connection } of opened) connection.close()
  }
}

/** How long a connection may show nothing new, with nothing being published, before one more event is. */
const stillMs = 400
const longestWalk = 200
/** How long events are published for a client that comes and goes, and how many at least, where the target takes its time for each. */
const longestPublishingMs = 10_000
const fewestEvents = 30

/**
 * Publishes event after event while one client reads a few, goes away, and comes back with the id of its last one.
 *
 * The client looks at nothing behind the event after which it went, as if it had not been sent.
 */
export async function resumeWhilePublishing(player: SseServerCasePlayer, name: string, events: number): Promise<void> {
  const { streams, own, publisher, stage } = player
  const start = streams.all.map(({ recorder }) => recorder.last).findLast((last) => last?.id !== undefined && last.id !== '')
  if (start?.id === undefined) {
    player.stuck = 'no event with an id was seen, so that nothing can be resumed behind it'
    return
  }
  const before = own.count
  const ending = { done: false, stop: false }
  const publishing = (async () => {
    const untilMs = stage.clock.elapsed() + longestPublishingMs
    for (let at = 0; at < events && !ending.stop && (stage.clock.elapsed() < untilMs || (at < fewestEvents && stage.remainingMs() > 0)); at += 1) {
      await player.publishPlain(`event ${at + 1}`)
      if (publisher.lines.at(-1)?.outcome !== 'accepted') break
    }
    ending.done = true
  })()
  try {
    let after: string = start.id
    let extra = 0
    for (let hop = 0; hop < longestWalk; hop += 1) {
      const stream = player.open(name, after)
      stream.recorder.stopAfter = 1 + ((hop * 7) % 11)
      const atEnd = () => ending.done && stream.recorder.ownSeen.has(own.count - 1)
      const moved = await readAFew(stream, atEnd, player, ending)
      stream.connection.close()
      const { last } = stream.recorder
      if (last?.id === undefined || last.id === '') {
        if (last !== undefined || stream.recorder.isOver || extra >= 3) break
      } else after = last.id
      if (last?.own === own.count - 1 && ending.done) break
      if (moved) continue
      // Nothing comes any more although something is missing: one more event tells a loss from a delay.
      if ((extra += 1) > 3) break
      await player.publishPlain('one more')
    }
  } finally {
    ending.stop = true
    await publishing
  }
  if (own.count === before) player.stuck = 'nothing could be published'
  stage.signal?.throwIfAborted()
}

/** True once the stream has shown what the client wanted to read, or everything. */
async function readAFew({ recorder }: OpenedStream, atEnd: () => boolean, { streams, stage }: SseServerCasePlayer, ending: { readonly done: boolean }): Promise<boolean> {
  const enough = () => recorder.satisfied || recorder.isOver || atEnd()
  const untilMs = stage.clock.elapsed() + patienceMs(stage)
  while (!enough() && stage.clock.elapsed() < untilMs) {
    const seen = recorder.ownSeen.size
    if (await streams.until(() => enough() || recorder.ownSeen.size > seen, stillMs)) continue
    if (ending.done) return false
  }
  return enough() && !recorder.isOver
}
