import { createHmac, generateKeyPairSync } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, conformance, serve } from './command.ts'

const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
const pair = generateKeyPairSync('ed25519')
let folder = ''
let url = ''
/** How the receiver of these tests is wrong: with what it answers a delivery whose body is not spelled as it likes. */
let refusal: number | undefined
let stop = async () => {}
const at = (...parts: readonly string[]) => join(folder, ...parts)
const run = (out: string, ...more: readonly string[]) =>
  conformance(['run', '--target', url, '--role', 'consumer', '--secret', secret, '--quiet', '--only', 'consumer-body/spelled-spaced', '--only', 'consumer-signature/untouched', '--out', at(out), ...more], { ATTEST_KEY: pem(pair.privateKey) })

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'conformance-gate-'))
  await writeFile(at('attest.pub'), pem(pair.publicKey))
  const receiver = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (bytes: Buffer) => chunks.push(bytes))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const signature = createHmac('sha256', key).update(`${String(request.headers['webhook-id'])}.${String(request.headers['webhook-timestamp'])}.${body}`).digest('base64')
      const accepted = String(request.headers['webhook-signature']).includes(signature)
      response.writeHead(!accepted ? 401 : refusal !== undefined && body.includes('": "') ? refusal : 204).end()
    })
  })
  url = receiver.url
  stop = receiver.close
}, 60_000)

afterAll(async () => {
  await stop()
  await rm(folder, { recursive: true, force: true })
})

describe('a gate with a baseline', () => {
  it('is written, opens, grows stale, and says what to do', async () => {
    refusal = 401
    expect((await run('plain')).code).toBe(1)
    const written = await run('written', '--baseline', at('baseline.json'), '--update-baseline')
    expect(written.code, written.err).toBe(0)
    expect(written.err).toContain('1 known failure\n')
    const baseline = await readFile(at('baseline.json'), 'utf8')
    expect(JSON.parse(baseline).entries).toEqual([{ requirement: 'webhook-body-raw-bytes', case: 'consumer-body/spelled-spaced', code: 'failed:401', reason: expect.stringMatching(/\w/), expires: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }])

    const open = await run('open', '--baseline', at('baseline.json'))
    expect(open.code, open.err).toBe(0)
    expect(open.out).toMatch(/^partial: .*; baseline in force: 1 known failure$/m)
    expect(open.out).toMatch(/NOT CONFORMANT: 1 MUST failed; the gate passes/)
    const report = JSON.parse(await readFile(at('open', 'report.json'), 'utf8'))
    expect(report.summary.conformant).toBe(false)
    expect(report.baseline.entries[0].state).toBe('known')

    refusal = 500
    const differs = await run('differs', '--baseline', at('baseline.json'))
    expect(differs.code).toBe(4)
    expect(differs.err).toMatch(/stale baseline: .*fails in another way: failed:500 instead of failed:401\ncure: /)

    refusal = undefined
    const passes = await run('passes', '--baseline', at('baseline.json'))
    expect(passes.code).toBe(4)
    expect(passes.err).toMatch(/stale baseline: consumer-body\/spelled-spaced webhook-body-raw-bytes passes now\ncure: /)

    refusal = 401
    await writeFile(at('expired.json'), baseline.replace(/"expires": "[^"]*"/, '"expires": "2020-01-01"'))
    const expired = await run('expired', '--baseline', at('expired.json'))
    expect(expired.code).toBe(4)
    expect(expired.err).toMatch(/was excused until 2020-01-01\ncure: repair it, or set a later date by hand/)

    refusal = undefined
    expect((await run('mended', '--baseline', at('baseline.json'), '--update-baseline')).code).toBe(0)
    expect(JSON.parse(await readFile(at('baseline.json'), 'utf8')).entries).toEqual([])
  }, 60_000)

  it('is judged again with the same baseline in force', async () => {
    const again = await conformance(['judge', at('open')])
    expect(again.code, again.err).toBe(0)
    expect(again.out).toContain('the report says what its transcript says')
  })

  it('keeps its file when nothing could be measured', async () => {
    await writeFile(at('kept.json'), '{ "baseline": 1, "entries": [] }')
    const dead = await conformance(['run', '--target', 'http://127.0.0.1:1/hook', '--role', 'consumer', '--secret', secret, '--quiet', '--baseline', at('kept.json'), '--update-baseline'])
    expect(dead.code).toBe(3)
    expect(await readFile(at('kept.json'), 'utf8')).toBe('{ "baseline": 1, "entries": [] }')
  }, 30_000)

  it('is wrong usage without a file, with a file that is not there, and with a broken one', async () => {
    await writeFile(at('broken.json'), '{\n "baseline": 1,\n "entries": [{}]\n}')
    const ended = [await run('x', '--update-baseline'), await run('x', '--baseline', at('no-such.json')), await run('x', '--baseline', at('broken.json'))]
    expect(ended.map(({ code }) => code)).toEqual([2, 2, 2])
    expect(ended.map(({ err }) => /^error\[([\w-]+)\]/.exec(err)?.[1])).toEqual(['usage', 'bad-baseline', 'bad-baseline'])
    expect(ended[2]?.err).toContain('broken.json:3: ')
  })
})

describe('two reports', () => {
  it('that became worse are exit 1, with what is broken, in each format', async () => {
    const worse = await conformance(['diff', at('passes'), at('open')])
    expect(worse.code).toBe(0) // it is known
    const broken = await conformance(['diff', at('passes'), at('plain'), '--reporter', 'pretty', '--reporter', `markdown=${at('diff.md')}`, '--reporter', `json=${at('diff.json')}`])
    expect(broken.code, broken.err).toBe(1)
    expect(broken.out).toMatch(/× webhook-body-raw-bytes \(MUST\) {2}consumer-body\/spelled-spaced {2}passed → failed: 401/)
    expect(await readFile(at('diff.md'), 'utf8')).toMatch(/^\*\*WORSE: 1 broken\*\*/)
    expect(JSON.parse(await readFile(at('diff.json'), 'utf8')).changes).toHaveLength(1)
    expect((await conformance(['diff', at('plain'), at('passes')])).code).toBe(0)
  })

  it('that are none are wrong usage', async () => {
    await writeFile(at('foreign.json'), '{"report":1}')
    const ended = [await conformance(['diff', at('plain')]), await conformance(['diff', at('plain'), at('foreign.json')]), await conformance(['diff', at('plain'), at('nowhere')]), await conformance(['diff', at('plain'), at('plain'), '--reporter', 'junit'])]
    expect(ended.map(({ code }) => code)).toEqual([2, 2, 2, 2])
  })
})

describe('an attested run', () => {
  it('is verified with the public key, and refused once a byte is changed', async () => {
    refusal = undefined
    const signed = await run('signed', '--attest', 'env:ATTEST_KEY', '--valid-for', '30d')
    expect(signed.code, signed.err).toBe(0)
    expect(await readdir(at('signed'))).toContain('attestation.dsse.json')
    for (const name of await readdir(at('signed'))) expect(await readFile(at('signed', name), 'utf8')).not.toContain('PRIVATE KEY')
    const verified = await conformance(['verify', at('signed'), '--key', at('attest.pub')])
    expect(verified.code, verified.out + verified.err).toBe(0)
    expect(verified.out).toMatch(/^VERIFIED: .*; in force until .*; judged again with the same result$/m)

    await cp(at('signed'), at('changed'), { recursive: true })
    await writeFile(at('changed', 'report.html'), `${await readFile(at('signed', 'report.html'), 'utf8')} `)
    const refused = await conformance(['verify', at('changed'), '--key', at('attest.pub')])
    expect(refused.code).toBe(1)
    expect(refused.out).toMatch(/^REFUSED \[artefact\] .*: report\.html was changed$/m)
  }, 30_000)

  it('is refused after its time', async () => {
    await run('brief', '--attest', 'env:ATTEST_KEY', '--valid-for', '1ms')
    const { code, out } = await conformance(['verify', at('brief'), '--key', at('attest.pub')])
    expect(code).toBe(1)
    expect(out).toMatch(/^REFUSED \[expired\]/m)
  }, 30_000)

  it('is wrong usage without a folder, a key that fits, or something to attest', async () => {
    const args = ['run', '--target', url, '--role', 'consumer', '--secret', secret]
    const ended = [
      await conformance([...args, '--attest', at('attest.pub')]),
      await conformance([...args, '--out', at('x'), '--attest', at('attest.pub')]),
      await conformance([...args, '--valid-for', '3d']),
      await conformance(['verify', at('signed')]),
      await conformance(['verify', at('signed'), '--key', at('nowhere')]),
      await conformance(['verify', at('nowhere'), '--key', at('attest.pub')]),
    ]
    expect(ended.map(({ code, err }) => `${code} ${/^error\[([\w-]+)\]/.exec(err)?.[1] ?? ''}`)).toEqual(['2 usage', '2 bad-key', '2 usage', '2 usage', '2 bad-key', '2 bad-report'])
  }, 30_000)

  it('has a badge, drawn from what its transcript says', async () => {
    const { code, out, err } = await conformance(['badge', at('signed')])
    expect(code, err).toBe(0)
    expect(out).toMatch(/badge\.svg: event delivery consumer, partial, \d+ rules, until /)
    expect(JSON.parse(await readFile(at('signed', 'badge.json'), 'utf8'))).toMatchObject({ schemaVersion: 1, color: 'yellow' })
    const report = await readFile(at('changed', 'report.json'), 'utf8')
    await writeFile(at('changed', 'report.json'), report.replace('"claim": "partial"', '"claim": "full"'))
    expect((await conformance(['badge', at('changed')])).code).toBe(2)
  })
})

function pem(of: typeof pair.publicKey): string {
  return of.export({ type: of.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString()
}
