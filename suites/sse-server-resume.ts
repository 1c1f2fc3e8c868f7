import { all, awaitAll, awaitEnd, awaitEvents, awaitLive, awaitLiveBy, behind, cameInOrder, closeStream, connect, continuesBehind, disconnect, endedWhole, idsBounded, idsPresent, idsPrintable, idsStable, idsUnique, noDuplicate, noGap, nothingBehindTail, publish, publishMany, repeatsNothing, replayedInOrder, resumedExactly, resumeWhilePublishing, sameReplay, selectsOnly, sseServerSuite, thenLive, unionExact, whereKept, type SseServerCase } from '../harness/roles/sse-server/index.ts'

const live = 'sse-server-stream/live'
const ids = 'five-events'
const resumed = 'behind-the-second'
const five = ['one', 'two', 'three', 'four', 'five'] as const
const basics = ['publishes', 'resumes'] as const
const history = 10_000
const part = (own: string) => `${own}.part`
const other = (own: string) => `other.${own}`

/** A stream that shows which ids five events have, and that all of them are visible. */
const published = [connect('live'), awaitLive('live'), publish(...five), awaitLive('live')] as const

export default sseServerSuite({
  role: 'sse-server',
  title: 'Servers go on behind the id that a client names: nothing lost, nothing twice',
  cases: {
    [ids]: {
      title: 'five events, as two clients see them',
      control: live,
      needs: basics,
      when: [connect('live'), connect('second'), awaitLive('live', 'second'), publish(...five), awaitLive('live', 'second')],
      then: {
        'sse-resume-id-present': (seen) => idsPresent(seen),
        'sse-resume-id-printable': (seen) => idsPrintable(seen),
        'sse-resume-id-bounded': (seen) => idsBounded(seen),
        'sse-resume-id-unique': (seen) => idsUnique(seen),
        'sse-resume-id-stable': (seen) => idsStable(seen),
      },
    },
    [resumed]: {
      title: 'a client that comes back behind the second of five events',
      control: ids,
      needs: basics,
      when: [...published, connect('resumed', { after: behind('two') }), awaitLive('live', 'resumed')],
      then: {
        'sse-resume-no-gap': (seen) => noGap(seen, 'resumed'),
        'sse-resume-no-duplicate': (seen) => noDuplicate(seen, 'resumed'),
        'sse-resume-order': (seen) => replayedInOrder(seen, 'resumed'),
        'sse-resume-then-live': (seen) => thenLive(seen, 'resumed'),
        'sse-resume-id-stable': (seen) => idsStable(seen),
      },
    },
    'behind-the-newest': {
      title: 'a client that comes back behind the newest event',
      // Another case's event behind it would make it the newest no more.
      alone: true,
      control: ids,
      needs: basics,
      when: [...published, publish('newest'), awaitAll('live'), connect('resumed', { after: behind('newest') }), awaitLive('live', 'resumed')],
      then: { 'sse-resume-tail': (seen) => nothingBehindTail(seen, 'resumed') },
    },
    again: {
      title: 'two clients that come back behind the same event, one after the other',
      control: resumed,
      needs: basics,
      when: [...published, connect('first', { after: behind('one') }), awaitLive('live', 'first'), closeStream('first'), connect('second', { after: behind('one') }), awaitLive('live', 'second')],
      then: { 'sse-resume-again': (seen) => all([sameReplay(seen, 'first', 'second'), noGap(seen, 'second')]) },
    },
    'while-publishing': {
      title: 'a client that leaves and comes back again and again while events are published',
      control: resumed,
      needs: basics,
      when: [connect('live'), awaitLive('live'), resumeWhilePublishing('walk', 200)],
      then: { 'sse-resume-while-publishing': (seen) => unionExact(seen, 'walk') },
    },
    'by-itself': {
      title: 'a client that comes back behind the first event that it saw, whoever publishes',
      control: 'sse-server-stream/opened',
      needs: 'resumes',
      when: [connect('live'), awaitEvents('live', 4), connect('resumed', { after: { behindFirstOf: 'live' } }), awaitLive('live', 'resumed'), awaitEvents('resumed', 3)],
      then: {
        'sse-resume-no-gap': (seen) => (seen.publishes ? noGap(seen, 'resumed') : continuesBehind(seen, 'resumed', 'live')),
        'sse-resume-no-duplicate': (seen) => (seen.publishes ? noDuplicate(seen, 'resumed') : repeatsNothing(seen, 'resumed')),
        'sse-resume-id-present': (seen) => idsPresent(seen),
        'sse-resume-id-unique': (seen) => idsUnique(seen),
      },
    },
    ...selected(),
    'long-history': {
      title: `a client that comes back behind the tenth of ${history} events`,
      control: resumed,
      needs: basics,
      alone: true,
      when: [connect('live'), awaitLive('live'), publishMany('event', history), awaitLive('live'), connect('resumed', { after: behind('event 10') }), awaitLive('live', 'resumed')],
      then: {
        'sse-resume-no-gap': (seen) => whereKept(seen, 'resumed', () => noGap(seen, 'resumed')),
        'sse-resume-no-duplicate': (seen) => whereKept(seen, 'resumed', () => noDuplicate(seen, 'resumed')),
        'sse-resume-order': (seen) => whereKept(seen, 'resumed', () => replayedInOrder(seen, 'resumed')),
        'sse-resume-id-unique': (seen) => idsUnique(seen),
        'sse-resume-id-stable': (seen) => whereKept(seen, 'resumed', () => idsStable(seen)),
        'sse-stream-order': (seen) => cameInOrder(seen, 'live'),
      },
    },
    disconnected: {
      title: 'clients whose streams the server ends, and one that comes back when more was published',
      control: resumed,
      needs: [...basics, 'disconnects'],
      alone: true,
      when: [connect('live'), connect('second'), awaitLive('live', 'second'), publish('before 1', 'before 2'), awaitLive('live', 'second'), disconnect(), awaitEnd('live', 'second'), publish('between 1', 'between 2', 'between 3'), connect('resumed', { after: behind('before 2') }), awaitLive('resumed')],
      then: {
        'sse-resume-across-disconnect': (seen) => resumedExactly(seen, 'resumed'),
        'sse-stream-ends-whole': (seen) => all(['live', 'second'].map((name) => endedWhole(seen, name))),
      },
    },
  },
})

/** Streams that select, resumed. */
function selected(): Readonly<Record<string, SseServerCase>> {
  return {
    'filtered-by-type': {
      title: 'a stream of one type that is resumed, with events of another between',
      control: ['sse-server-delivery/types-listed', resumed],
      needs: [...basics, 'filter'],
      when: [
        connect('live'),
        awaitLive('live'),
        publish('one', { name: 'other 1', type: other }, { name: 'two', type: part }, { name: 'other 2', type: other }, { name: 'three', type: part }, { name: 'other 3', type: other }, 'unlisted'),
        awaitLive('live'),
        connect('listed', { types: [part], after: behind('one') }),
        awaitLiveBy({ type: part }, 'live', 'listed'),
      ],
      then: { 'sse-resume-keeps-types': (seen) => selectsOnly(seen, 'listed', 'all later events of the type', ({ type }) => seen.stream('listed')?.asked.types?.includes(type) === true, () => true) },
    },
    'of-one-resource': {
      title: 'the stream of one resource that is resumed, with events about another between',
      control: ['sse-server-delivery/one-resource', resumed],
      needs: [...basics, 'resource'],
      when: [
        connect('live'),
        awaitLive('live'),
        publish({ name: 'a 1', key: 'a' }, { name: 'b 1', key: 'b' }, { name: 'a 2', key: 'a' }, { name: 'b 2', key: 'b' }, 'about nothing', { name: 'a 3', key: 'a' }),
        awaitLive('live'),
        connect('a', { resource: 'a', after: behind('a 1') }),
        awaitLiveBy({ key: 'a' }, 'live', 'a'),
      ],
      then: { 'sse-resume-keeps-resource': (seen) => selectsOnly(seen, 'a', 'all later events of the resource', ({ key }) => key === seen.stream('a')?.asked.resource, () => true) },
    },
  }
}
