import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { exitCodeOf } from '../../cli/exit-code.ts'
import { claimLine } from '../../harness/report/summary.ts'
import { smallRun } from '../trust/recorded-folder.ts'
import { digestOfSet } from '../../scripts/frozen-set.mjs'

// The set of a version in which the second of the two cases of the run did not exist yet.
vi.mock('../../spec/requirement-set.ts', async () => {
  const { requirements } = await import('../../spec/requirements.ts')
  const ids = requirements.map(({ id }) => id)
  return { frozenSet: { requirements: ids, cases: [['consumer-signature/untouched', ids.map((_, index) => index)]] } }
})

describe('what the frozen set does not have', () => {
  test('is reported as provisional, counted separately, and in no claim', async () => {
    const { report } = await smallRun()
    const provisional = report.verdicts.filter((verdict) => verdict.provisional)
    expect(provisional.length).toBeGreaterThan(0)
    expect(new Set(provisional.map((verdict) => verdict.case))).toEqual(new Set(['consumer-signature/forged']))
    expect(Object.values(report.summary.provisional ?? {}).reduce((sum, count) => sum + count, 0)).toBe(provisional.length)
    const scored = new Set(report.verdicts.filter((verdict) => !verdict.provisional).map(({ requirement }) => requirement))
    const decided = report.verdicts.filter((verdict) => !verdict.provisional && ['passed', 'failed'].includes(verdict.outcome))
    expect(report.summary.measured).toBe(new Set(decided.map(({ requirement }) => requirement)).size)
    expect(report.requirements.filter((rule) => rule.provisional).map(({ id }) => id)).toEqual(report.requirements.map(({ id }) => id).filter((id) => !scored.has(id)))
    expect(claimLine(report)).toMatch(/; \d+ provisional verdicts? beside it$/)
    expect(exitCodeOf(report)).toBe(0)
  })
})

describe('a frozen set', () => {
  let folder = ''
  const script = join(import.meta.dirname, '../../scripts/spec.mjs')
  const rule = (id: string, level = 'MUST') => `#### ${id}\n\n> A consumer **${level}** knock.\n\n*Consumer.* People are startled.\nFix: Knock.\nSource: RFC 1.\n\n`
  const generate = (...args: readonly string[]) =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      const child = execFile(process.execPath, [script, '--dir', folder, ...args], (_, out, err) => done({ code: child.exitCode ?? -1, out, err }))
    })
  const freeze = (rules: readonly (readonly [id: string, level: string])[], digest?: string) => {
    const set = { requirements: rules.map(([id, level]) => ({ id, level })), cases: [{ case: 'consumer-door/knocks', requirements: [rules[0]?.[0] ?? ''] }] }
    return writeFile(join(folder, 'sets/1.0.0.json'), JSON.stringify({ specVersion: '1.0.0', requirementSet: digest ?? digestOfSet(set), ...set }))
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-set-'))
    await mkdir(join(folder, 'sets'))
    await writeFile(join(folder, 'README.md'), 'Version: 1.0.0\n\n[Door](door.md)\n')
    await writeFile(join(folder, 'door.md'), `# Door\n\n${rule('door-knock-first')}${rule('door-knock-twice')}`)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('names what scores, and its digest does not change with a rule that comes later', async () => {
    await freeze([['door-knock-first', 'MUST']])
    expect(await generate()).toMatchObject({ code: 0, out: expect.stringContaining('1 provisional') })
    const before = /requirementSet = '([^']+)'/.exec(await readFile(join(folder, 'requirements.ts'), 'utf8'))?.[1]
    expect(await readFile(join(folder, 'requirement-set.ts'), 'utf8')).toMatch(/requirements: \[\n {4}'door-knock-first',\n {2}\],\n {2}cases: \[\n {4}\['consumer-door\/knocks', \[0\]\],/)
    await writeFile(join(folder, 'door.md'), `# Door\n\n${rule('door-knock-first')}${rule('door-knock-twice')}${rule('door-knock-thrice')}`)
    expect(await generate()).toMatchObject({ code: 0, out: expect.stringContaining('2 provisional') })
    expect(await readFile(join(folder, 'requirements.ts'), 'utf8')).toContain(`requirementSet = '${before}'`)
  })

  test.each([
    ['a rule that is gone', [['door-knock-never', 'MUST']], undefined, /door-knock-never is frozen, and no chapter has it/],
    ['a rule of another level', [['door-knock-first', 'SHOULD']], undefined, /is frozen as SHOULD, and is a MUST now/],
    ['a digest that is not its own', [['door-knock-first', 'MUST']], 'sha256:0', /was changed after it was frozen/],
  ] as const)('with %s is a problem', async (_title, rules, digest, fact) => {
    await freeze(rules, digest)
    const { code, err } = await generate('--check')
    expect(code).toBe(1)
    expect(err).toMatch(fact)
  })
})
