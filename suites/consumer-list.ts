import { accepted, all, anEvent, answeredInTime, deliver, editSignatureHeader, refused, suite, type ConsumerCases, type ConsumerSeen, type SignatureMaker } from '../harness/roles/consumer/index.ts'

const refusing = (seen: ConsumerSeen) => refused(seen, anEvent)
const accepting = ({ reply }: ConsumerSeen) => accepted(reply)

const right = (make: SignatureMaker) => make.entry(make.encode(make.right()))
const decoy = (make: SignatureMaker, nth: number) => make.entry(make.encode(flipped(make.right(), nth)))
const untouched = 'consumer-signature/untouched'
const forged = 'consumer-signature/forged'

export default suite({
  role: 'consumer',
  title: 'Consumers read tags exactly and lists completely',
  cases: {
    'tag-missing': {
      title: 'the right signature without its tag',
      control: untouched,
      needs: 'tag',
      when: [deliver(anEvent, { signature: (make) => [make.encode(make.right())] })],
      then: { 'webhook-signature-tag-required': refusing },
    },
    'tag-unknown': {
      title: 'the right signature under a tag that no scheme has',
      control: untouched,
      needs: 'tag',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right()), 'v9')] })],
      then: { 'webhook-signature-tag-known': refusing },
    },
    'tag-empty': {
      title: 'the right signature under an empty tag',
      control: untouched,
      needs: 'tag',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right()), '')] })],
      then: { 'webhook-signature-tag-required': refusing },
    },
    'tag-downgraded': {
      title: 'the right signature under the tag v0',
      control: untouched,
      needs: 'tag',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right()), 'v0')] })],
      then: { 'webhook-signature-tag-known': refusing },
    },
    'tag-longer': {
      title: 'the right signature under the tag and one letter more',
      control: untouched,
      needs: ['tag', 'mac'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right()), `${make.tag}a`)] })],
      then: { 'webhook-signature-tag-exact': refusing },
    },
    'tag-with-digit': {
      title: 'the right signature under the tag and one digit more',
      control: untouched,
      needs: 'tag',
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right()), `${make.tag}0`)] })],
      then: { 'webhook-signature-tag-exact': refusing },
    },

    'prefix-missing': {
      title: 'the right signature without its constant prefix',
      control: untouched,
      needs: 'prefix',
      when: [deliver(anEvent, { signature: (make) => [make.encode(make.right())] })],
      then: { 'webhook-signature-prefix-exact': refusing },
    },
    ...otherPrefixes(),

    ...positions(),
    'beside-unknown-tag': {
      title: 'the right entry between entries with unknown tags',
      control: [untouched, forged],
      needs: ['list', 'tag'],
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(flipped(make.right(), 1)), 'v8'), right(make), make.entry(make.encode(flipped(make.right(), 2)), 'v9')] })],
      then: { 'webhook-signature-list-skips-unknown': accepting },
    },
    'beside-malformed': {
      title: 'the right entry behind one that is no signature at all',
      control: [untouched, forged],
      needs: ['list', 'tag'],
      alone: true,
      when: [deliver(anEvent, { signature: (make) => [make.entry('%%'), 'nonsense', right(make)] })],
      then: { 'webhook-signature-list-skips-unknown': accepting },
    },
    'beside-empty': {
      title: 'the right entry behind one with nothing in it',
      control: [untouched, forged],
      needs: ['list', 'tag'],
      alone: true,
      when: [deliver(anEvent, { signature: (make) => [make.entry(''), right(make)] })],
      then: { 'webhook-signature-list-skips-unknown': accepting },
    },
    'beside-short': {
      title: 'the right entry behind one that is too short',
      control: [untouched, forged],
      needs: 'list',
      alone: true,
      when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.right().subarray(0, 5))), right(make)] })],
      then: { 'webhook-signature-list-skips-unknown': accepting },
    },
    'none-match': {
      title: 'a list of three signatures, none of them right',
      control: untouched,
      needs: 'list',
      when: [deliver(anEvent, { signature: (make) => [1, 2, 3].map((nth) => decoy(make, nth)) })],
      then: { 'webhook-signature-list-none-match': refusing },
    },
    'very-long': {
      title: 'a list of a hundred and fifty signatures, none of them right',
      control: untouched,
      needs: 'list',
      alone: true,
      when: [deliver(anEvent, { signature: (make) => Array.from({ length: 150 }, (_, nth) => decoy(make, nth % 16)) })],
      then: { 'webhook-signature-list-bounded': (seen) => all([refused(seen, anEvent), answeredInTime(seen)]) },
    },
  },
})

/** The only right signature first, in the middle and last, with decoys of the same tag around it. */
function positions(): ConsumerCases {
  return Object.fromEntries(
    ['first', 'second', 'last'].map((place, index) => [
      `right-${place}`,
      {
        title: `three signatures of which only the ${['first', 'second', 'last'][index]} is right`,
        control: [untouched, forged],
        needs: 'list',
        when: [deliver(anEvent, { signature: (make) => [0, 1, 2].map((nth) => (nth === index ? right(make) : decoy(make, nth + 1))) })],
        then: { 'webhook-signature-list-any-match': accepting },
      } satisfies ConsumerCases[string],
    ]),
  )
}

/** Prefixes that name another algorithm: the name in a request chooses nothing. */
function otherPrefixes(): ConsumerCases {
  return Object.fromEntries(
    ['md5=', 'sha512=', 'bogus=', 'SHA256:'].map((prefix) => [
      `prefix-${prefix.replace(/\W/g, '').toLowerCase()}`,
      {
        title: `the right signature behind the prefix ${prefix}`,
        control: untouched,
        needs: 'prefix',
        alone: true,
        when: [deliver(anEvent, { afterSigning: editSignatureHeader((value, { profile }) => `${prefix}${value.slice((profile.signature.signature.prefix ?? '').length)}`) })],
        then: { 'webhook-signature-prefix-exact': refusing },
      } satisfies ConsumerCases[string],
    ]),
  )
}

function flipped(raw: Buffer, nth: number): Buffer {
  const copy = Buffer.from(raw)
  const index = nth % Math.max(1, copy.length)
  copy[index] = (copy[index] ?? 0) ^ (1 << (nth % 7))
  return copy
}
