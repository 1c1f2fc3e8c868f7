import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../harness/report/report.ts'
import { build, conformance, type Ended } from './command.ts'

let folder = ''
const at = (...names: readonly string[]) => join(folder, ...names)
const part = (name: string, role: string, ...only: readonly string[]) => conformance(['run', '--target', 'reference', '--role', role, ...only.flatMap((pattern) => ['--only', pattern]), '--quiet', '--out', at(name)])
const reportIn = async (name: string): Promise<Report> => JSON.parse(await readFile(at(name, 'report.json'), 'utf8')) as Report

describe('conformance merge', () => {
  let whole: Ended

  beforeAll(async () => {
    await build()
    folder = await mkdtemp(join(tmpdir(), 'conformance-merge-'))
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    await writeFile(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await writeFile(at('key.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
    await part('one', 'consumer', 'consumer-signature/*')
    await part('two', 'consumer', 'consumer-body/*')
    await part('other', 'producer', 'producer-delivery/delivered')
    whole = await conformance(['merge', at('one'), at('two'), '--out', at('whole'), '--attest', at('key.pem')])
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('writes one report of both parts, and says what it joined behind it', async () => {
    const { code, out } = whole
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^partial: measured \d+ of \d+ rules/)
    expect(lines.slice(-2)).toEqual([expect.stringMatching(/^p1: began .*Z, attached by in-process and control; \d+ verdicts of the report$/), expect.stringMatching(/^p2: /)])
    const [one, two, report] = [await reportIn('one'), await reportIn('two'), await reportIn('whole')]
    expect(report.verdicts).toHaveLength(one.verdicts.length + two.verdicts.length)
  })

  test('is a run to every other command: judge, verify and diff', async () => {
    expect(await conformance(['judge', at('whole'), '--quiet'])).toMatchObject({ code: 0, out: expect.stringContaining('the report says what its transcript says') as string })
    expect(await conformance(['verify', at('whole'), '--key', at('key.pub')])).toMatchObject({ code: 0, out: expect.stringContaining('VERIFIED') as string })
    expect((await conformance(['diff', at('one'), at('whole'), '--reporter', 'json'])).out).not.toMatch(/"change": "(?:broken|changed|fixed|gone)"/)
  })

  test('joins runs in several roles role by role', async () => {
    for (const name of ['left', 'right']) {
      await part(`${name}/consumer`, 'consumer', name === 'left' ? 'consumer-signature/*' : 'consumer-body/*')
      await part(`${name}/producer`, 'producer', name === 'left' ? 'producer-delivery/delivered' : 'producer-safety/*')
    }
    await conformance(['merge', at('left'), at('right'), '--quiet', '--out', at('both')])
    expect([(await reportIn('both/consumer')).target.role, (await reportIn('both/producer')).run.parts?.length]).toEqual(['consumer', 2])
  })

  test('refuses runs that do not belong together, and says what differs', async () => {
    const { code, err } = await conformance(['merge', at('one'), at('other'), '--out', at('never')])
    expect(code).toBe(2)
    expect(err).toMatch(/error\[bad-report\]: .*one and .*other are not parts of one run: role: consumer against producer/)
  })

  test('refuses a part whose report is not what its transcript says', async () => {
    const forged = { ...(await reportIn('two')), summary: { conformant: true } }
    await part('forged', 'consumer', 'consumer-body/not-json')
    await writeFile(at('forged', 'report.json'), JSON.stringify(forged))
    const { code, err } = await conformance(['merge', at('one'), at('forged'), '--out', at('never')])
    expect(code).toBe(2)
    expect(err).toMatch(/forged\/report\.json does not say what its transcript says\ncure: conformance judge /)
  })

  test.each([
    ['one run', () => [at('one')], /merge takes two runs or more/],
    ['an output folder that is a part', () => [at('one'), at('two'), '--out', at('two')], /is one of the parts/],
    ['a folder that is not there', () => [at('one'), at('nowhere')], /there is nothing at/],
  ])('refuses %s', async (_, args, fact) => {
    const { code, err } = await conformance(['merge', ...args()])
    expect(code).toBe(2)
    expect(err).toMatch(fact)
  })
})
