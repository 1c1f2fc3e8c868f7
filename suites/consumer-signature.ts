import { accepted, answeredInTime, clientError, everyThrottleSaysWhen, notRedirected, refused, statusIn, tookEffect, type ConsumerSeen } from '../harness/roles/consumer/index.ts'
import { addInnerSpace, anEvent, anotherUrl, changeBody, changeField, deliver, escapeCharacter, forged, identityField, oneSecondLater, otherGuardValue, removeSignature, signatureHeaderText, signedByLegacySchemeOnly, signedUnderAnotherScheme, suite, timestampField } from '../harness/roles/consumer/index.ts'
import { garbage, lengths, otherAlgorithms } from './signature-variants.ts'

const refusing = (seen: ConsumerSeen) => refused(seen, anEvent)

export default suite({
  role: 'consumer',
  title: 'Consumers accept what was signed with their key, and nothing else',
  cases: (profile) => ({
    untouched: {
      title: 'a delivery exactly as it was signed',
      control: 'forged',
      when: [deliver(anEvent)],
      then: {
        'webhook-signature-accepted': ({ reply }) => accepted(reply),
        'webhook-ack-no-redirect': ({ reply }) => notRedirected(reply),
        'webhook-ack-deadline': (seen) => answeredInTime(seen),
        'webhook-rate-limit-retry-after': everyThrottleSaysWhen,
      },
    },
    forged: {
      title: 'a well-formed delivery signed with a key that is not the target’s',
      control: 'untouched',
      when: [deliver(anEvent, forged)],
      then: {
        'webhook-signature-forged-refused': (seen) => refused(seen),
        'webhook-refusal-client-error': ({ reply }) => clientError(reply),
        'webhook-refusal-status': ({ reply, profile }) => statusIn(reply, profile.acknowledgement.refusal),
      },
    },
    'forged-effect': {
      title: 'what becomes of an event that only a forged delivery carried',
      control: ['untouched', 'forged'],
      needs: 'effects',
      when: [deliver(anEvent, forged)],
      then: { 'webhook-refusal-no-effect': (seen) => tookEffect(seen, anEvent, 0) },
    },

    'body-value-changed': {
      title: 'one value of the body changed after it was signed',
      control: 'untouched',
      needs: ['signed', 'content-covered'],
      when: [deliver(anEvent, { afterSigning: changeBody })],
      then: { 'webhook-signature-covers-body': refusing },
    },
    'body-space-added': {
      title: 'white space added inside the body after it was signed',
      control: 'untouched',
      needs: ['signed', 'body-covered'],
      when: [deliver(anEvent, { afterSigning: addInnerSpace })],
      then: { 'webhook-signature-covers-body': refusing },
    },
    'body-letter-escaped': {
      title: 'one letter of the body replaced by its escape after it was signed',
      control: 'untouched',
      needs: ['signed', 'body-covered', 'json'],
      when: [deliver(anEvent, { afterSigning: escapeCharacter })],
      then: { 'webhook-signature-covers-body': refusing },
    },
    'id-changed': {
      title: 'another id than the one that was signed',
      control: 'untouched',
      needs: 'signed-id',
      when: [deliver(anEvent, { afterSigning: changeField(identityField, (id) => `${id}2`) })],
      then: { 'webhook-signature-covers-id': refusing },
    },
    'timestamp-changed': {
      title: 'a fresher timestamp than the one that was signed',
      control: 'untouched',
      needs: ['signed', 'timestamp'],
      when: [deliver(anEvent, { attemptAtMs: -4000, afterSigning: changeField(timestampField, oneSecondLater) })],
      then: { 'webhook-signature-covers-timestamp': refusing },
    },
    'url-changed': {
      title: 'a delivery that was signed for another URL',
      control: 'untouched',
      needs: 'url-covered',
      when: [deliver(anEvent, { afterSigning: anotherUrl })],
      then: { 'webhook-signature-covers-url': refusing },
    },

    'last-byte-differs': {
      title: 'a signature that is right but for its last byte',
      control: 'untouched',
      needs: ['signature-header', 'signed'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(flipped(make.right(), -1)))] })],
      then: { 'webhook-signature-forged-refused': refusing },
    },
    'first-byte-differs': {
      title: 'a signature that is right but for its first byte',
      control: 'untouched',
      needs: ['signature-header', 'signed'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(flipped(make.right(), 0)))] })],
      then: { 'webhook-signature-forged-refused': refusing },
    },
    'letters-swapped': {
      title: 'the right signature with capital and small letters exchanged',
      control: 'untouched',
      needs: ['signature-header', 'base64'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(caseSwapped(make.encode(make.right())))] })],
      then: { 'webhook-signature-encoding-exact': refusing },
    },

    ...lengths(),
    ...garbage(),

    'no-signature': {
      title: 'a delivery without its signature',
      control: 'untouched',
      needs: 'signature-header',
      when: [deliver(anEvent, { afterSigning: removeSignature })],
      then: { 'webhook-signature-required': refusing },
    },
    'empty-header': {
      title: 'a signature header with nothing in it',
      control: 'untouched',
      needs: 'signature-header',
      when: [deliver(anEvent, { afterSigning: signatureHeaderText('') })],
      then: { 'webhook-signature-empty-refused': refusing },
    },
    'empty-entry': {
      title: 'an entry with an empty signature',
      control: 'untouched',
      needs: 'signature-header',
      when: [deliver(anEvent, { signature: (make) => [make.entry('')] })],
      then: { 'webhook-signature-empty-refused': refusing },
    },
    'empty-key': {
      title: 'a signature made with the empty key',
      control: 'untouched',
      needs: 'mac',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.by({ key: 'empty' })))] })],
      then: { 'webhook-signature-key-empty-refused': refusing },
    },
    'key-text': {
      title: 'a signature made with the text of the secret where its decoded bytes are the key',
      control: 'untouched',
      needs: 'decoded-key',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.by({ key: 'text' })))] })],
      then: { 'webhook-signature-key-decoding': refusing },
    },
    'digest-of-secret': {
      title: 'a plain digest of secret and content in place of a MAC',
      control: 'untouched',
      needs: 'mac',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.by({ algorithm: 'sha256-secret-prefix' })))] })],
      then: { 'webhook-signature-mac-keyed': refusing },
    },
    ...otherAlgorithms(profile),

    'hex-for-base64': {
      title: 'the right signature in the other encoding, hex for base64 or the reverse',
      control: 'untouched',
      needs: ['signature-header', 'encoded'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right(), make.encoding === 'hex' ? 'base64' : 'hex'))] })],
      then: { 'webhook-signature-encoding-exact': refusing },
    },
    'base64-unpadded': {
      title: 'the right signature with its padding taken away, or with padding where none belongs',
      control: 'untouched',
      needs: ['signature-header', 'base64'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(otherPadding(make.encode(make.right())))] })],
      then: { 'webhook-signature-encoding-canonical': refusing },
    },
    'base64-junk': {
      title: 'the right signature with a character inside that base64 does not have',
      control: 'untouched',
      needs: ['signature-header', 'base64'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(inserted(make.encode(make.right()), '!'))] })],
      then: { 'webhook-signature-encoding-canonical': refusing },
    },
    'junk-behind': {
      title: 'the right signature and, behind the tag’s own separator, something else',
      control: 'untouched',
      needs: ['signature-header', 'tag'],
      when: [deliver(anEvent, { signature: (make) => [`${make.entry(make.encode(make.right()))}${make.profile.signature.signature.tag?.sep ?? ','}junk`] })],
      then: { 'webhook-signature-encoding-canonical': refusing },
    },
    'hex-upper-case': {
      title: 'the right signature in upper-case hex digits',
      control: 'untouched',
      needs: ['signature-header', 'lower-hex'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right()).toUpperCase())] })],
      then: { 'webhook-signature-encoding-canonical': refusing },
    },

    'legacy-only': {
      title: 'a delivery that carries only the legacy signature',
      control: 'untouched',
      needs: 'legacy',
      when: [deliver(anEvent, { afterSigning: signedByLegacySchemeOnly })],
      then: { 'webhook-signature-legacy-refused': refusing },
    },
    'foreign-scheme': {
      title: 'a delivery signed with the secret under the headers of another provider’s scheme',
      control: 'untouched',
      needs: ['signature-header', 'mac'],
      when: [deliver(anEvent, { afterSigning: signedUnderAnotherScheme('text') })],
      then: { 'webhook-signature-foreign-refused': refusing },
    },
    'foreign-scheme-decoded': {
      title: 'the same with the decoded bytes of the secret as the key',
      control: 'untouched',
      needs: ['signature-header', 'mac', 'decoded-key'],
      when: [deliver(anEvent, { afterSigning: signedUnderAnotherScheme('decoded') })],
      then: { 'webhook-signature-foreign-refused': refusing },
    },
    'guard-differs': {
      title: 'a scheme version or algorithm header that differs from the declared one',
      control: 'untouched',
      needs: 'guards',
      when: [deliver(anEvent, { afterSigning: otherGuardValue })],
      then: { 'webhook-signature-guard-checked': refusing },
    },
  }),
})

function flipped(raw: Buffer, index: number): Buffer {
  const copy = Buffer.from(raw)
  copy[index < 0 ? copy.length + index : index] = (copy.at(index) ?? 0) ^ 0x10
  return copy
}

function caseSwapped(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()))
}

function otherPadding(text: string): string {
  return text.endsWith('=') ? text.replace(/=+$/, '') : `${text}=`
}

function inserted(text: string, character: string): string {
  const middle = Math.floor(text.length / 2)
  return `${text.slice(0, middle)}${character}${text.slice(middle)}`
}
