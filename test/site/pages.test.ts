import { describe, expect, test } from 'vitest'
import { addressesOf } from '../../harness/site/address.ts'
import { chapterPage } from '../../harness/site/chapter-page.ts'
import { entryOf } from '../../harness/site/entry.ts'
import { implementationPage } from '../../harness/site/implementation-page.ts'
import { indexPage } from '../../harness/site/index-page.ts'
import { planSite } from '../../harness/site/plan.ts'
import { rulePage } from '../../harness/site/rule-page.ts'
import { context } from '../report/fixture.ts'
import { entryFor, reportFor, siteOf, specification } from './fixture.ts'

const required = 'webhook-signature-required'
const covers = 'webhook-signature-covers-body'
const good = entryFor({ [required]: 'passed', [covers]: 'passed' }, { name: 'good', version: '2.0' })
const bad = entryFor({ [required]: 'passed', [covers]: 'failed' }, { name: 'bad', version: '1.0' })
const pageOf = (site: ReturnType<typeof siteOf>, id: string) => rulePage(site, site.rules.find((each) => each.id === id) ?? rule(id))
const rule = (id: string) => ({ id, level: 'MUST' as const, role: '', sentence: '', cases: [] })

describe('the first page', () => {
  const html = indexPage(siteOf(good, bad))

  test('says how many implementations and rules there are, and what each mark means', () => {
    expect(html).toContain('2 implementations × 2 rules')
    expect(html).toMatch(/<dt class="mark f">failed<\/dt>/)
  })

  test('has a cell for each implementation and rule, in words, that leads to its evidence', () => {
    const rows = html.split('<tr data-level').slice(1)
    expect(rows.map((row) => [...row.matchAll(/<td class=(\w)><a href=([^>]+)>([a-z ]+)<\/a>/g)].map(([, letter, href, word]) => [letter, href, word]))).toEqual([
      [['p', `consumer/bad.html#${required}`, 'passed'], ['p', `consumer/good.html#${required}`, 'passed']],
      [['f', `consumer/bad.html#${covers}`, 'failed'], ['p', `consumer/good.html#${covers}`, 'passed']],
    ])
  })

  test('tells of each implementation what stands against it', () => {
    const [row = ''] = /<tr><th scope="row"><a href="consumer\/bad.html">.*?<\/tr>|<tr><th scope="row"><a href="consumer\/bad.html">.*?(?=<tr>)/s.exec(html) ?? []
    for (const part of ['1 MUST failed', 'event-delivery', '45 of 61', 'partial', 'live', '2030-01-01']) expect(row).toContain(part)
  })

  test('marks a rule that a report does not have as not judged', () => {
    expect(indexPage(siteOf(good, entryFor({ [required]: 'passed' }, { name: 'narrow' })))).toContain('<td class=o><b>not judged</b>')
  })

  test('calls a broken SHOULD a warning, and nothing measured never conformant', () => {
    const should = entryOf({ ...reportFor({ [covers]: 'failed' }, { verdicts: { level: 'SHOULD' } }), summary: { ...reportFor({ [covers]: 'failed' }).summary, conformant: true, measured: 0 } }, { folder: 'x', reportVersion: 1 })
    const page = indexPage(siteOf(should))
    expect(page).toContain('<td class=w>')
    expect(page).toContain('could not be measured')
  })

  test('names reports that could not be used', () => {
    expect(indexPage(planSite([good], specification, [{ path: 'a/report.json', reason: 'it is not a JSON object' }]))).toMatch(/a\/report\.json<\/code> it is not a JSON object/)
  })
})

describe('several reports of one implementation', () => {
  const made = (day: string, outcome: 'passed' | 'failed') => entryFor({ [covers]: outcome }, { name: 'one', version: day, finishedAt: `2030-01-${day}T00:00:00.000Z` }, day)
  const site = siteOf(made('03', 'failed'), made('05', 'passed'), made('01', 'failed'))
  const column = site.roles[0]?.columns[0]

  test('the newest is the column, whatever their order', () => {
    expect(site.roles[0]?.columns.map(({ entry }) => entry.version)).toEqual(['05'])
    expect(indexPage(siteOf(made('05', 'passed'), made('01', 'failed'), made('03', 'failed')))).toBe(indexPage(site))
  })

  test('the older ones are listed on its page, newest first', () => {
    const html = column ? implementationPage(site, column, { report: reportFor({ [covers]: 'passed' }), context, downloads: [] }) : ''
    expect([...html.slice(html.indexOf('Earlier reports')).matchAll(/<li>(2030-01-\d\d)/g)].map(([, day]) => day)).toEqual(['2030-01-03', '2030-01-01'])
  })

  test('another profile, role or proxy is another column', () => {
    const others = [entryFor({ [covers]: 'passed' }, { name: 'one', profile: 'stripe' }), entryFor({ [covers]: 'passed' }, { name: 'one', role: 'producer' })]
    expect(siteOf(made('05', 'passed'), ...others).roles.map(({ columns }) => columns.map(({ page }) => page))).toEqual([['consumer/one.html', 'consumer/one.stripe.html'], ['producer/one.html']])
  })
})

describe('a report of another specification', () => {
  const old = entryFor({ 'webhook-signature-forgotten': 'failed', [covers]: 'passed' }, { name: 'old', suite: { specVersion: '0.9' } })
  const site = siteOf(good, old)

  test('says so in its column, in its row and where it is counted', () => {
    const html = indexPage(site)
    expect(html).toMatch(/<small>event-delivery · spec 0\.9<\/small>/)
    expect(html).toContain('<b class="note">spec 0.9</b>')
    expect(pageOf(site, covers)).toMatch(/consumer\/old\.html#[^>]+>old<\/a>.*?<b class="note">spec 0\.9<\/b>/)
  })

  test('has its own rules apart, with a page that says whose they are', () => {
    expect(indexPage(site)).toContain('Rules that this specification does not have')
    expect(pageOf(site, 'webhook-signature-forgotten')).toContain('has no such rule')
  })

  test('a draft with other rules is told as one', () => {
    expect(indexPage(siteOf(entryFor({ [covers]: 'passed' }, { name: 'draft', suite: { requirementSet: 'sha256:z' } })))).toContain('<small>other rules</small>')
  })
})

describe('the page of a rule', () => {
  test('tells who keeps it, who breaks it and what was seen', () => {
    const html = pageOf(siteOf(good, bad), covers)
    expect(html).toMatch(/Who breaks it <small>1<\/small>.*bad 1\.0.*<span class="where">204<\/span>.*Who keeps it <small>1<\/small>.*good 2\.0/s)
    expect(html).toContain('a first case')
  })

  test('says in how many of its cases a rule was broken', () => {
    const report = reportFor({ [covers]: 'failed' }, { name: 'half' })
    const half = entryOf({ ...report, verdicts: [...report.verdicts, ...report.verdicts.map((each) => ({ ...each, case: 'another', outcome: 'passed' as const }))] }, { folder: 'x', reportVersion: 1 })
    expect(pageOf(siteOf(half), covers)).toMatch(/half<\/a> <small>event-delivery · 1 of 2 cases/)
  })

  test('spells the words of the specification as they stand', () => {
    expect(pageOf(siteOf(good), covers)).toContain('::ffff:10.0.0.1')
  })

  test('tells of an exception why nobody is judged by it', () => {
    expect(pageOf(siteOf(good), 'webhook-signature-constant-time')).toMatch(/Nobody is judged by it<\/h2><p>no answer shows it/)
  })
})

describe('the page of a chapter', () => {
  const page = (name: string) => chapterPage(siteOf(good, bad), specification.chapters.find((each) => each.name === name) ?? { name, title: '', text: '' })

  test('shows the results of a rule beside its words', () => {
    const [, block = ''] = /<section class="duty" id="webhook-signature-covers-body">(.*?)<\/section>/s.exec(page('webhooks')) ?? []
    expect(block).toContain('<blockquote>One <strong>MUST</strong> keep <code>webhook-signature-covers-body</code>.</blockquote>')
    expect(block).toContain('<em>Consumer.</em> Otherwise it breaks.<br>Fix: Keep it.<br>Source: Practice.')
    expect(block).toMatch(/1 breaks it: <a href="\.\.\/consumer\/bad\.html#webhook-signature-covers-body">bad<\/a>.*1 keeps it/s)
  })

  test('leads to other chapters and to its own headings', () => {
    expect(page('README')).toContain('<a href="../spec/stream.html#sse-client-utf8">Streams</a>')
    expect(page('stream')).toMatch(/<h2 id="bytes-first">.*<a href="#bytes-first">the bytes<\/a>/s)
  })
})

describe('addresses', () => {
  test.each([
    ['../../etc/passwd', 'consumer/etc-passwd.html'],
    ['..', 'consumer/unnamed.html'],
    ['@octokit/webhooks', 'consumer/octokit-webhooks.html'],
    ['CON\0\n<script>', 'consumer/con-x00-n-script.html'],
    ['日本', 'consumer/unnamed.html'],
  ])('%j has a page of its own below the site', (name, path) => {
    expect([...addressesOf([entryFor({}, { name })]).values()]).toEqual([path])
  })

  test('names that would share a page do not', () => {
    const entries = ['a b', 'a-b', 'A/B'].map((name) => entryFor({}, { name }))
    const paths = [...addressesOf(entries).values()]
    expect(new Set(paths).size).toBe(3)
    expect(paths.every((path) => /^consumer\/a-b\.[0-9a-f]{10}\.html$/.test(path))).toBe(true)
    expect([...addressesOf(entries.toReversed()).values()]).toEqual(paths.toReversed())
  })

  test('a role that nobody knows shares one folder', () => {
    expect([...addressesOf([entryFor({}, { name: 'x', role: '../spec' })]).values()]).toEqual(['other/x.html'])
  })
})
