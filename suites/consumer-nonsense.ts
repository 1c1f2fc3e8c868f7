import { anEvent, deliver, noServerError, suite } from '../harness/roles/consumer/index.ts'

const both = ['consumer-signature/untouched', 'consumer-signature/forged']

/** Last of all: a target that dies of these has shown everything else before. */
export default suite({
  role: 'consumer',
  title: 'Consumers survive what is authentic and makes no sense',
  cases: {
    'json-null': {
      title: 'an authentic body that is the JSON value null',
      control: both,
      needs: ['free-body', 'json'],
      alone: 'last',
      when: [deliver(anEvent, { body: () => Buffer.from('null') })],
      then: { 'webhook-body-unreadable-answered': ({ reply }) => noServerError(reply) },
    },
    'json-nested-deeply': {
      title: 'an authentic body of twenty thousand nested arrays',
      control: both,
      needs: ['free-body', 'json'],
      alone: 'last',
      when: [deliver(anEvent, { body: () => Buffer.from('['.repeat(20_000) + ']'.repeat(20_000)) })],
      then: { 'webhook-body-unreadable-answered': ({ reply }) => noServerError(reply) },
    },
  },
})
