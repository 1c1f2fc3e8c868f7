import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Whether there is a browser to look at pages with. */
export const installed = existsSync(executablePath)

/** Behind the name of what needs the browser: why it is skipped, or nothing. */
export const skipped = installed ? '' : ` (skipped: ${executablePath} is not installed)`

/** A page that is open, with what it asked for and what it complained of. */
export interface OpenedPage {
  readonly page: Page
  readonly asked: readonly string[]
  readonly complaints: readonly string[]
}

/** Chromium without a window, and without traffic of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

export async function openPage(browser: Browser, url: string, viewport?: { readonly width: number; readonly height: number }): Promise<OpenedPage> {
  const page = await browser.newPage(viewport ? { viewport } : {})
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(url)
  return { page, asked, complaints }
}
