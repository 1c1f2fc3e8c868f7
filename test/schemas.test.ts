import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadProfile } from '../harness/profile/load.ts'
import { seededRandom } from '../harness/random.ts'
import { run } from '../harness/run.ts'
import { generateSecret } from '../harness/signing/key.ts'
import { consumer } from '../reference/consumer.ts'
import { producer } from '../reference/producer.ts'
import { suites } from '../suites/index.ts'
import type { RunResult } from '../harness/run.ts'

const folder = join(import.meta.dirname, '..', 'schemas')
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')))

describe('what a run writes is what the published schemas say', () => {
  const results: Record<string, RunResult> = {}

  beforeAll(async () => {
    const profile = await loadProfile('event-delivery')
    const secret = generateSecret(profile.signature, seededRandom(3, 'schemas'))
    const shared = { profile, suites }
    results['consumer'] = await run({ ...shared, role: 'consumer', keys: { secrets: [secret.signing] }, target: { kind: 'in-process', name: 'reference', handler: (clock) => consumer({ profile, keys: { secrets: [secret.verifying] }, clock }) } })
    results['producer'] = await run({ ...shared, role: 'producer', keys: { secrets: [] }, target: { kind: 'in-process', name: 'reference', handler: (clock) => producer({ profile, clock }) } })
  })

  test.each(['consumer', 'producer'])('the report of the %s', (role) => {
    const validate = ajv.getSchema('urn:event-delivery-conformance:schema:report')
    expect(validate?.(JSON.parse(JSON.stringify(results[role]?.report)))).toBe(true)
  })

  test.each(['consumer', 'producer'])('every line of the transcript of the %s', (role) => {
    const validate = ajv.getSchema('urn:event-delivery-conformance:schema:transcript')
    const lines = results[role]?.transcript ?? []
    const wrong = lines.filter((line) => validate?.(JSON.parse(JSON.stringify(line))) !== true)
    expect(lines.length).toBeGreaterThan(100)
    expect(wrong.slice(0, 3).map((line) => ({ kind: line.kind, errors: [validate?.(JSON.parse(JSON.stringify(line))), validate?.errors?.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`).slice(0, 6)] }))).toEqual([])
  })
})
