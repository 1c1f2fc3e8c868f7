import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../harness/report/report.ts'
import { chapterPath, rulePath } from '../../harness/site/address.ts'
import { chapterPage } from '../../harness/site/chapter-page.ts'
import { entryOf } from '../../harness/site/entry.ts'
import { implementationPage } from '../../harness/site/implementation-page.ts'
import { indexPage } from '../../harness/site/index-page.ts'
import { planSite } from '../../harness/site/plan.ts'
import { rulePage } from '../../harness/site/rule-page.ts'
import { installed, launchBrowser, openPage, skipped } from '../report/browser-page.ts'
import { context, hostile, mixed, reportOf } from '../report/fixture.ts'
import { recorded } from '../report/recorded.ts'
import { reportFor, specification } from './fixture.ts'

const attack = `<script>window.__pwned = 1</script><img src=x onerror="window.__pwned = 1">" autofocus onfocus="window.__pwned = 1" x=" ${hostile}`
const [required, covers] = ['webhook-signature-required', 'webhook-signature-covers-body']

/** Implementations of two roles; one of them names itself in the most hostile way, one has expired, one a report of every outcome. */
const reports: readonly (readonly [Report, { readonly until: string } | undefined])[] = [
  [reportFor({ [required]: 'passed', [covers]: 'passed' }, { name: 'good', version: '2.0' }), { until: '2020-01-01T00:00:00.000Z' }],
  [reportFor({ [required]: 'passed', [covers]: 'failed' }, { name: 'bad', profile: 'stripe' }), { until: '2999-01-01T00:00:00.000Z' }],
  [{ ...reportOf(mixed), target: { ...reportOf(mixed).target, name: attack, version: attack, profile: attack } }, undefined],
  [reportFor({ 'sse-client-utf8': 'unproven' }, { name: 'reader', role: 'sse-client', profile: 'whatwg', suite: { specVersion: '0.9' } }), undefined],
]
const entries = reports.map(([report, attested], index) => entryOf(report, { folder: `r${index}`, reportVersion: 1, ...(attested ? { attested } : {}) }))
const site = planSite(entries, specification, [{ path: attack, reason: attack }])
/** Scripts that run in the page are text here: the project is compiled without the types of a browser. */
const openEverything = "document.querySelectorAll('details').forEach((each) => { each.open = true })"

describe.skipIf(!installed)(`the site in a browser${skipped}`, () => {
  let folder = ''
  let browser: Browser
  const pages = {
    index: 'index.html',
    implementation: site.roles[0]?.columns[0]?.page ?? '',
    rule: rulePath(covers),
    chapter: chapterPath('webhooks'),
  } as const

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'site-page-'))
    const write = async (path: string, html: string) => {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), html)
    }
    await write('index.html', indexPage(site))
    for (const chapter of specification.chapters) await write(chapterPath(chapter.name), chapterPage(site, chapter))
    for (const rule of site.rules) await write(rulePath(rule.id), rulePage(site, rule))
    for (const column of site.roles.flatMap(({ columns }) => columns)) {
      const [report] = reports[entries.indexOf(column.entry)] ?? []
      if (report) await write(column.page, implementationPage(site, column, { report, context: { ...context, transcript: recorded }, downloads: [['report.json', 'x.json']] }))
    }
    browser = await launchBrowser()
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const opened = (path: string, width = 1280) => openPage(browser, pathToFileURL(join(folder, path)).href, { width, height: 900 })

  const kinds = Object.entries(pages)

  test.each(kinds)('runs nothing that a target sent and loads nothing: %s', async (_, path) => {
    const { page, asked, complaints } = await opened(path)
    await page.evaluate(openEverything)
    expect(await page.evaluate("['__pwned' in window, document.images.length, document.scripts.length > 1]")).toEqual([false, 0, false])
    expect([asked.length, complaints]).toEqual([1, []])
    await page.close()
  })

  test.each(kinds.flatMap(([kind, path]) => [[kind, path, 'light', 1280], [kind, path, 'dark', 390]] as const))('violates no rule of axe: %s (%s, %s, %i pixels wide)', async (_, path, scheme, width) => {
    const { page } = await opened(path, width)
    await page.emulateMedia({ colorScheme: scheme })
    await page.evaluate(openEverything)
    // Run by the browser's own console, which the policy of the page does not concern.
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    const found = await page.evaluate<{ readonly violations: readonly string[]; readonly passes: number }>(`(async () => {
      const { violations, passes } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      return { passes: passes.length, violations: violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 120) + ' ' + failureSummary.slice(0, 200))].join(' | ')) }
    })()`)
    expect(found.violations).toEqual([])
    expect(found.passes).toBeGreaterThan(15)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.close()
  }, 60_000)

  const shown = (page: Page, selector: string) => page.locator(`${selector}:visible`).evaluateAll<readonly string[], { readonly textContent: string }>((all) => all.map(({ textContent }) => textContent.trim()))
  const columns = (page: Page) => shown(page, '.grid thead th[data-profile] span')
  const rows = (page: Page) => shown(page, '.grid tr[data-level] th > a')

  test('leaves only what is asked for: by role, profile, level, outcome, rule and implementation', async () => {
    const { page } = await opened('index.html')
    const all = [await columns(page), await rows(page)]
    await page.locator('#role').selectOption('sse-client')
    expect([await columns(page), await rows(page)]).toEqual([['reader'], ['sse-client-utf8']])
    await page.locator('#clear').click()
    await page.locator('#profile').selectOption('stripe')
    expect(await columns(page)).toEqual(['bad'])
    expect(await shown(page, '.standings tbody th a')).toEqual(['bad'])
    await page.locator('#outcome').selectOption('f')
    expect(await rows(page)).toEqual([covers])
    expect(await page.locator('#left').textContent()).toBe('1 report × 1 rule')
    await page.locator('#clear').click()
    await page.locator('#level').selectOption('SHOULD')
    expect(await rows(page)).toEqual(['webhook-body-bounded', 'webhook-body-large-accepted'])
    await page.locator('#clear').click()
    await page.locator('#rule').fill('COVERS-body one')
    await page.locator('#name').fill('goo')
    expect([await columns(page), await rows(page)]).toEqual([['good 2.0'], [covers]])
    await page.locator('#clear').click()
    expect([await columns(page), await rows(page)]).toEqual(all)
    await page.close()
  })

  test('marks an attestation that has expired', async () => {
    const { page } = await opened('index.html')
    expect(await shown(page, '.until')).toEqual(['2999-01-01', '2020-01-01 expired'])
    await page.close()
  })

  test('is worked by the keyboard: a link skips to the results, and a mark opens its evidence', async () => {
    const { page } = await opened('index.html')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the results')
    await page.keyboard.press('Enter')
    await page.locator(`.f a[href$="#${covers}"]`).first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**#${covers}`)
    expect(await page.locator(`[id="${covers}"]`).getAttribute('open')).toBe('')
    await page.close()
  })

  test('keeps names and rules in sight while the matrix scrolls', async () => {
    const { page } = await opened('index.html', 390)
    await page.evaluate("const frame = document.querySelector('.grid-frame'); frame.style.maxHeight = '300px'; frame.scrollTop = 120; frame.scrollLeft = 60")
    const [head, rule] = await page.evaluate<readonly [number, number]>("const frame = document.querySelector('.grid-frame').getBoundingClientRect(); [document.querySelector('.grid thead th').getBoundingClientRect().top - frame.top, document.querySelector('.grid tr[data-level] th').getBoundingClientRect().left - frame.left]")
    expect([Math.round(head), Math.round(rule)]).toEqual([1, 1])
    await page.close()
  })

  test('is read without its script, and on paper without its filters', async () => {
    const silent = await browser.newContext({ javaScriptEnabled: false })
    const page = await silent.newPage()
    await page.goto(pathToFileURL(join(folder, 'index.html')).href)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await page.locator('.grid td a').count()).toBeGreaterThan(10)
    await page.locator(`.f a[href="consumer/bad.stripe.html#${covers}"]`).click()
    expect(await page.locator(`[id="${covers}"] dd`).first().isVisible()).toBe(true)
    await silent.close()
    const { page: paper } = await opened('index.html')
    await paper.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await paper.locator('#filter').isVisible()).toBe(false)
    expect(await paper.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.grid-frame')).overflow]")).toEqual(['rgb(255, 255, 255)', 'visible'])
    await paper.close()
  })

  test('would be guarded by its policy, had a text become an element', async () => {
    const html = await readFile(join(folder, 'index.html'), 'utf8')
    for (const [name, changed, pwned] of [['guarded', html, false], ['bare', html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''), true]] as const) {
      await writeFile(join(folder, `${name}.html`), changed.replace('<body>', '<body><script>window.__pwned = 1</script>'))
      const page = await browser.newPage()
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href)
      expect(await page.evaluate("'__pwned' in window")).toBe(pwned)
      await page.close()
    }
  })
})
