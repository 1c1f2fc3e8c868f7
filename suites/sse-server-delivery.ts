import { all, arrivedExactly, awaitLive, awaitLiveBy, cameInOrder, cameOnce, connect, gotEverything, publish, publishTogether, replaysNothing, sameOrder, selectsOnly, sseServerSuite, type EventToPublish, type SseServerSeen } from '../harness/roles/sse-server/index.ts'

const live = 'sse-server-stream/live'
const twenty = Array.from({ length: 20 }, (_, index) => `event ${index + 1}`)
const three = ['one', 'two', 'three'] as const
const part = (own: string) => `${own}.part`
const other = (own: string) => `other.${own}`

export default sseServerSuite({
  role: 'sse-server',
  title: 'Servers send every event once, in order, to each client that selects it',
  cases: {
    'three-clients': {
      title: 'twenty events one after the other, to three clients',
      control: live,
      needs: 'publishes',
      when: [...three.map((name) => connect(name)), awaitLive(...three), publish(...twenty), awaitLive(...three)],
      then: {
        'sse-stream-every-client': (seen) => all(three.map((name) => gotEverything(seen, name))),
        'sse-stream-once': (seen) => all(three.map((name) => cameOnce(seen, name))),
        'sse-stream-order': (seen) => all(three.map((name) => cameInOrder(seen, name))),
      },
    },
    'at-the-same-time': {
      title: 'twenty events, some of them long, that are published at the same time',
      control: live,
      needs: 'publishes',
      when: [connect('one'), connect('two'), awaitLive('one', 'two'), publishTogether(twenty.map(longEvent)), awaitLive('one', 'two')],
      then: {
        'sse-stream-whole-events': (seen) => all([arrivedExactly(seen, 'one', twenty), arrivedExactly(seen, 'two', twenty)]),
        'sse-stream-order': (seen) => sameOrder(seen, 'one', 'two'),
        'sse-stream-once': (seen) => all([cameOnce(seen, 'one'), cameOnce(seen, 'two')]),
      },
    },
    'second-client': {
      title: 'a client that comes without an id when events were published already',
      control: live,
      needs: ['publishes', 'live-start'],
      when: [connect('first'), awaitLive('first'), publish(...three), awaitLive('first'), connect('late'), awaitLive('first', 'late')],
      then: { 'sse-stream-first-is-live': (seen) => replaysNothing(seen, 'late', 'first') },
    },
    'types-listed': {
      title: 'a stream of one type, and events of it and of another',
      control: live,
      needs: ['publishes', 'filter'],
      when: [connect('all'), connect('listed', { types: [(own) => own] }), awaitLive('all', 'listed'), publish('listed 1', { name: 'other 1', type: other }, 'listed 2', { name: 'other 2', type: other }, 'listed 3'), awaitLive('all', 'listed')],
      then: { 'sse-stream-types-filter': (seen) => selectsOnly(seen, 'listed', 'all events of the type', ({ type }) => listed(seen).includes(type), ({ type }) => type.startsWith('other.')) },
    },
    'types-alike': {
      title: 'a stream of two types, and events of types that only look like them',
      control: 'types-listed',
      needs: ['publishes', 'filter'],
      when: [
        connect('all'),
        connect('listed', { types: [part, (own) => `${own}.second`] }),
        awaitLiveBy({ type: part }, 'all', 'listed'),
        publish({ name: 'longer', type: (own) => `${own}.part.more` }, { name: 'shorter', type: (own) => own }, { name: 'in capitals', type: (own) => `${own}.PART` }, { name: 'glued', type: (own) => `${own}.part2` }, { name: 'the second', type: (own) => `${own}.second` }, { name: 'the first', type: part }),
        awaitLiveBy({ type: part }, 'all', 'listed'),
      ],
      then: { 'sse-stream-types-exact': (seen) => selectsOnly(seen, 'listed', 'all events of exactly these types', ({ type }) => listed(seen).includes(type), () => true) },
    },
    'one-resource': {
      title: 'the streams of two resources, and events about both and about none',
      control: live,
      needs: ['publishes', 'resource'],
      when: [
        connect('all'),
        awaitLive('all'),
        publish({ name: 'known a', key: 'a' }, { name: 'known b', key: 'b' }),
        connect('a', { resource: 'a' }),
        connect('b', { resource: 'b' }),
        awaitLiveBy({ key: 'a' }, 'all', 'a'),
        awaitLiveBy({ key: 'b' }, 'all', 'b'),
        publish({ name: 'a 1', key: 'a' }, { name: 'b 1', key: 'b' }, 'about nothing', { name: 'a 2', key: 'a' }, { name: 'of a longer key', key: 'aa' }, { name: 'b 2', key: 'b' }),
        awaitLiveBy({ key: 'a' }, 'all', 'a'),
        awaitLiveBy({ key: 'b' }, 'all', 'b'),
      ],
      then: { 'sse-stream-resource': (seen) => all(['a', 'b'].map((name) => selectsOnly(seen, name, 'all events of the resource', ({ key }) => key === seen.stream(name)?.asked.resource, () => true))) },
    },
  },
})

/** Some are so long that a server may be tempted to write them piece by piece. */
function longEvent(name: string, index: number): EventToPublish {
  return { name, data: ({ text }) => `${text} ${`${index} of twenty, at the same time; `.repeat(index % 5 === 0 ? 2500 : 100)}${text}` }
}

function listed(seen: SseServerSeen): readonly string[] {
  return seen.stream('listed')?.asked.types ?? []
}
