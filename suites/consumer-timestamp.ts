import { accepted, anEvent, changeField, deliver, refused, removeField, suite, timestampField, type ConsumerCases, type ConsumerSeen, type Profile } from '../harness/roles/consumer/index.ts'

const refusing = (seen: ConsumerSeen) => refused(seen, anEvent)
const accepting = ({ reply }: ConsumerSeen) => accepted(reply)
const untouched = 'consumer-signature/untouched'
const forged = 'consumer-signature/forged'
const day = 86_400_000

export default suite({
  role: 'consumer',
  title: 'Consumers judge freshness by the signed time of the attempt, in both directions',
  cases: (profile) => {
    const { past, future } = toleranceMs(profile)
    return {
      missing: {
        title: 'a delivery without its timestamp',
        control: untouched,
        needs: ['timestamp', 'field-header'],
        when: [deliver(anEvent, { afterSigning: removeField(timestampField) })],
        then: { 'webhook-timestamp-required': refusing },
      },
      'parameter-missing': {
        title: 'a signature header without its timestamp parameter',
        control: untouched,
        needs: 'timestamp-param',
        when: [deliver(anEvent, { afterSigning: removeField(timestampField) })],
        then: { 'webhook-timestamp-required': refusing },
      },
      ...signedTexts(notNumbers, 'webhook-timestamp-number', 'timestamp'),
      ...signedTexts(outsideGrammar, 'webhook-timestamp-grammar', 'numeric-timestamp'),

      'letters-added-after-signing': {
        title: 'letters added behind a timestamp after it was signed',
        control: untouched,
        needs: ['numeric-timestamp', 'signed'],
        when: [deliver(anEvent, { afterSigning: changeField(timestampField, (text) => `${text}abc`) })],
        then: { 'webhook-timestamp-grammar': refusing },
      },
      'past-just-outside': {
        title: 'a timestamp ten seconds older than the tolerance',
        control: untouched,
        needs: 'timestamp',
        when: [deliver(anEvent, { attemptAtMs: -(past + 10_000) })],
        then: { 'webhook-timestamp-past-refused': refusing },
      },
      'past-one-day': {
        title: 'a timestamp one day beyond the tolerance',
        control: untouched,
        needs: 'timestamp',
        when: [deliver(anEvent, { attemptAtMs: -(past + day) })],
        then: { 'webhook-timestamp-past-refused': refusing },
      },
      'past-epoch': {
        title: 'a timestamp of zero',
        control: untouched,
        needs: 'numeric-timestamp',
        when: [deliver(anEvent, { timestamp: () => '0' })],
        then: { 'webhook-timestamp-past-refused': refusing },
      },
      'future-just-outside': {
        title: 'a timestamp ten seconds further ahead than the tolerance',
        control: untouched,
        needs: 'timestamp',
        when: [deliver(anEvent, { attemptAtMs: future + 10_000 })],
        then: { 'webhook-timestamp-future-refused': refusing },
      },
      'future-one-year': {
        title: 'a timestamp one year ahead',
        control: untouched,
        needs: 'timestamp',
        when: [deliver(anEvent, { attemptAtMs: future + 365 * day })],
        then: { 'webhook-timestamp-future-refused': refusing },
      },
      'past-inside': {
        title: 'a timestamp half the tolerance ago',
        control: [untouched, forged],
        needs: 'timestamp',
        when: [deliver(anEvent, { attemptAtMs: -past / 2 })],
        then: { 'webhook-timestamp-past-accepted': accepting },
      },
      'future-inside': {
        title: 'a timestamp half the tolerance ahead',
        control: [untouched, forged],
        needs: 'timestamp',
        when: [deliver(anEvent, { attemptAtMs: future / 2 })],
        then: { 'webhook-timestamp-future-accepted': accepting },
      },
      'past-boundary-inside': {
        title: 'a timestamp exactly as old as the tolerance',
        control: [untouched, forged],
        needs: ['timestamp', 'own-clock'],
        when: [deliver(anEvent, { attemptAtMs: -past })],
        then: { 'webhook-timestamp-boundary': accepting },
      },
      'past-boundary-outside': {
        title: 'a timestamp one second older than the tolerance',
        control: untouched,
        needs: ['timestamp', 'own-clock'],
        when: [deliver(anEvent, { attemptAtMs: -past - 1000 })],
        then: { 'webhook-timestamp-boundary': refusing },
      },
      'future-boundary-inside': {
        title: 'a timestamp exactly as far ahead as the tolerance',
        control: [untouched, forged],
        needs: ['timestamp', 'own-clock'],
        when: [deliver(anEvent, { attemptAtMs: future })],
        then: { 'webhook-timestamp-boundary': accepting },
      },
      'future-boundary-outside': {
        title: 'a timestamp one second further ahead than the tolerance',
        control: untouched,
        needs: ['timestamp', 'own-clock'],
        when: [deliver(anEvent, { attemptAtMs: future + 1000 })],
        then: { 'webhook-timestamp-boundary': refusing },
      },
      'other-unit': {
        title: 'the right time in another unit than the scheme’s',
        control: untouched,
        needs: 'numeric-timestamp',
        when: [deliver(anEvent, { timestamp: (text) => (profile.signature.timestamp?.unit === 's' ? `${text}000` : text.slice(0, -3)) })],
        then: { 'webhook-timestamp-unit': refusing },
      },
      'old-event-fresh-attempt': {
        title: 'a fresh attempt to deliver an event that happened three days ago',
        control: [untouched, forged],
        needs: ['timestamp', 'event-time'],
        when: [deliver({ ...anEvent, ageMs: 3 * day })],
        then: { 'webhook-timestamp-event-age': accepting },
      },
    }
  },
})

/** Texts that no lenient reading turns into a time. */
const notNumbers: readonly (readonly [string, string, (text: string) => string])[] = [
  ['letters', 'letters', () => 'abc'],
  ['nan', 'NaN', () => 'NaN'],
  ['empty', 'nothing', () => ''],
  ['infinity', 'Infinity', () => 'Infinity'],
]

/** Texts that a lenient reader takes for the right time. */
const outsideGrammar: typeof notNumbers = [
  ['plus', 'a plus sign in front', (text) => `+${text}`],
  ['fraction', 'a fraction', (text) => `${text}.5`],
  ['exponent', 'an exponent', (text) => `${text}e0`],
  ['letters-behind', 'letters behind the digits', (text) => `${text}abc`],
  ['hexadecimal', 'hexadecimal digits', (text) => `0x${BigInt(text).toString(16)}`],
]

function signedTexts(texts: typeof notNumbers, requirement: 'webhook-timestamp-number' | 'webhook-timestamp-grammar', needs: 'timestamp' | 'numeric-timestamp'): ConsumerCases {
  return Object.fromEntries(
    texts.map(([key, words, spell]) => [
      `text-${key}`,
      {
        title: `a timestamp of ${words}, signed as it stands`,
        control: untouched,
        needs,
        alone: true,
        when: [deliver(anEvent, { timestamp: spell })],
        then: { [requirement]: refusing },
      } satisfies ConsumerCases[string],
    ]),
  )
}

function toleranceMs({ signature }: Profile): { readonly past: number; readonly future: number } {
  return { past: (signature.timestamp?.past ?? 0) * 1000, future: (signature.timestamp?.future ?? 0) * 1000 }
}
