import { all, awaitAll, awaitEvents, awaitLive, awaitLiveBy, awaitOpen, behind, completeOrSignalled, connect, noGap, noIdAgain, nothingBehindTail, nothingForeign, publish, replaysNothing, reset, resumedExactly, retain, signalled, sseServerSuite, survives, undisturbed, type Anchor, type SseServerStep } from '../harness/roles/sse-server/index.ts'

const resumed = 'sse-server-resume/behind-the-second'
const opened = 'sse-server-stream/opened'
const eight = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'] as const
const basics = ['publishes', 'resumes'] as const
const kept = 5

/** Values of `Last-Event-ID` that come from strangers. */
const hostile: Readonly<Record<string, string>> = {
  'a word': 'conformance-nonsense',
  'a negative number': '-1',
  'a huge number': '99999999999999999999999999999999',
  'a fraction': '1e309',
  punctuation: `' OR 1=1 --";%00/../..:{}<>`,
  'a name of the language': '__proto__',
  'one byte of Latin-1': '\u00e9',
  'more than ASCII': 'id\u2026\u{1f600}',
  '8 KiB': 'x'.repeat(8192),
}

export default sseServerSuite({
  role: 'sse-server',
  title: 'Servers signal what they cannot resume, and lose nothing at the edge of what they keep',
  cases: {
    edge: {
      title: `clients that come back at the edge of what is kept: ${kept} of eight events`,
      control: resumed,
      needs: [...basics, 'retains'],
      alone: true,
      when: afterRetention({ oldest: behind('four'), inside: behind('six'), newest: behind('eight'), 'just evicted': behind('three') }),
      then: {
        'sse-resume-retention-edge': (seen) => undisturbed(seen, 'live', () => all([noGap(seen, 'oldest'), resumedExactly(seen, 'inside'), nothingBehindTail(seen, 'newest'), completeOrSignalled(seen, 'just evicted')])),
      },
    },
    evicted: {
      title: `clients that come back behind events whose successors are gone: ${kept} of eight are kept`,
      control: resumed,
      needs: [...basics, 'retains'],
      alone: true,
      when: afterRetention({ first: behind('one'), second: behind('two') }),
      then: { 'sse-resume-evicted': (seen) => all(['first', 'second'].map((name) => signalled(seen, name, 'was evicted with events behind it', { lenient: false }))) },
    },
    'unknown-id': {
      title: 'a client that names an id like those of the target, which it never gave',
      control: opened,
      needs: 'resumes',
      when: [connect('live'), awaitEvents('live', 2), connect('unknown', { after: { unknown: 'like-its-own' } }), awaitOpen(['unknown']), awaitLive('live', 'unknown')],
      then: { 'sse-resume-unknown': (seen) => signalled(seen, 'unknown', 'was never given', { lenient: true }) },
    },
    'made-up-id': {
      title: 'a client that names an id that looks like nothing',
      control: opened,
      needs: 'resumes',
      when: [connect('live'), awaitEvents('live', 2), connect('unknown', { after: { unknown: 'like-nothing' } }), awaitOpen(['unknown']), awaitLive('live', 'unknown')],
      then: { 'sse-resume-unknown': (seen) => signalled(seen, 'unknown', 'was never given', { lenient: true }) },
    },
    'hostile-ids': {
      title: 'ids that are malformed, huge, or no ASCII',
      control: opened,
      when: [...Object.entries(hostile).map(([name, text]) => connect(name, { after: { text } })), awaitOpen(Object.keys(hostile), 2000), connect('afterwards'), awaitOpen(['afterwards'], 2000), awaitLive('afterwards')],
      then: { 'sse-resume-malformed': (seen) => survives(seen, Object.keys(hostile), 'afterwards') },
    },
    'empty-id': {
      title: 'a client whose Last-Event-ID is empty',
      control: resumed,
      needs: [...basics, 'live-start'],
      when: [connect('live'), awaitLive('live'), publish('one', 'two'), awaitLive('live'), connect('empty', { after: { text: '' } }), awaitLive('live', 'empty')],
      then: { 'sse-resume-empty-id': (seen) => replaysNothing(seen, 'empty', 'live') },
    },
    'foreign-id': {
      title: 'the stream of one resource behind the id of an event about another',
      control: 'sse-server-delivery/one-resource',
      needs: [...basics, 'resource'],
      when: [
        connect('live'),
        awaitLive('live'),
        publish({ name: 'a 1', key: 'a' }, { name: 'b 1', key: 'b' }, { name: 'a 2', key: 'a' }, { name: 'b 2', key: 'b' }, { name: 'a 3', key: 'a' }),
        awaitLive('live'),
        connect('b', { resource: 'b', after: behind('a 1') }),
        awaitLiveBy({ key: 'b' }, 'live', 'b'),
      ],
      then: { 'sse-resume-foreign': (seen) => nothingForeign(seen, 'b') },
    },
    'after-reset': {
      title: 'a client that comes back with an id of before a reset',
      control: resumed,
      needs: [...basics, 'resets'],
      alone: true,
      // The first reset is for counters that start over: whatever they counted in other cases, they count the same twice here.
      when: [
        reset(),
        connect('before'),
        awaitLive('before'),
        publish('old 1', 'old 2', 'old 3', 'old 4'),
        awaitLive('before'),
        reset(),
        connect('after'),
        awaitLive('after'),
        publish('new 1', 'new 2', 'new 3', 'new 4', 'new 5', 'new 6'),
        awaitLive('after'),
        connect('resumed', { after: behind('old 1') }),
        awaitOpen(['resumed']),
        awaitLive('after', 'resumed'),
      ],
      then: { 'sse-resume-epoch': (seen) => noIdAgain(seen, 'resumed') },
    },
  },
})

/** Eight events of which some are kept, and clients that come back; nothing is published before they have what they are owed, for it would evict more. */
function afterRetention(clients: Readonly<Record<string, Anchor>>): readonly SseServerStep[] {
  const names = Object.keys(clients)
  return [
    connect('live'),
    awaitLive('live'),
    publish(...eight),
    awaitAll('live'),
    retain(kept),
    ...Object.entries(clients).map(([name, after]) => connect(name, { after })),
    awaitOpen(names),
    awaitAll(...names),
    awaitLive('live', ...names),
  ]
}
