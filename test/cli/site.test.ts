import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requirements } from '../../spec/requirements.ts'
import { runMember } from '../../harness/trust/statement.ts'
import type { Outcome } from '../../harness/verdict.ts'
import { hostile } from '../report/fixture.ts'
import { crawl } from '../site/crawl.ts'
import { reportFor } from '../site/fixture.ts'
import { build, conformance } from './command.ts'

let folder = ''
const at = (...parts: readonly string[]) => join(folder, ...parts)
const site = (root: string, out: string, ...more: readonly string[]) => conformance(['site', at(root), '--out', at(out), ...more])
const read = (...parts: readonly string[]) => readFile(at(...parts), 'utf8')

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'conformance-site-'))
  const { code, err } = await conformance(['run', '--target', 'reference', '--role', 'consumer', '--quiet', '--only', 'consumer-signature', '--out', at('runs/reference/consumer')])
  if (code !== 0) throw new Error(err)
  await put('runs/broken', { 'report.json': JSON.stringify(reportFor({ 'webhook-signature-required': 'failed', 'webhook-signature-covers-body': 'passed' }, { name: 'broken', version: '1.0' })) })
  await put('runs/described', {
    'report.json': JSON.stringify(reportFor({ 'sse-client-utf8': 'passed' }, { role: 'sse-client', profile: 'whatwg' })),
    'subject.json': JSON.stringify({ name: 'Described', version: '3', kind: 'library', language: 'Go', homepage: 'https://example.com/x', setting: 'With its defaults.', discovery: 'docs/x.md' }),
  })
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

async function put(path: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(at(path, name)), { recursive: true })
    await writeFile(at(path, name), content)
  }
}

async function everything(root: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(at(root), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(at(root).length + 1)).sort()
  return new Map(await Promise.all(files.map(async (file) => [file, createHash('sha256').update(await readFile(at(root, file))).digest('hex')] as const)))
}

describe('a site', () => {
  it('is built from every report below a folder, and every link of it leads somewhere', async () => {
    const { code, out } = await site('runs', 'site', '--title', 'Ours')
    expect(code).toBe(0)
    expect(out).toMatch(/^wrote .*index\.html: 3 implementations in 3 reports, \d+ files, [\d.]+ MiB\n$/)
    const { pages, links, broken, outside, loads } = crawl(at('site'))
    expect(broken).toEqual([])
    expect(loads).toEqual([])
    expect(outside).toEqual(['https://example.com/x'])
    expect(pages).toBeGreaterThan(requirements.length + 10)
    expect(links).toBeGreaterThan(1000)
    expect(await read('site/index.html')).toContain('<h1>Ours</h1>')
  })

  it('has every rule, chapter and implementation, with the messages of the run', async () => {
    const files = await readdir(at('site'), { recursive: true })
    for (const { id, chapter } of requirements) expect(files).toEqual(expect.arrayContaining([`rules/${id}.html`, `spec/${chapter}.html`]))
    const page = await read('site/consumer/reference.html')
    expect(page).toContain('<div class="seq">')
    expect(page).toContain('POST ')
    expect(await read('site/consumer/reference.json')).toBe(await read('runs/reference/consumer/report.json'))
    expect(gunzipSync(await readFile(at('site/consumer/reference.transcript.ndjson.gz'))).toString()).toBe(await read('runs/reference/consumer/transcript.ndjson'))
    const described = await read('site/sse-client/described.whatwg.html')
    for (const part of ['library, Go', 'With its defaults.', 'href="https://example.com/x"', '<code>docs/x.md</code>', 'there is no transcript beside the report']) expect(described).toContain(part)
  })

  it('is the same, byte for byte, when it is built again', async () => {
    expect((await site('runs', 'again', '--title', 'Ours')).code).toBe(0)
    expect(await everything('again')).toEqual(await everything('site'))
  })

  it('is replaced by the next one; what somebody else put there stays', async () => {
    await put('again', { CNAME: 'example.com' })
    await put('fewer', { 'report.json': await read('runs/broken/report.json') })
    expect((await site('fewer', 'again')).code).toBe(0)
    const files = await readdir(at('again'), { recursive: true })
    expect(files).toContain('CNAME')
    expect(files).not.toContain('consumer/reference.html')
    expect(crawl(at('again')).broken).toEqual(['CNAME: nothing leads to it'])
  })

  it('is not a source of reports itself', async () => {
    await cp(at('runs'), at('nested'), { recursive: true })
    // Its page brings a file of the name that reports have.
    await put('nested/named', { 'report.json': JSON.stringify(reportFor({ 'webhook-signature-required': 'passed' }, { name: 'report' })) })
    await site('nested', 'nested/site')
    const { code, out } = await site('nested', 'nested/site')
    expect([code, out.includes('4 implementations in 4 reports')]).toEqual([0, true])
    expect(await readdir(at('nested/site/consumer'))).toContain('report.json')
    expect(await read('nested/site/consumer/report.html')).not.toContain('Earlier reports')
  })
})

describe('a folder that is not a site', () => {
  it('is refused and left as it is', async () => {
    await put('mine', { 'index.html': 'mine' })
    const { code, err } = await site('runs', 'mine')
    expect([code, err.includes('is not empty, and is no site that this command wrote')]).toEqual([2, true])
    expect(await readdir(at('mine'))).toEqual(['index.html'])
    expect(await read('mine/index.html')).toBe('mine')
  })

  it('does not become one by a marker that names files elsewhere', async () => {
    await put('marked', { '.conformance-site.json': JSON.stringify({ conformanceSite: 1, files: ['../mine/index.html', '/etc/hostname', 'old.html', 'a/../../mine/index.html', 7] }), 'old.html': 'old' })
    expect((await site('runs', 'marked')).code).toBe(0)
    expect(await read('mine/index.html')).toBe('mine')
    expect(await readdir(at('marked'))).not.toContain('old.html')
    await put('odd', { '.conformance-site.json': '{' })
    expect((await site('runs', 'odd')).code).toBe(2)
  })
})

describe('reports that cannot be used', () => {
  it('are told with path and reason, and the others are shown', async () => {
    await cp(at('runs/broken'), at('bad/good'), { recursive: true })
    await put('bad/cut', { 'report.json': '{"report":1,' })
    await put('bad/later', { 'report.json': '{"report":7}' })
    await put('bad/good', { 'subject.json': '{"name":5}' })
    const { code, err } = await site('bad', 'bad-site')
    expect(code).toBe(0)
    expect(err).toContain('warning: cut/report.json: it is not a JSON object\n')
    expect(err).toContain('warning: later/report.json: it is a report of version 7')
    expect(err).toContain('warning: good/subject.json: "name" is missing; the report is shown without it\n')
    expect(await read('bad-site/index.html')).toContain('<code>cut/report.json</code> it is not a JSON object')
  })

  it('end the command when there is no other, and nothing is written', async () => {
    await put('none/cut', { 'report.json': '[]' })
    const { code, err } = await site('none', 'none-site')
    expect([code, err.includes('error[bad-report]')]).toEqual([2, true])
    await expect(stat(at('none-site'))).rejects.toThrow('ENOENT')
  })

  it.each([
    [['site'], 'site takes one folder'],
    [['site', 'a', 'b'], 'site takes one folder'],
    [['site', '/no/such/folder'], 'there is no folder /no/such/folder'],
  ])('%j is refused', async (args, fact) => {
    const { code, err } = await conformance(args)
    expect([code, err.includes(fact)]).toEqual([2, true])
  })

  it('are not looked for behind links', async () => {
    await cp(at('runs/broken'), at('linked/real'), { recursive: true })
    await symlink(at('runs'), at('linked/elsewhere'))
    expect((await site('linked', 'linked-site')).out).toContain('1 implementation in 1 report,')
  })
})

describe('what lies beside a report', () => {
  const beside = async (name: string, files: Readonly<Record<string, string | Buffer>>) => {
    await cp(at('runs/reference/consumer'), at(name, 'reference'), { recursive: true })
    await rm(at(name, 'reference/transcript.ndjson'))
    await put(`${name}/reference`, files)
    const { code, err } = await site(name, `${name}-site`)
    expect(code).toBe(0)
    return { err, page: await read(`${name}-site/consumer/reference.html`), files: await readdir(at(`${name}-site/consumer`)) }
  }

  it('a packed transcript shows the same messages as a plain one', async () => {
    const { err, page } = await beside('packed', { 'transcript.ndjson.gz': gzipSync(await readFile(at('runs/reference/consumer/transcript.ndjson'))) })
    expect(err).toBe('')
    const rules = (html: string) => html.slice(html.indexOf('<section id="rules">'), html.indexOf('</main>'))
    expect(rules(page)).toContain('<div class="seq">')
    const plain = await beside('plain', { 'transcript.ndjson': await readFile(at('runs/reference/consumer/transcript.ndjson')) })
    expect(rules(page)).toBe(rules(plain.page))
  })

  it('the transcript of another run is not shown for this one', async () => {
    const transcript = (await read('runs/reference/consumer/transcript.ndjson')).replace('"startedMs":0', '"startedMs":1')
    const { err, page, files } = await beside('foreign', { 'transcript.ndjson': transcript })
    expect(err).toContain('reference: no messages are shown: the transcript beside the report is not the one that it was computed from')
    expect(page).not.toContain('<div class="seq">')
    expect(files).not.toContain('reference.transcript.ndjson.gz')
  })

  it('a transcript that unpacks without end is told, and costs nothing', async () => {
    const { err, page } = await beside('bomb', { 'transcript.ndjson.gz': gzipSync(Buffer.alloc(80 * 1024 * 1024)) })
    expect(err).toContain('transcript.ndjson.gz cannot be unpacked, or is larger than 64 MiB')
    expect(page).toContain('No messages are shown')
  })

  it('a transcript whose lines hold what no run records is told, and the verdicts are shown without it', async () => {
    const { artefacts: _, ...report } = JSON.parse(await read('runs/reference/consumer/report.json')) as { readonly artefacts: object }
    const transcript = (await read('runs/reference/consumer/transcript.ndjson')).replaceAll(/"request":\{"method":"POST"/g, '"request":{"method":5')
    const { page } = await beside('typed', { 'report.json': JSON.stringify(report), 'transcript.ndjson': transcript })
    expect(page).toContain('No messages are shown: the transcript holds what no run records.')
    expect(page).toContain('id="webhook-signature-accepted"')
  })

  it('the page of a stranger is drawn again, never copied', async () => {
    const { page } = await beside('page', { 'report.html': '<script>alert(1)</script>' })
    expect(page).toContain('href="reference.report.html"')
    const drawn = await read('page-site/consumer/reference.report.html')
    expect(drawn).toContain('Content-Security-Policy')
    expect(drawn).not.toContain('alert(1)')
  })

  it('an attestation tells until when the report holds', async () => {
    const sha256 = createHash('sha256').update(await readFile(at('runs/reference/consumer/report.json'))).digest('hex')
    const payload = Buffer.from(JSON.stringify({ subject: [{ name: 'report.json', digest: { sha256 } }], predicate: { [runMember]: { expiresAt: '2031-02-03T00:00:00Z' } } })).toString('base64')
    const { page, files } = await beside('attested', { 'attestation.dsse.json': JSON.stringify({ payload }) })
    expect(page).toContain('says that it holds until <time datetime="2031-02-03T00:00:00.000Z">2031-02-03</time>')
    expect(await read('attested-site/index.html')).toContain('<time class="until" datetime="2031-02-03T00:00:00.000Z">2031-02-03</time>')
    expect(files).toContain('reference.attestation.dsse.json')
  })
})

it('shows what targets sent as text, bounded, and gives them no file elsewhere', async () => {
  const text = `${hostile}<script>window.__pwned = 1</script>../../../etc/${'y'.repeat(1_000_000)}`
  const report = reportFor({ 'webhook-signature-required': 'failed', 'webhook-signature-covers-body': 'unproven' }, { name: text, version: text, profile: text, role: 'consumer', verdicts: { case: text, title: text, expected: text, saw: text, reason: text } })
  await put('hostile/a', { 'report.json': JSON.stringify(report) })
  await put('hostile/b', { 'report.json': JSON.stringify({ ...report, target: { ...report.target, role: text, url: text, attachment: [text] }, suite: { ...report.suite, specVersion: text, specHash: text }, requirements: report.requirements.map((rule) => ({ ...rule, sentence: text })) }) })
  await put('hostile/b', { 'subject.json': JSON.stringify({ name: text.slice(0, 300_000), homepage: `javascript:${hostile}`, discovery: 'https://example.com/"><script>alert(1)</script>', setting: text.slice(0, 300_000) }) })
  const { code, err } = await site('hostile', 'hostile-site')
  expect(code).toBe(0)
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  expect(err).not.toMatch(/[\0-\x09\x0b-\x1f\u202e]/)
  const { broken, loads, outside } = crawl(at('hostile-site'))
  expect({ broken, loads, outside }).toEqual({ broken: [], loads: [], outside: ['https://example.com/%22%3E%3Cscript%3Ealert(1)%3C/script%3E'] })
  for (const [file] of await everything('hostile-site')) {
    if (!file.endsWith('.html')) continue
    const html = await read('hostile-site', file)
    expect(html.length, file).toBeLessThan(400_000)
    expect(html.match(/<script/g)?.length ?? 0, file).toBeLessThanOrEqual(1)
    // oxlint-disable-next-line no-control-regex -- the control characters are the point
    expect(html, file).not.toMatch(/[\0-\x09\x0b-\x1f\u202e\u2028\u0085\ud800]|<img|javascript:[^<]*"/)
  }
}, 60_000)

it('holds 100 reports of 400 rules with a small heap, and a first page that stays light', async () => {
  const ids = Array.from({ length: 400 }, (_, at_) => `webhook-topic${at_ % 20}-keeps-rule-${at_}`)
  const outcomes: readonly Outcome[] = ['passed', 'passed', 'passed', 'failed', 'unproven', 'inapplicable']
  for (let number = 0; number < 100; number += 1) {
    const found = Object.fromEntries(ids.map((id, index) => [id, outcomes[(index * 7 + number) % outcomes.length] ?? 'passed'] as const))
    await put(`many/${number}`, { 'report.json': JSON.stringify(reportFor(found, { name: `implementation-${number}`, version: '1.2.3' })) })
  }
  const { code, out, err } = await conformance(['site', at('many'), '--out', at('many-site')], { NODE_OPTIONS: '--max-old-space-size=128' })
  expect([code, err.replace(/^warning: .*no messages are shown.*\n/gm, '')]).toEqual([0, ''])
  expect(out).toContain('100 implementations in 100 reports')
  const { size } = await stat(at('many-site/index.html'))
  expect(size).toBeLessThan(5_000_000)
  expect(size).toBeGreaterThan(40_000 * 50)
  const html = (await everything('many-site')).keys()
  const pages = [...html].filter((file) => file.endsWith('.html'))
  expect(pages.length).toBeLessThanOrEqual(1 + 13 + requirements.length + ids.length + 100)
  const sizes = await Promise.all(pages.filter((page) => page !== 'index.html').map((page) => stat(at('many-site', page)).then((found) => found.size)))
  expect(Math.max(...sizes)).toBeLessThan(600_000)
}, 180_000)
