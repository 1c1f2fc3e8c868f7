import { accepted, anEvent, deliver, editSignatureHeader, headerField, identityField, otherFamily, refused, removeField, repeatField, respellHeaders, suite, timestampField, type ConsumerSeen } from '../harness/roles/consumer/index.ts'

const refusing = (seen: ConsumerSeen) => refused(seen, anEvent)
const accepting = ({ reply }: ConsumerSeen) => accepted(reply)
const untouched = 'consumer-signature/untouched'
const forged = 'consumer-signature/forged'

export default suite({
  role: 'consumer',
  title: 'Consumers read headers as HTTP has them: without case, once, from one family',
  cases: {
    'names-upper-case': {
      title: 'header names in upper case',
      control: [untouched, forged],
      when: [deliver(anEvent, { afterSigning: respellHeaders((name) => name.toUpperCase()) })],
      then: { 'webhook-header-name-case-free': accepting },
    },
    'names-lower-case': {
      title: 'header names in lower case',
      control: [untouched, forged],
      when: [deliver(anEvent, { afterSigning: respellHeaders((name) => name.toLowerCase()) })],
      then: { 'webhook-header-name-case-free': accepting },
    },
    'names-mixed-case': {
      title: 'header names with a capital after each hyphen',
      control: [untouched, forged],
      when: [deliver(anEvent, { afterSigning: respellHeaders((name) => name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())) })],
      then: { 'webhook-header-name-case-free': accepting },
    },
    'id-missing': {
      title: 'a delivery without its signed id',
      control: untouched,
      needs: 'signed-id',
      when: [deliver(anEvent, { afterSigning: removeField(identityField) })],
      then: { 'webhook-id-required': refusing },
    },
    'id-twice': {
      title: 'two id headers, the right one and another',
      control: untouched,
      needs: 'signed-id',
      when: [deliver(anEvent, { afterSigning: repeatField(identityField, (id) => `${id}x`) })],
      then: { 'webhook-header-duplicate-refused': refusing },
    },
    'timestamp-twice': {
      title: 'two headers of one signed field, the right one and another',
      control: untouched,
      needs: 'field-header',
      when: [deliver(anEvent, { afterSigning: repeatField(headerField, (value) => value.replace(/.$/, (last) => (last === '1' ? '2' : '1'))) })],
      then: { 'webhook-header-duplicate-refused': refusing },
    },
    'parameter-twice': {
      title: 'the timestamp parameter twice, an older one in front of the signed one',
      control: untouched,
      needs: 'timestamp-param',
      when: [deliver(anEvent, { afterSigning: editSignatureHeader((value, made) => `${parameterOf(made.profile.signature.fields[timestampField(made) ?? ''], '1')}${made.profile.signature.signature.list?.sep ?? ','}${value}`) })],
      then: { 'webhook-param-duplicate-refused': refusing },
    },
    'parameter-twice-behind': {
      title: 'the timestamp parameter twice, an older one behind the signed one',
      control: untouched,
      needs: 'timestamp-param',
      when: [deliver(anEvent, { afterSigning: editSignatureHeader((value, made) => `${value}${made.profile.signature.signature.list?.sep ?? ','}${parameterOf(made.profile.signature.fields[timestampField(made) ?? ''], '1')}`) })],
      then: { 'webhook-param-duplicate-refused': refusing },
    },
    'family-mixed': {
      title: 'the timestamp in the header of a sibling family, the rest in the profile’s own',
      control: untouched,
      needs: ['family', 'timestamp'],
      when: [deliver(anEvent, { afterSigning: otherFamily })],
      then: { 'webhook-header-family-unmixed': refusing },
    },
  },
})

function parameterOf(field: { readonly in: string; readonly name?: string } | undefined, value: string): string {
  return `${field?.name ?? 't'}=${value}`
}
