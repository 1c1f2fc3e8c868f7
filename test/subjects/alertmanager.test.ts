import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadProfile } from '../../harness/profile/load.ts'
import type { DeliveryPolicy } from '../../harness/profile/profile.ts'
import { run, type RunOptions } from '../../harness/run.ts'
import { suites } from '../../suites/index.ts'
import { groupIntervalMs, missingAlertmanager, startAlertmanager } from './alertmanager/alertmanager.ts'
import { failures, unsettled } from './measure.ts'

const document = fileURLToPath(new URL('alertmanager/alertmanager.yaml', import.meta.url))
const why = missingAlertmanager()

describe.skipIf(why !== undefined).concurrent(`Alertmanager, attached by its own document and a trigger${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  test('it delivers, retries and ends attempts as its document says', { timeout: 60_000 }, async () => {
    const { report, transcript } = await measured({})
    expect(failures(report)).toEqual({})
    expect(unsettled(report)).toEqual([])
    const passed = report.requirements.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id)
    expect(passed).toEqual(
      expect.arrayContaining([
        'webhook-delivery-arrives',
        'webhook-delivery-post',
        'webhook-delivery-content-type',
        'webhook-delivery-body-event',
        'webhook-delivery-signature-valid',
        'webhook-delivery-success-2xx',
        'webhook-delivery-timeout',
        'webhook-delivery-timeout-whole',
        'webhook-delivery-ack-loss-repeats',
        'webhook-retry-failed-attempt',
        'webhook-retry-stops-on-success',
        'webhook-retry-not-early',
        'webhook-retry-not-late',
        'webhook-retry-order',
        'webhook-retry-all-attempts',
        'webhook-retry-keeps-id',
        'webhook-retry-keeps-body',
        'webhook-retry-transient-statuses',
      ]),
    )
    // After a 404 nothing comes by the schedule; the next flush sends the notification once more.
    const [refused, again] = transcript.flatMap((line) => (line.kind === 'attempt' && line.case === 'producer-retry/transient-404' ? [line.arrivedMs] : []))
    expect((again ?? 0) - (refused ?? 0)).toBeGreaterThan(groupIntervalMs * 0.9)
    expect(JSON.stringify(transcript)).toContain('["Authorization","Bearer [redacted]"]')
  })

  const redirects = ['301', '302', '303', '307', '308'].map((status) => `producer-delivery/redirected-${status}`)
  const held = { delivery: { redirects: 0 }, only: redirects } as const

  test('held to a profile without redirects, it follows every one', { timeout: 60_000 }, async () => {
    const { report } = await measured(held)
    expect(failures(report)).toEqual({ 'webhook-delivery-redirect-unfollowed': redirects })
    expect(unsettled(report)).toEqual([])
  })

  test('with follow_redirects off it follows none, and counts each as a failure', { timeout: 60_000 }, async () => {
    const { report } = await measured({ ...held, httpConfig: { follow_redirects: false } })
    expect(failures(report)).toEqual({})
    expect(unsettled(report)).toEqual([])
    expect(report.verdicts.filter(({ outcome }) => outcome === 'passed')).toHaveLength(2 * redirects.length)
  })
})

interface Setting {
  readonly delivery?: Partial<DeliveryPolicy>
  readonly only?: readonly string[]
  readonly httpConfig?: Readonly<Record<string, unknown>>
}

/** One run against an Alertmanager of its own, which is gone when it ends. */
async function measured({ delivery, only = [], httpConfig }: Setting) {
  const described = await loadProfile(document)
  if (described.delivery === undefined) throw new Error('the document says nothing of deliveries')
  const profile = { ...described, delivery: { ...described.delivery, ...delivery } }
  const alertmanager = await startAlertmanager()
  const options: RunOptions = {
    role: 'producer',
    target: { kind: 'url', url: alertmanager.url },
    profile,
    keys: { secrets: [] },
    suites,
    trigger: alertmanager.trigger,
    byHand: (url, secret) => alertmanager.notify(url, secret, httpConfig),
    selection: { only, skip: [], levels: [] },
    budgetMs: 40_000,
  }
  return run(options).finally(() => alertmanager.close())
}
