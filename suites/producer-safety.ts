import { all, answers, awaitAttempts, delivered, emit, emitWith, endpoint, endpointForAllTypes, finding, hostileType, producerSuite, watch, type ProducerSeen } from '../harness/roles/producer/index.ts'

const own = 'producer-delivery/delivered'

export default producerSuite({
  role: 'producer',
  title: 'Producers send nothing that a sender of theirs did not mean',
  cases: {
    'line-break-in-type': {
      title: 'an event whose type holds a line break and a header, then an ordinary one',
      control: own,
      needs: ['emits', 'subscriptions'],
      when: [endpointForAllTypes(answers(200)), emitWith({ type: hostileType }, 'the hostile event'), emit('the next event'), awaitAttempts(1), watch('a-moment')],
      then: { 'sender-header-injection': (seen) => notInjected(seen) },
    },
    'made-secrets': {
      title: 'the secrets that the producer made for two endpoints',
      control: own,
      needs: ['made-secret'],
      when: [endpoint(answers(200)), endpoint(answers(200), 'second'), emit(), awaitAttempts(1), awaitAttempts(1, 'second')],
      then: {
        'sender-secret-per-endpoint': ({ attempts, endpoints }) => all([delivered(attempts), finding(!endpoints.some(({ sharesSecret }) => sharesSecret), 'a secret for each endpoint', endpoints.some(({ sharesSecret }) => sharesSecret) ? 'the same secret for two' : `${endpoints.length} secrets that differ`)]),
        'sender-secret-strong': ({ endpoints }) => finding(endpoints.length > 0 && endpoints.every(({ madeSecretBytes }) => (madeSecretBytes ?? 0) >= 24), 'keys of at least 24 bytes', endpoints.map(({ madeSecretBytes }) => `${madeSecretBytes ?? 0} bytes`).join(', ')),
      },
    },
  },
})

function notInjected(seen: ProducerSeen) {
  const every = [...seen.attempts, ...seen.foreign]
  const injected = every.find(({ headers }) => headers.some(([name]) => name.toLowerCase() === 'x-injected-by-conformance'))
  const next = seen.attempts.some(({ event }) => event === 'the next event')
  return all([finding(injected === undefined, 'no header made of the type', injected ? 'X-Injected-By-Conformance: 1 among the headers' : 'none'), finding(next, 'the next event is delivered', next ? 'it was' : 'it was not')])
}
