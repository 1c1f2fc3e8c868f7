import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSubjects, type Program } from './child.ts'
import { failures, measure, unsettled } from './measure.ts'

interface Library {
  readonly profile: string
  /** Requirement and the cases that fail it: what the library really does, as docs/discoveries tells with the exchange. */
  readonly deviations: Readonly<Record<string, readonly string[]>>
}

const libraries: Readonly<Record<string, Library>> = {
  standardwebhooks: {
    profile: 'standard-webhooks',
    deviations: {
      'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
      'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
      'webhook-body-not-text-authentic': ['consumer-body/not-text'],
    },
  },
  svix: {
    profile: 'svix',
    deviations: {
      'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
      'webhook-header-family-unmixed': ['consumer-header/family-mixed'],
      'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
      'webhook-body-not-text-authentic': ['consumer-body/not-text'],
    },
  },
  stripe: {
    profile: 'stripe',
    deviations: {
      'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
      'webhook-signature-list-skips-unknown': ['consumer-list/beside-empty'],
      'webhook-param-duplicate-refused': ['consumer-header/parameter-twice'],
      'webhook-timestamp-number': ['consumer-timestamp/text-nan'],
      'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
      'webhook-timestamp-future-refused': ['consumer-timestamp/future-just-outside', 'consumer-timestamp/future-one-year'],
      'webhook-timestamp-unit': ['consumer-timestamp/other-unit'],
      'webhook-body-bom-kept': ['consumer-body/signed-byte-order-mark', 'consumer-body/added-byte-order-mark'],
      'webhook-body-not-text-authentic': ['consumer-body/not-text'],
    },
  },
  'octokit-webhooks': {
    profile: 'github',
    deviations: {
      'webhook-body-unreadable-answered': ['consumer-nonsense/json-null'],
      'webhook-body-bom-kept': ['consumer-body/signed-byte-order-mark', 'consumer-body/added-byte-order-mark'],
      'webhook-body-empty-authentic': ['consumer-body/empty'],
      'webhook-body-not-text-authentic': ['consumer-body/not-text'],
      'webhook-body-bounded': ['consumer-body/far-too-large'],
      'webhook-content-type-case-free': ['consumer-refusal/media-type-spelled'],
    },
  },
  'slack-bolt': {
    profile: 'slack',
    deviations: {
      'webhook-timestamp-number': ['consumer-timestamp/text-infinity'],
      'webhook-timestamp-grammar': ['consumer-timestamp/text-fraction'],
      'webhook-timestamp-future-refused': ['consumer-timestamp/future-just-outside', 'consumer-timestamp/future-one-year'],
      'webhook-timestamp-unit': ['consumer-timestamp/other-unit'],
      'webhook-body-unreadable-answered': ['consumer-nonsense/json-null'],
      'webhook-body-not-text-authentic': ['consumer-body/not-text'],
      'webhook-content-type-refused': ['consumer-refusal/media-type-other'],
      'webhook-ack-after-effect': ['consumer-idempotency/processing-fails-once'],
    },
  },
}

describe.concurrent('libraries that nobody here wrote', () => {
  let program: Program
  beforeAll(async () => {
    program = await buildSubjects()
  })
  afterAll(() => program.close())

  for (const [name, { profile, deviations }] of Object.entries(libraries)) {
    test(`${name} fails exactly the recorded rules, and every other one is measured or does not apply`, { timeout: 90_000 }, async () => {
      const { report } = await measure(profile, (secret) => program.start(name, secret))
      expect(failures(report)).toEqual(deviations)
      expect(unsettled(report)).toEqual([])
      expect(report.summary.claim).toBe('full')
      expect(report.summary.obstacle).toBeUndefined()
    })
  }
})
