import { createHash } from 'node:crypto'
import { markup, preformatted, type Markup } from '../report/html/markup.ts'
import { style as reportStyle } from '../report/html/style.ts'
import type { Site } from './plan.ts'
import { style as siteStyle } from './style.ts'

/** One page of a site before it is put into its frame. */
export interface PageParts {
  /** Path of the page below the site's folder. */
  readonly path: string
  readonly title: string
  /** Where the link that skips the navigation leads. */
  readonly skipTo: { readonly id: string; readonly words: string }
  readonly main: Markup
  /** The one script that its policy allows. */
  readonly script?: string
  /** Style that no other page needs. */
  readonly style?: string
  /** The width of the window is used as far as it goes. */
  readonly wide?: true
}

/**
 * The text of a page: complete in itself, read without its script, and under a policy that allows nothing but its own style and
 * script, so that a text which got out of the templates could neither run nor load anything.
 */
export function framed(site: Site, { path, title, skipTo, main, script, style: more = '', wide }: PageParts): string {
  const style = `${reportStyle}${siteStyle}${more}`
  const parts = [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${markup`${title}`.html}</title>`,
    `<style>${style}</style>`,
    `<body>${markup`<a class="skip" href="#${skipTo.id}">${skipTo.words}</a>${navigation(site, path, wide)}<main${wide ? wideAttribute : undefined}>${main}</main>${foot(site)}`.html}`,
    ...(script === undefined ? [] : [`<script>${script}</script>`]),
    '</html>',
    '',
  ]
  return parts.join('\n')
}

/** From a page to the folder of the site: `../` for each folder that the page lies in. */
export function upFrom(path: string): string {
  return '../'.repeat(path.split('/').length - 1)
}

/** A text of the specification: it is ours, so nothing of it is spelled out or cut; its markup is escaped like any other. */
export function own(text: string): Markup {
  return preformatted([text])
}

/** A link out of the site, for an address of the web; anything else stays text. */
export function outside(address: string, words: string): Markup {
  return /^https?:\/\/[^\s]+$/.test(address) && URL.canParse(address) ? markup`<a href="${new URL(address).href}" rel="noreferrer nofollow">${words}</a>` : markup`<code>${address}</code>`
}

const wideAttribute: Markup = { html: ' class="wide-page"' }

function navigation(site: Site, path: string, wide: true | undefined): Markup {
  const up = upFrom(path)
  return markup`<nav class="site${wide ? ' wide-page' : ''}" aria-label="Site">${path === 'index.html' ? undefined : markup`<b><a href="${up}index.html">${site.title}</a></b> `}<a href="${up}spec/index.html">Specification ${site.specification.version}</a></nav>`
}

function foot({ specification, newest }: Site): Markup {
  return markup`<footer class="foot"><p>Specification ${specification.version}, ${specification.specHash}. The newest report is of ${newest.slice(0, 10)}. Each verdict follows from a transcript: <code>conformance judge DIR</code> computes it again, offline.</p></footer>`
}

function policy(style: string, script: string | undefined): string {
  return ["default-src 'none'", `style-src 'sha256-${digest(style)}'`, ...(script === undefined ? [] : [`script-src 'sha256-${digest(script)}'`]), "base-uri 'none'", "form-action 'none'"].join('; ')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
