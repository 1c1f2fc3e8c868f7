import { describe, expect, test } from 'vitest'
import { failures, unsettled } from './measure.ts'
import { measureSubject } from './published.ts'
import { publishedSubject } from './registry.ts'

/** Requirement and the cases that fail it: what each library really does, as docs/discoveries tells with the exchange. */
const deviations: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  standardwebhooks: {
    'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
    'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
    'webhook-body-not-text-authentic': ['consumer-body/not-text'],
  },
  svix: {
    'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
    'webhook-header-family-unmixed': ['consumer-header/family-mixed'],
    'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
    'webhook-body-not-text-authentic': ['consumer-body/not-text'],
  },
  stripe: {
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
  '@octokit/webhooks': {
    'webhook-body-unreadable-answered': ['consumer-nonsense/json-null'],
    'webhook-body-bom-kept': ['consumer-body/signed-byte-order-mark', 'consumer-body/added-byte-order-mark'],
    'webhook-body-empty-authentic': ['consumer-body/empty'],
    'webhook-body-not-text-authentic': ['consumer-body/not-text'],
    'webhook-body-bounded': ['consumer-body/far-too-large'],
    'webhook-content-type-case-free': ['consumer-refusal/media-type-spelled'],
  },
  '@slack/bolt': {
    'webhook-timestamp-number': ['consumer-timestamp/text-infinity'],
    'webhook-timestamp-grammar': ['consumer-timestamp/text-fraction'],
    'webhook-timestamp-future-refused': ['consumer-timestamp/future-just-outside', 'consumer-timestamp/future-one-year'],
    'webhook-timestamp-unit': ['consumer-timestamp/other-unit'],
    'webhook-body-unreadable-answered': ['consumer-nonsense/json-null'],
    'webhook-body-not-text-authentic': ['consumer-body/not-text'],
    'webhook-content-type-refused': ['consumer-refusal/media-type-other'],
    'webhook-ack-after-effect': ['consumer-idempotency/processing-fails-once'],
  },
  '@octokit/webhooks-methods': {
    'webhook-body-not-text-authentic': ['consumer-body/not-text'],
  },
  'discord-interactions': {
    'webhook-body-unreadable-answered': ['consumer-body/not-json'],
    'webhook-content-type-refused': ['consumer-refusal/media-type-other'],
  },
  '@paddle/paddle-node-sdk': {
    'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
    'webhook-signature-list-any-match': ['consumer-list/right-first', 'consumer-list/right-second'],
    'webhook-param-duplicate-refused': ['consumer-header/parameter-twice'],
    'webhook-timestamp-number': ['consumer-timestamp/text-nan'],
    'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
    'webhook-timestamp-future-refused': ['consumer-timestamp/future-just-outside', 'consumer-timestamp/future-one-year'],
    'webhook-timestamp-unit': ['consumer-timestamp/other-unit'],
    'webhook-body-not-text-authentic': ['consumer-body/not-text'],
  },
  'stripe (Python)': {
    'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
    'webhook-param-duplicate-refused': ['consumer-header/parameter-twice-behind'],
    'webhook-timestamp-future-refused': ['consumer-timestamp/future-just-outside', 'consumer-timestamp/future-one-year'],
    'webhook-timestamp-unit': ['consumer-timestamp/other-unit'],
    'webhook-body-unreadable-answered': ['consumer-nonsense/json-null', 'consumer-nonsense/json-nested-deeply'],
  },
  webhook: {
    'webhook-refusal-client-error': ['consumer-signature/forged'],
    'webhook-refusal-status': ['consumer-signature/forged'],
    'webhook-signature-prefix-exact': ['consumer-list/prefix-missing'],
    'webhook-body-bounded': ['consumer-body/far-too-large'],
    'webhook-content-type-case-free': ['consumer-refusal/media-type-spelled'],
  },
}

/** A signed body that is not JSON is answered by nobody, so what follows an answer to it is not seen. */
const open: Readonly<Record<string, readonly string[]>> = {
  'discord-interactions': ['webhook-body-bom-kept', 'webhook-body-empty-authentic', 'webhook-body-not-text-authentic'],
}

/** Failed only where 32 MiB are read within the three seconds of Discord's deadline. */
const unsteady: Readonly<Record<string, string>> = { 'discord-interactions': 'webhook-body-bounded' }

describe.concurrent('consumers that nobody here wrote', () => {
  for (const [name, expected] of Object.entries(deviations)) {
    const subject = publishedSubject(name)
    const why = subject.missing?.()
    test.skipIf(why !== undefined)(`${name} fails exactly the recorded rules, and every other one is measured or does not apply${why === undefined ? '' : ` (skipped: ${why})`}`, { timeout: 90_000 }, async () => {
      const { report } = await measureSubject(subject)
      const failed = Object.entries(failures(report)).filter(([rule]) => rule !== unsteady[name])
      expect(Object.fromEntries(failed)).toEqual(expected)
      expect(unsettled(report).map((line) => line.split(/[ :]/)[1])).toEqual(open[name] ?? [])
      if (open[name] === undefined) expect(report.summary.claim).toBe('full')
      expect(report.summary.obstacle).toBeUndefined()
    })
  }
})
