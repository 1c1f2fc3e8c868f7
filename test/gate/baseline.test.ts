import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderBaseline, type BaselineEntry } from '../../harness/gate/baseline.ts'
import { readBaseline } from '../../harness/gate/read-baseline.ts'

const entry: BaselineEntry = { requirement: 'webhook-body-raw-bytes', case: 'consumer-body/spaced', code: 'failed:401', reason: 'the framework parses first', issue: 'https://example.com/issues/1', expires: '2030-12-31' }

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
const validate = ajv.compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/baseline.json'), 'utf8')))

describe('a baseline file', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/)
  const entries = fc.uniqueArray(fc.record({ requirement: word, case: word.map((name) => `consumer-x/${name}`), code: word, reason: fc.stringMatching(/^[^\s].{0,40}$/u), expires: fc.constant('2030-12-31') }), { selector: (one) => `${one.case} ${one.requirement}` })

  test('that was written is read as it was, sorted, and is what its schema says', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (given) => {
        const text = renderBaseline(given)
        const read = await readBaseline(text, 'b.json')
        expect(read.entries.map((one) => `${one.requirement} ${one.case}`)).toEqual(given.map((one) => `${one.requirement} ${one.case}`).toSorted())
        expect(renderBaseline(read.entries.toReversed())).toBe(text)
        expect(validate(JSON.parse(text))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  const text = renderBaseline([entry, { ...entry, requirement: 'webhook-z', case: 'consumer-z/z' }])
  const faults: readonly (readonly [title: string, text: string, line: number, fact: RegExp])[] = [
    ['that is not JSON', text.replace('"failed:401",', '"failed:401"'), 8, /not JSON/],
    ['that is cut off', text.slice(0, text.indexOf('"webhook-z"')), 13, /not JSON/],
    ['of another version', text.replace('"baseline": 1', '"baseline": 2'), 1, /no baseline of version 1/],
    ['with a member that nobody reads', text.replace('"expires": "2030-12-31"', '"expiry": "2030-12-31"'), 10, /no member "expiry"/],
    ['with an entry without a reason', text.replace('"the framework parses first"', '" "'), 8, /without "reason"/],
    ['with a day that the calendar does not have', text.replace('2030-12-31', '2030-02-30'), 10, /"2030-02-30" is no day/],
    ['with an issue that is no address', text.replace('https://example.com/issues/1', 'JIRA-1'), 9, /no http or https URL/],
    ['with the same entry twice', text.replace('webhook-z', entry.requirement).replace('consumer-z/z', entry.case), 12, /a second entry/],
  ]

  test.each(faults)('%s is refused with its line', async (_title, broken, line, fact) => {
    const refused = readBaseline(broken, 'b.json')
    await expect(refused).rejects.toMatchObject({ code: 'bad-baseline', exitCode: 2, message: expect.stringMatching(fact), cure: expect.stringMatching(/\w/) })
    await expect(refused).rejects.toThrow(new RegExp(`^b\\.json:${line}: `))
  })
})
