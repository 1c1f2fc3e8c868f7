import { describe, expect, test } from 'vitest'
import { arrivedAlone } from '../../../harness/roles/sse-server/claims-delivery.ts'
import { survives } from '../../../harness/roles/sse-server/claims-loss.ts'
import { heartbeats } from '../../../harness/roles/sse-server/claims-response.ts'
import { noGap, unionExact } from '../../../harness/roles/sse-server/claims-resume.ts'
import type { Publication, ReadStream, SseServerSeen } from '../../../harness/roles/sse-server/seen.ts'

/** Ten events that were published before any stream was opened. */
const publications: readonly Publication[] = Array.from({ length: 10 }, (_, number) => ({ number, name: `event ${number}`, type: 't', data: `${number}`, beforeMs: number, afterMs: number + 0.5, outcome: 'accepted' }) as Publication) // as a run records them, without what no claim here reads

/** A stream that was resumed behind the first event, at 100 ms, and read until `endedMs`. */
function stream(facts: Partial<ReadStream>): ReadStream {
  return { name: 'resumed', exchange: 'x1.s1', asked: { after: 'id-0', afterOwn: 0 }, status: 200, headers: [], startedMs: 100, endedMs: 4000, endedBy: 'harness', events: [], commentCount: 0, silentMs: 0, tail: '', bytes: 0, flaws: [], retries: [], ...facts } as ReadStream // the rest is of no claim here
}

function shown(own: number, atMs: number): ReadStream['events'][number] {
  return { own, atMs, beganMs: atMs, offset: own, id: `id-${own}` } as ReadStream['events'][number] // its type and data are of no claim here
}

function seenOf(streams: readonly ReadStream[], facts: Partial<SseServerSeen> = {}): SseServerSeen {
  return { publications, publication: (name: string) => (facts.publications ?? publications).find((each) => each.name === name), publishes: true, lagMs: 0, heartbeatMs: 2000, streams, stream: (name: string) => streams.findLast((each) => each.name === name), streamsOf: (name: string) => streams.filter((each) => each.name === name), ...facts } as unknown as SseServerSeen // the profile is of no claim here
}

describe('a replay of which a part is missing at the end', () => {
  const half = [1, 2, 3, 4]

  test('is lost when nothing has come any more', () => {
    expect(noGap(seenOf([stream({ events: half.map((own) => shown(own, 110)) })]), 'resumed').holds).toBe(false)
  })

  test('may be slow when it was still coming', () => {
    expect(noGap(seenOf([stream({ events: half.map((own) => shown(own, own * 900)) })]), 'resumed')).toMatchObject({ holds: null, outcome: 'unproven' })
  })
})

describe('the last connection of a client that comes and goes', () => {
  const walk = [0, 1, 2].map((own) => stream({ name: 'walk', events: [shown(own, 110)] }))
  const unanswered = (ms: number) => {
    const { status: _, ...silent } = stream({ name: 'walk', endedMs: 100 + ms })
    return unionExact(seenOf([...walk, silent as ReadStream]), 'walk') // a stream without an answer has no status
  }

  test('is a fault of the server when it was never answered', () => {
    expect(unanswered(3000)).toMatchObject({ holds: false, saw: expect.stringContaining('was not answered') })
  })

  test('accuses nobody when the run left it at once', () => {
    expect(unanswered(20).holds).not.toBe(false)
  })
})

describe('a busy machine', () => {
  test('makes a silence that was too long neither proven nor kept', () => {
    const silent = seenOf([stream({ commentCount: 1, silentMs: 5500, endedMs: 5700 })], { lagMs: 2000 })
    expect(heartbeats(silent, 'resumed')).toMatchObject({ holds: null, outcome: 'unproven' })
    expect(heartbeats({ ...silent, lagMs: 100 }, 'resumed').holds).toBe(false)
  })

  test('does not hide a buffer that three rounds show, each longer than the one before', () => {
    const rounds = [1, 2, 3].flatMap((round) => [`alone ${round}`, `push ${round}`]).map((name, index) => ({ ...publications[index], name, beforeMs: 1000 * index, afterMs: 1000 * index + 1 }) as Publication) // made from those above
    const pushedOut = [0, 2, 4].map((own) => shown(own, 1000 * (own + 1) + 5))
    const seen = seenOf([stream({ asked: {}, events: pushedOut, endedMs: 8000 })], { publications: rounds, lagMs: 900 })
    expect(arrivedAlone(seen, 'resumed').holds).toBe(false)
    expect(arrivedAlone({ ...seen, lagMs: 1100 }, 'resumed')).toMatchObject({ holds: null, outcome: 'unproven' })
  })
})

test('a server that sends its headers with the first event is not asked to survive where nobody publishes', () => {
  const { status: _, ...silent } = stream({ name: 'afterwards', asked: {}, endedMs: 2100 })
  const seen = seenOf([silent as ReadStream], { publishes: false }) // a stream without an answer has no status
  expect(survives(seen, [], 'afterwards')).toMatchObject({ holds: null, outcome: 'inapplicable' })
  expect(survives({ ...seen, publishes: true }, [], 'afterwards')).toMatchObject({ holds: null, outcome: 'unproven' })
})
