import { accepted, anEvent, deliver, finding, forged, hasErrorBody, noTrace, nothingRevealed, signatureHeaderText, suite, type ConsumerSeen } from '../harness/roles/consumer/index.ts'

const untouched = 'consumer-signature/untouched'
const stranger = 'consumer-signature/forged'
const both = [untouched, stranger]

/** Not taken as a delivery: anything but an acknowledgement, and no failure of the target. */
const declined = (words: string) => ({ reply }: ConsumerSeen) =>
  finding(reply.status !== undefined && reply.meaning !== 'accepted' && reply.status < 500 || reply.status === 501, words, reply.status === undefined ? `no answer (${reply.fault ?? ''})` : String(reply.status))

export default suite({
  role: 'consumer',
  title: 'Consumers refuse in words that a machine understands and an attacker cannot use',
  cases: {
    'error-body': {
      title: 'the body of the answer to a forged delivery',
      control: both,
      needs: 'error-body',
      when: [deliver(anEvent, forged)],
      then: { 'webhook-refusal-error-body': ({ reply, profile }) => hasErrorBody(reply, profile.acknowledgement.errorBody) },
    },
    'what-refusals-tell': {
      title: 'everything that the target said during the run',
      control: both,
      needs: 'signature-header',
      alone: true,
      when: [deliver(anEvent, { afterSigning: signatureHeaderText('not a signature') })],
      then: {
        'webhook-refusal-secret-unrevealed': ({ everyReply }) => nothingRevealed(everyReply),
        'webhook-refusal-no-trace': ({ everyReply }) => noTrace(everyReply),
      },
    },
    'method-put': {
      title: 'a correctly signed delivery by PUT',
      control: both,
      when: [deliver(anEvent, { method: 'PUT' })],
      then: { 'webhook-method-post-only': declined('no acknowledgement; 405 says why') },
    },
    'media-type-spelled': {
      title: 'the media type with capitals',
      control: both,
      needs: 'json-object',
      when: [deliver(anEvent, { contentType: 'Application/JSON' })],
      then: { 'webhook-content-type-case-free': ({ reply }) => accepted(reply) },
    },
    'media-type-with-charset': {
      title: 'the media type with charset=utf-8',
      control: both,
      needs: 'json-object',
      when: [deliver(anEvent, { contentType: 'application/json; charset=utf-8' })],
      then: { 'webhook-content-type-parameters': ({ reply }) => accepted(reply) },
    },
    'media-type-other': {
      title: 'a correctly signed delivery that calls itself text/csv',
      control: both,
      when: [deliver(anEvent, { contentType: 'text/csv' })],
      then: { 'webhook-content-type-refused': declined('no acknowledgement; 415 says why') },
    },
  },
})
