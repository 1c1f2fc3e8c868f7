import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderHtml } from '../../harness/report/html/page.ts'
import type { Report } from '../../harness/report/report.ts'
import { installed, launchBrowser, openPage, skipped } from './browser-page.ts'
import { context, hostile, mixed, reportOf, verdict } from './fixture.ts'
import { exchange, recorded } from './recorded.ts'


/** Text that would set `window.__pwned`, were it anything but text. */
const attacks = [
  '<script>window.__pwned = 1</script>',
  '</pre></details></script><script>window.__pwned = 1</script>',
  '<img src=x onerror="window.__pwned = 1">',
  '" autofocus onfocus="window.__pwned = 1" x="',
  '<svg/onload=window.__pwned=1>',
  '<a href="javascript:window.__pwned=1">',
  '<style>@import url(http://127.0.0.1:9/x)</style><link rel=stylesheet href=http://127.0.0.1:9/x><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '&#60;script&#62;window.__pwned = 1&#60;/script&#62;',
]
/** Scripts that run in the page are text here: the project is compiled without the types of a browser. */
const openEverything = "document.querySelectorAll('details').forEach((each) => { each.open = true })"
const isPwned = "'__pwned' in window"
const attack = `${attacks.join(' ')} ${hostile}`
const attacked: Report = reportOf(
  [...mixed, verdict('webhook-signature-required', 'failed', { case: attack, title: attack, expected: attack, saw: attack }), verdict(attack, 'unproven', { reason: attack })],
  { unlock: [{ flag: attack, requirements: 1 }] },
  { target: { url: attack, role: attack, profile: attack, profileHash: attack, name: attack, version: attack, attachment: ['url'] }, diagnoses: [{ code: attack, fact: attack, cure: attack, cases: [attack] }], exceptions: [{ id: attack, reason: attack }] },
)
const lines = [
  ...recorded,
  exchange('x9', 'spaces', { reply: { status: 500, reason: attack, headers: [[attack, attack]], body: { text: attack, bytes: 9 }, truncated: false } }),
  ...Array.from({ length: 9 }, (_, at) => exchange(`y${at}`, 'byte-appended')),
]

describe.skipIf(!installed)(`the page in a browser${skipped}`, () => {
  let folder = ''
  let browser: Browser
  const files = new Map<string, string>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-page-'))
    const seen = { ...context, transcript: lines }
    for (const [name, report] of Object.entries({ mixed: reportOf(mixed), attacked, green: reportOf([verdict('webhook-signature-accepted', 'passed')], { conformant: true, claim: 'full', measured: 61, total: 61, unlock: [] }) })) {
      const file = join(folder, `${name}.html`)
      await writeFile(file, renderHtml(report, seen))
      files.set(name, pathToFileURL(file).href)
    }
    browser = await launchBrowser()
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const opened = (name: string) => openPage(browser, files.get(name) ?? '')

  test('runs nothing that a target sent, asks for nothing, and has nothing for its policy to block', async () => {
    const { page, asked, complaints } = await opened('attacked')
    await page.locator('#unfold').click()
    await page.evaluate(openEverything)
    expect(await page.evaluate(isPwned)).toBe(false)
    expect(await page.evaluate("[document.scripts.length, document.images.length, [...document.links].filter(({ hash, href }) => href !== location.href.split('#')[0] + hash).length]")).toEqual([1, 0, 0])
    expect(complaints).toEqual([])
    expect(asked).toEqual([files.get('attacked')])
    for (const part of ['<script>window.__pwned = 1</script>', '<img src=x onerror="window.__pwned = 1">']) expect(await page.locator('pre', { hasText: part }).count()).toBeGreaterThan(0)
    await page.close()
  })

  test.each([
    ['would be stopped by its policy, had one of these texts become an element', (html: string) => html, false],
    ['would not be stopped without its policy, so the texts are attacks', (html: string) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''), true],
  ])('%s', async (_, changed, pwned) => {
    const html = await readFile(new URL(files.get('attacked') ?? ''), 'utf8')
    const broken = join(folder, `broken-${pwned}.html`)
    // The last but one would leave the page, and the answer with it.
    const elements = attacks.filter((text) => !text.includes('refresh')).join('')
    await writeFile(broken, changed(html).replace('<body>', `<body>${elements}`))
    const page = await browser.newPage()
    await page.goto(pathToFileURL(broken).href)
    expect(await page.evaluate(isPwned)).toBe(pwned)
    await page.close()
  })

  const schemes = ['light', 'dark'] as const
  const cases = ['mixed', 'attacked', 'green'].flatMap((name) => schemes.map((scheme) => [name, scheme] as const))
  test.each(cases)('violates no rule of axe: %s, %s', async (name, scheme) => {
    const { page } = await opened(name)
    await page.emulateMedia({ colorScheme: scheme })
    await page.evaluate(openEverything)
    // Run by the browser's own console, which the policy of the page does not concern.
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    const found = await page.evaluate<{ readonly violations: readonly string[]; readonly passes: number }>(`(async () => {
      const { violations, passes } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      return { passes: passes.length, violations: violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 120) + ' ' + failureSummary.slice(0, 200))].join(' | ')) }
    })()`)
    expect(found.violations).toEqual([])
    expect(found.passes).toBeGreaterThan(20)
    await page.close()
  }, 60_000)

  test.each([320, 375, 768, 1280])('is not wider than a screen of %i pixels, with everything open', async (width) => {
    const { page } = await opened('attacked')
    await page.setViewportSize({ width, height: 800 })
    await page.evaluate(openEverything)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.close()
  })

  test('leaves only the rules that are asked for, by a button or by words', async () => {
    const { page } = await opened('mixed')
    const shown = () => page.locator('.rule:visible').evaluateAll<readonly string[], { readonly id: string }>((rules) => rules.map(({ id }) => id))
    const all = await shown()
    await page.locator('[data-only=failed]').click()
    expect(await shown()).toEqual(['webhook-signature-covers-body', 'webhook-body-raw-bytes'])
    expect(await page.locator('#left').textContent()).toBe(`2 of ${all.length} rules`)
    expect(await page.locator('[data-only=failed]').getAttribute('aria-pressed')).toBe('true')
    await page.locator('[data-only=""]').click()
    await page.locator('#find').fill('idempotency ONCE')
    expect(await shown()).toEqual(['webhook-idempotency-once'])
    await page.locator('#find').fill('')
    expect(await shown()).toEqual(all)
    await page.close()
  })

  test('is worked by the keyboard alone: a link skips to the rules, and the first rule opens', async () => {
    const { page } = await opened('green')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the rules')
    await page.keyboard.press('Enter')
    for (let at = 0; at < 8 && (await page.evaluate('document.activeElement.localName')) !== 'summary'; at += 1) await page.keyboard.press('Tab')
    expect(await page.locator('.rule').getAttribute('open')).toBe(null)
    await page.keyboard.press('Enter')
    expect(await page.locator('.rule').getAttribute('open')).toBe('')
    await page.close()
  })

  test('opens what a link points into, although it was filtered out', async () => {
    const { page } = await opened('mixed')
    await page.locator('[data-only=passed]').click()
    await page.evaluate("location.hash = '#webhook-body-large-accepted'")
    await page.locator('#webhook-body-large-accepted').waitFor({ state: 'visible' })
    expect(await page.locator('#webhook-body-large-accepted').getAttribute('open')).toBe('')
    await page.close()
  })

  test('is read without its script, and on paper without its buttons', async () => {
    const { page } = await opened('mixed')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    await page.close()
    const silent = await browser.newContext({ javaScriptEnabled: false })
    const bare = await silent.newPage()
    await bare.goto(files.get('mixed') ?? '')
    expect(await bare.locator('#filter').isVisible()).toBe(false)
    await bare.locator('#webhook-signature-accepted > summary').click()
    expect(await bare.locator('#webhook-signature-accepted .where').first().isVisible()).toBe(true)
    await silent.close()
  })
})
