import { anEvent, deliver, refused, signatureHeaderText, type ConsumerCases, type ConsumerSeen, type Profile } from '../harness/roles/consumer/index.ts'

const refusing = (seen: ConsumerSeen) => refused(seen, anEvent)

/** The right key with every other algorithm that a request could talk a consumer into. */
export function otherAlgorithms(profile: Profile): ConsumerCases {
  const own = new Set(Object.values(profile.signature.schemes).map(({ alg }) => alg))
  const others = (['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const).filter((algorithm) => !own.has(algorithm))
  return Object.fromEntries(
    others.map((algorithm) => [
      `made-with-${algorithm}`,
      {
        title: `a signature made with the right key and ${algorithm}`,
        control: 'untouched',
        needs: 'mac',
        when: [deliver(anEvent, { signature: (make) => [make.entry(make.encode(make.by({ algorithm })))] })],
        then: { 'webhook-signature-algorithm-fixed': refusing },
      } satisfies ConsumerCases[string],
    ]),
  )
}

/** Signatures of every wrong length: a comparison that throws on a length is a crash in waiting. */
export function lengths(): ConsumerCases {
  const cuts: readonly (readonly [string, string, (text: string) => string])[] = [
    ['one-character', 'a signature of one character', (text) => text.slice(0, 1)],
    ['eight-characters', 'the first eight characters of the right signature', (text) => text.slice(0, 8)],
    ['one-byte-short', 'the right signature less its last byte', (text) => text],
    ['one-byte-long', 'the right signature and one byte more', (text) => text],
    ['doubled', 'the right signature twice', (text) => `${text}${text}`],
  ]
  return Object.fromEntries(
    cuts.map(([key, title, cut]) => [
      `length-${key}`,
      {
        title,
        control: 'untouched',
        needs: ['signature-header', 'signed'],
        alone: true,
        when: [deliver(anEvent, { signature: (make) => {
          if (key === 'one-byte-short') return [make.entry(make.encode(make.right().subarray(0, -1)))]
          if (key === 'one-byte-long') return [make.entry(make.encode(Buffer.concat([make.right(), Buffer.from([7])])))]
          return [make.entry(cut(make.encode(make.right())))]
        } })],
        then: { 'webhook-signature-length-checked': refusing },
      } satisfies ConsumerCases[string],
    ]),
  )
}

/** Signature headers outside every grammar: refused like any other, never an error of the target. */
export function garbage(): ConsumerCases {
  const texts: readonly (readonly [string, string, string])[] = [
    ['punctuation', 'separators alone', ',,,===,,;;  ='],
    ['unicode', 'bytes outside ASCII', '\u00e9\u00ff\u00fe'],
    ['long', 'eight thousand characters', 'a'.repeat(8000)],
    ['object-like', 'names that every object has', '__proto__,constructor=toString'],
  ]
  return Object.fromEntries(
    texts.map(([key, title, text]) => [
      `garbage-${key}`,
      {
        title: `a signature header of ${title}`,
        control: 'untouched',
        needs: 'signature-header',
        alone: true,
        when: [deliver(anEvent, { afterSigning: signatureHeaderText(text) })],
        then: { 'webhook-signature-garbage-refused': refusing },
      } satisfies ConsumerCases[string],
    ]),
  )
}
