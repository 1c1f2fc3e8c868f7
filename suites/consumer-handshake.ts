import { challenge, finding, forged, inapplicable, isConfigured, isSignedHandshake, namesMediaType, suite, unproven, type ConsumerCases, type ConsumerSeen, type Handshake } from '../harness/roles/consumer/index.ts'

const untouched = 'consumer-signature/untouched'

export default suite({
  role: 'consumer',
  title: 'Consumers show a sender that an endpoint is theirs, and show nobody else anything',
  cases: ({ handshakes = [] }) => {
    const known = handshakes.filter((handshake) => !isConfigured(handshake))
    return { ...each(known, answered), ...each(known.filter(namesMediaType), inert), ...each(known.filter(isSignedHandshake), refused) }
  },
})

/** Stands in where a profile has none, so that the report says why a rule does not apply. */
const none: Handshake = { id: 'none', match: { method: 'POST' }, respond: { status: 200 } }

function each(handshakes: readonly Handshake[], casesOf: (handshake: Handshake) => ConsumerCases): ConsumerCases {
  return Object.fromEntries((handshakes.length > 0 ? handshakes : [none]).flatMap((handshake) => Object.entries(casesOf(handshake))))
}

function answered(handshake: Handshake): ConsumerCases {
  return {
    [`answered-${handshake.id}`]: {
      title: 'a challenge of the sender',
      family: 'answered-*',
      control: untouched,
      needs: 'handshake',
      when: [challenge(handshake)],
      then: { 'webhook-handshake-answered': ({ reply }) => finding(reply.handshake === 'right', 'the answer that the profile describes', reply.handshake ?? 'no answer') },
    },
  }
}

function inert(handshake: Handshake): ConsumerCases {
  return {
    [`read-as-text-${handshake.id}`]: {
      title: 'a challenge whose text comes from the query',
      family: 'read-as-text-*',
      control: untouched,
      needs: 'inert-handshake',
      when: [challenge(handshake)],
      then: { 'webhook-handshake-inert': (seen) => guarded(seen, handshake) },
    },
  }
}

function refused(handshake: Handshake): ConsumerCases {
  return {
    [`forged-${handshake.id}`]: {
      title: 'a challenge of the sender, and one that a stranger signed',
      family: 'forged-*',
      control: untouched,
      needs: 'signed-handshake',
      when: [challenge(handshake), challenge(handshake, forged)],
      then: {
        'webhook-handshake-signed': ({ replies: [own], reply }) => {
          const expected = 'no answer to the challenge of the stranger'
          if (own?.handshake !== 'right') return inapplicable(expected, 'the challenge of the sender is not answered either')
          return reply === own || reply.handshake === undefined ? unproven(expected, 'it was not sent') : finding(reply.handshake !== 'right', expected, reply.handshake === 'right' ? 'the right answer' : reply.handshake)
        },
      },
    },
  }
}

function guarded({ reply }: ConsumerSeen, { respond }: Handshake) {
  const constant = Object.entries(respond.headers ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  const expected = constant.map(([name, value]) => `${name}: ${value}`).join(', ')
  if (reply.handshake !== 'right') return inapplicable(expected, 'the challenge was not answered')
  const told = (name: string) => reply.headers.find(([own]) => own.toLowerCase() === name)?.[1].split(';')[0]?.trim().toLowerCase()
  const wrong = constant.find(([name, value]) => told(name) !== value)
  return finding(wrong === undefined, expected, wrong ? `${wrong[0]}: ${told(wrong[0]) ?? 'none'}` : 'each of them')
}
