import { accepted, acceptedOrOwnReasons, acceptedUnlikeUntouched, addByteOrderMark, all, anEvent, cutInsideCharacter, deliver, finding, forged, noServerError, notAccepted, refused, refusedAsForged, refusedForSize, spellings, suite, takenAsAuthentic, withPadding, withUnicode, type ConsumerCases, type ConsumerSeen, type Profile } from '../harness/roles/consumer/index.ts'

const accepting = ({ reply }: ConsumerSeen) => accepted(reply)
const untouched = 'consumer-signature/untouched'
const stranger = 'consumer-signature/forged'
const both = [untouched, stranger]

export default suite({
  role: 'consumer',
  title: 'Consumers verify the bytes that arrived, whatever they mean',
  cases: (profile) => ({
    'not-json': {
      title: 'an authentic body that is not JSON',
      control: both,
      needs: ['free-body', 'json'],
      alone: 'last',
      when: [deliver(anEvent, { body: () => Buffer.from('this is not JSON {') })],
      then: { 'webhook-body-unreadable-answered': ({ reply }) => noServerError(reply) },
    },
    ...spelled(profile),
    'trailing-newline': {
      title: 'a body that ends in CR LF',
      control: both,
      needs: 'free-body',
      when: [deliver(anEvent, { body: (body) => Buffer.concat([body, Buffer.from('\r\n')]) })],
      then: { 'webhook-body-untrimmed': accepting },
    },
    'leading-space': {
      title: 'a body that begins with white space',
      control: both,
      needs: ['free-body', 'json'],
      when: [deliver(anEvent, { body: (body) => Buffer.concat([Buffer.from('\n  '), body]) })],
      then: { 'webhook-body-untrimmed': accepting },
    },
    'character-of-four-bytes': {
      title: 'a body with characters outside ASCII, sent in one piece',
      control: both,
      needs: 'json',
      when: [deliver(anEvent, { body: withUnicode })],
      then: { 'webhook-body-raw-bytes': acceptedOrOwnReasons },
    },
    'cut-inside-character': {
      title: 'a body that is cut inside a character of four bytes',
      control: [...both, 'character-of-four-bytes'],
      needs: 'json',
      alone: true,
      when: [deliver(anEvent, { body: withUnicode, framing: cutInsideCharacter('content-length') })],
      then: { 'webhook-body-chunk-borders': accepting },
    },
    chunked: {
      title: 'a body in the chunked coding, cut inside a character',
      control: [...both, 'character-of-four-bytes'],
      needs: 'json',
      when: [deliver(anEvent, { body: withUnicode, framing: cutInsideCharacter('chunked') })],
      then: { 'webhook-body-chunked-coding': ({ reply }) => (reply.status === 411 ? finding(true, 'an acknowledgement or 411', '411') : accepted(reply)) },
    },
    'byte-by-byte': {
      title: 'a body whose first sixteen bytes arrive one by one',
      control: both,
      when: [deliver(anEvent, { framing: (body) => ({ transfer: 'content-length', cuts: Array.from({ length: Math.min(16, body.length - 1) }, (_, index) => index + 1) }) })],
      then: { 'webhook-body-chunk-borders': accepting },
    },
    'charset-latin1': {
      title: 'a UTF-8 body whose content type says iso-8859-1',
      control: [...both, 'character-of-four-bytes'],
      needs: 'json',
      when: [deliver(anEvent, { body: withUnicode, contentType: 'application/json; charset=iso-8859-1' })],
      then: { 'webhook-body-charset-untouched': ({ reply }) => (reply.status === 415 ? finding(true, 'an acknowledgement or 415', '415') : accepted(reply)) },
    },
    'signed-byte-order-mark': {
      title: 'a body with a byte order mark that was signed with it',
      control: both,
      needs: ['free-body', 'json'],
      alone: 'last',
      when: [deliver(anEvent, { body: (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]) })],
      then: { 'webhook-body-bom-kept': takenAsAuthentic },
    },
    'added-byte-order-mark': {
      title: 'a byte order mark that was added after signing',
      control: untouched,
      needs: ['signed', 'body-covered', 'free-body'],
      when: [deliver(anEvent, { afterSigning: addByteOrderMark })],
      then: { 'webhook-body-bom-kept': (seen) => refused(seen, anEvent) },
    },
    empty: {
      title: 'an empty body that was signed as such',
      control: both,
      needs: 'free-body',
      alone: 'last',
      when: [deliver(anEvent, { body: () => Buffer.alloc(0) })],
      then: { 'webhook-body-empty-authentic': takenAsAuthentic },
    },
    'not-text': {
      title: 'a signed body that is not UTF-8',
      control: both,
      needs: 'free-body',
      alone: 'last',
      when: [deliver(anEvent, { body: (body) => Buffer.concat([body.subarray(0, -1), Buffer.from([0x20, 0xff, 0xfe, 0x80])]) })],
      then: { 'webhook-body-not-text-authentic': takenAsAuthentic },
    },
    'forged-not-json': {
      title: 'a forged delivery whose body is not JSON',
      control: both,
      needs: ['free-body', 'json'],
      alone: 'last',
      when: [deliver(anEvent, { ...forged, body: () => Buffer.from('this is not JSON {') })],
      then: { 'webhook-body-verified-first': refusedAsForged },
    },
    large: {
      title: 'a body of the largest size that the profile guarantees',
      // The same value grows: a target that checks its spelling turns it down for that and not for its size.
      control: [...both, 'character-of-four-bytes'],
      needs: 'json',
      when: [deliver(anEvent, { body: withPadding(profile.acknowledgement.minBodyBytes) })],
      then: { 'webhook-body-large-accepted': accepting },
    },
    ...forgedAndLarge(),
    'far-too-large': {
      title: 'a body of thirty-two megabytes, then an ordinary one',
      control: both,
      needs: 'json',
      alone: 'last',
      when: [deliver(anEvent, { body: withPadding(32 * 1024 * 1024), mayBreak: true }), deliver({ ...anEvent, name: 'the next event' })],
      then: { 'webhook-body-bounded': refusedForSize },
    },
  }),
})

/** One case for each spelling of the same JSON value, so that the report says which bytes the target loses. */
function spelled(profile: Profile): ConsumerCases {
  return Object.fromEntries(
    Object.entries(spellings)
      .filter(([, { of }]) => of(profile.samples[0]?.body ?? '') !== undefined)
      .map(([key, { title, of }]) => [
        `spelled-${key}`,
        {
          title: `an authentic body with ${title}`,
          control: key === 'spaced' || key === 'pretty' ? stranger : both,
          needs: 'json',
          diagnostic: key === 'spaced' || key === 'pretty',
          when: [deliver(anEvent, { body: (body) => Buffer.from(of(body.toString()) ?? body) })],
          then: { 'webhook-body-raw-bytes': acceptedUnlikeUntouched },
        } satisfies ConsumerCases[string],
      ]),
  )
}

/** Forged bodies around the sizes at which capture buffers and parsers give up. */
function forgedAndLarge(): ConsumerCases {
  return Object.fromEntries(
    [101, 1025, 2049].map((kibibytes) => [
      `forged-${kibibytes}-kib`,
      {
        title: `a forged delivery of ${kibibytes} KiB`,
        control: untouched,
        needs: 'json',
        when: [deliver(anEvent, { ...forged, body: withPadding(kibibytes * 1024), mayBreak: true })],
        then: { 'webhook-body-large-verified': (seen) => all([notAccepted(seen)]) },
      } satisfies ConsumerCases[string],
    ]),
  )
}
