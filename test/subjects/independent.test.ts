import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSubjects, type Program } from './child.ts'
import { missingPython, start as startPython } from './independent/python-receiver.ts'
import { failures, measure, unsettled, type Start } from './measure.ts'

describe.concurrent('honest receivers that share no code with the reference', () => {
  let program: Program
  beforeAll(async () => {
    program = await buildSubjects()
  })
  afterAll(() => program.close())

  test('a receiver that answers 202 and works later fails nothing', { timeout: 90_000 }, async () => {
    expect(await findings('event-delivery', (secret) => program.start('queueing', secret))).toEqual({ failed: {}, open: [] })
  })

  test('a fetch-style receiver fails no MUST; its library and its text() fail four SHOULDs', { timeout: 90_000 }, async () => {
    // Request.text() decodes as UTF-8: it drops a byte order mark and replaces what is not UTF-8 (Fetch, "UTF-8 decode").
    // The first two are those of the library that it verifies with.
    const failed = {
      'webhook-signature-encoding-canonical': ['consumer-signature/junk-behind'],
      'webhook-timestamp-grammar': ['consumer-timestamp/letters-added-after-signing'],
      'webhook-body-bom-kept': ['consumer-body/signed-byte-order-mark', 'consumer-body/added-byte-order-mark'],
      'webhook-body-not-text-authentic': ['consumer-body/not-text'],
    }
    expect(await findings('standard-webhooks', (secret) => program.start('fetch-style', secret))).toEqual({ failed, open: [] })
  })

  const why = missingPython()
  test.skipIf(why !== undefined)(`a Python receiver with one thread and a backlog of five fails nothing${why === undefined ? '' : ` (skipped: ${why})`}`, { timeout: 90_000 }, async () => {
    expect(await findings('hmac-timestamp', startPython)).toEqual({ failed: {}, open: [] })
  })
})

async function findings(profile: string, start: Start) {
  const { report } = await measure(profile, start)
  return { failed: failures(report), open: unsettled(report) }
}
