import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { build, conformance, root, serve } from './command.ts'

// Several processes start in one test, on a machine that others use as well.
vi.setConfig({ testTimeout: 120_000 })

let folder = ''
const at = (...parts: readonly string[]) => join(folder, ...parts)
const generate = (...args: readonly string[]) => conformance(['generate', ...args])

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'conformance-generate-cli-'))
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('generate', () => {
  it('says what it can make, and the flags of each', async () => {
    const help = await generate('--help')
    expect([help.code, help.err]).toEqual([0, ''])
    expect(help.out).toMatch(/^ {2}types +\w.*\n {2}fixtures +\w.*\n {2}mocks +\w/m)
    for (const kind of ['types', 'fixtures', 'mocks']) {
      const own = await generate(kind, '--help')
      expect(own.code).toBe(0)
      expect(own.out).toMatch(/^ {2}--profile NAME\|FILE .*event-delivery/m)
      expect(own.out).toMatch(/^ {2}--check /m)
    }
    expect((await generate('types', '--help')).out).not.toContain('--secret')
  })

  it.each([
    [[], /^conformance generate KIND/],
    [['typo'], /generate knows no "typo"\ncure: did you mean types\?/],
    [['--profile', 'stripe'], /what to generate comes before --profile\ncure: write conformance generate types\|fixtures\|mocks --profile …/],
    [['types', 'stripe'], /generate types takes no argument, and "stripe" is one\ncure: /],
    [['types', '--secret', 'x'], /there is no flag --secret\ncure: --secret belongs to another command/],
    [['types', '--check'], /--check is given, and nothing to check\ncure: add --out/],
    [['types', '--profile', 'strip'], /there is no profile "strip"\ncure: did you mean stripe\?/],
    [['fixtures', '--profile', 'whatwg'], /the profile whatwg describes no webhooks, so there is nothing to sign\ncure: /],
    [['fixtures', '--profile', 'gitlab', '--secret', 'geheim'], /carries the secret itself, and the files would hold yours\ncure: leave --secret out/],
    [['fixtures', '--at', 'noon'], /--at noon is not a moment\ncure: write --at now/],
    [['fixtures', '--target', 'nowhere'], /not an absolute URL\ncure: /],
    [['fixtures', '--secret', 'whsec_é'], /The secret is not base64/],
  ])('%j is wrong usage, with its cure', async (args, words) => {
    const ended = await generate(...args)
    expect(ended.code).toBe(2)
    expect(ended.out).toBe('')
    expect(ended.err).toMatch(words)
  })
})

describe('generate types', () => {
  it('prints, writes and checks the same text', async () => {
    const printed = await generate('types', '--profile', 'stripe')
    expect(printed.out).toContain('export interface PaymentIntentSucceeded extends AnyEvent')
    const missing = await generate('types', '--profile', 'stripe', '--out', at('src', 'stripe.ts'), '--check')
    expect([missing.code, missing.err]).toEqual([1, `stale: ${at('src', 'stripe.ts')} does not exist\ncure: npx conformance generate types --profile stripe --out ${at('src', 'stripe.ts')}\n`])
    expect((await generate('types', '--profile', 'stripe', '--out', at('src', 'stripe.ts'))).code).toBe(0)
    expect(await readFile(at('src', 'stripe.ts'), 'utf8')).toBe(printed.out)
    expect((await generate('types', '--profile', 'stripe', '--out', at('src', 'stripe.ts'), '--check')).code).toBe(0)
    await writeFile(at('src', 'stripe.ts'), printed.out.replaceAll('\n', '\r\n'))
    expect((await generate('types', '--profile', 'stripe', '--out', at('src', 'stripe.ts'), '--check')).code).toBe(0)
    await writeFile(at('src', 'stripe.ts'), printed.out.replace('readonly livemode: boolean', 'readonly livemode: string'))
    const stale = await generate('types', '--profile', 'stripe', '--out', at('src', 'stripe.ts'), '--check')
    expect(stale.code).toBe(1)
    expect(stale.err).toMatch(/^stale: .*stripe\.ts differs from what is generated, first in line 1\d\ncure: npx conformance generate types/)
  })

  it('leaves a file alone that it did not write', async () => {
    await writeFile(at('mine.ts'), 'export const mine = 1\n')
    const refused = await generate('types', '--out', at('mine.ts'))
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/is there, and was not generated; nothing was written\ncure: /)])
    expect(await readFile(at('mine.ts'), 'utf8')).toBe('export const mine = 1\n')
  })

  it('reads a document of the user, and names the place of a fault in it', async () => {
    const document = (await readFile(join(root, 'spec/profiles/standard-webhooks.yaml'), 'utf8')).replace("payload: { $ref: '#/components/schemas/Payload' }", "payload: { $ref: './event.json' }")
    await writeFile(at('own.yaml'), document)
    await writeFile(at('event.json'), '{ "type": "object", "required": ["type"], "properties": { "type": { "enum": ["invoice.paid", "contact.updated"] } } }')
    const own = await generate('types', '--profile', at('own.yaml'))
    expect(own.err).toBe('')
    expect(own.out).toContain('npx conformance generate types --profile own.yaml --out FILE')
    expect(own.out).toContain('export type KnownEvent = InvoicePaid | ContactUpdated\n')
    expect(own.out).not.toContain(folder)
    await writeFile(at('event.json'), '{ "type": "objekt" }')
    const broken = await generate('types', '--profile', at('own.yaml'))
    expect([broken.code, broken.err]).toEqual([2, expect.stringMatching(/error\[broken-profile\]: .*event\.json:1:\d+: there is no type "objekt"\ncure: types are /)])
  })

  it('works from the published files alone, in any folder', async () => {
    const home = at('installed', 'node_modules', 'event-delivery-conformance')
    await mkdir(home, { recursive: true })
    for (const part of ['dist', 'spec', 'package.json']) await cp(join(root, part), join(home, part), { recursive: true })
    const { stdout } = await promisify(execFile)(process.execPath, [join(home, 'dist/conformance.js'), 'generate', 'types', '--profile', 'github'], { cwd: tmpdir(), maxBuffer: 1e7 })
    expect(stdout).toBe((await generate('types', '--profile', 'github')).out)
    await rm(join(home, 'spec'), { recursive: true })
    const lost = await promisify(execFile)(process.execPath, [join(home, 'dist/conformance.js'), 'generate', 'types'], { cwd: tmpdir() }).catch((error: { readonly code: number; readonly stderr: string }) => error)
    expect(lost).toMatchObject({ code: 5, stderr: expect.stringMatching(/the document spec\/asyncapi\.yaml of the package is not there\ncure: install the package anew/) })
  })
})

describe('generate fixtures', () => {
  it('prints JSON, and writes files that are fresh until something changes', async () => {
    const printed = await generate('fixtures', '--profile', 'github')
    expect(JSON.parse(printed.out).fixtures.map(({ variant }: { readonly variant: string }) => variant)).toEqual(['valid', 'tampered-body', 'wrong-secret', 'valid', 'tampered-body', 'wrong-secret'])
    const written = await generate('fixtures', '--profile', 'github', '--out', at('github'))
    expect([written.code, written.err]).toEqual([0, `wrote 25 files to ${at('github')}\n`])
    expect((await generate('fixtures', '--profile', 'github', '--out', at('github'), '--check')).code).toBe(0)
    await writeFile(at('github', 'push.valid.body'), '{}')
    await rm(at('github', 'push.valid.sh'))
    const stale = await generate('fixtures', '--profile', 'github', '--out', at('github'), '--check')
    expect(stale.code).toBe(1)
    expect(stale.err).toMatch(/^stale: .*push\.valid\.sh does not exist\nstale: .*push\.valid\.body differs from what is generated, first in line 1\ncure: npx conformance generate fixtures --profile github --out /)
  })

  it('removes what an earlier run wrote and this one does not, and nothing else', async () => {
    await generate('fixtures', '--profile', 'stripe', '--out', at('changing'))
    await writeFile(at('changing', 'notes.valid.txt'), 'mine')
    const index = JSON.parse(await readFile(at('changing', 'index.json'), 'utf8'))
    index.fixtures.push({ files: ['../src/stripe.ts', 'notes.valid.txt', '/etc/passwd'] })
    await writeFile(at('changing', 'index.json'), JSON.stringify(index))
    await generate('fixtures', '--profile', 'github', '--out', at('changing'))
    const left = await readdir(at('changing'))
    expect(left.filter((name) => name.startsWith('customer.'))).toEqual([])
    expect(left).toContain('notes.valid.txt')
    expect((await readdir(at('src'))).length).toBe(1)
    await writeFile(at('changing', 'index.json'), '{"name":"a site"}')
    const refused = await generate('fixtures', '--out', at('changing'))
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/is no index of fixtures\ncure: /)])
  })

  it('checks what was signed just now, and with a secret that only the user has', async () => {
    const env = { SIGNING: 'whsec_VGhpcyBpcyBhIHNlY3JldCBvZiB0aGlydHktdHdvIQ==' }
    const own = ['fixtures', '--profile', 'standard-webhooks', '--out', at('own'), '--secret', 'env:SIGNING'] as const
    const written = await conformance(['generate', ...own, '--at', 'now'], env)
    expect(written.code, written.err).toBe(0)
    for (const name of await readdir(at('own'))) expect(await readFile(at('own', name), 'utf8'), name).not.toContain(env.SIGNING.slice(6))
    expect(Math.abs(Date.parse(JSON.parse(await readFile(at('own', 'index.json'), 'utf8')).signedAt) - Date.now())).toBeLessThan(120_000)
    expect((await conformance(['generate', ...own, '--check'], env)).code).toBe(0)
    const without = await generate('fixtures', '--profile', 'standard-webhooks', '--out', at('own'), '--check')
    expect([without.code, without.err]).toEqual([2, expect.stringMatching(/were signed with a secret of yours\ncure: give it again/)])
    const other = await conformance(['generate', ...own.slice(0, -1), 'whsec_QW5vdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMsIHllcyE=', '--check'], env)
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/cure: .*--secret env:NAME/)])
    expect(other.err).not.toContain('QW5vdGhlc')
  })

  it('sends what the reference consumer accepts and refuses as each file says', async () => {
    const { consumer } = await import('../../reference/consumer.ts')
    const { loadProfile } = await import('../../harness/profile/load.ts')
    const { liveClock } = await import('../../harness/clock/live-clock.ts')
    const out = at('live')
    let handler: ReturnType<typeof consumer> | undefined
    const receiver = await serve((request, response) => handler?.(request, response))
    try {
      const written = await generate('fixtures', '--profile', 'stripe', '--out', out, '--target', receiver.url, '--at', 'now')
      expect(written.code, written.err).toBe(0)
      const { secret, fixtures } = JSON.parse(await readFile(join(out, 'index.json'), 'utf8'))
      handler = consumer({ profile: await loadProfile('stripe'), keys: { secrets: [secret.text] }, clock: liveClock() })
      for (const { files, expect: expected } of fixtures) {
        const { stdout } = await promisify(execFile)('sh', [join(out, files.find((name: string) => name.endsWith('.sh')))])
        expect(/^HTTP\/1\.1 (\d)/m.exec(stdout)?.[1], files[0]).toBe(expected === 'accepted' ? '2' : '4')
      }
      expect(fixtures.length).toBe(8)
    } finally {
      await receiver.close()
    }
  })
})

describe('generate mocks', () => {
  it('writes and checks a module', async () => {
    expect((await generate('mocks', '--profile', 'hmac-body', '--out', at('mocks.ts'))).code).toBe(0)
    expect(await readFile(at('mocks.ts'), 'utf8')).toContain("import { http, HttpResponse, type HttpHandler } from 'msw'")
    expect((await generate('mocks', '--profile', 'hmac-body', '--out', at('mocks.ts'), '--check')).code).toBe(0)
    expect((await generate('mocks', '--profile', 'stripe', '--out', at('mocks.ts'), '--check')).code).toBe(1)
  })
})
