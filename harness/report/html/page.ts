import { createHash } from 'node:crypto'
import type { RenderContext } from '../render.ts'
import type { Report } from '../report.ts'
import { fittingEvidence } from './evidence.ts'
import { killMatrixSection } from './kill-matrix.ts'
import { markup, type Markup } from './markup.ts'
import { filterBar, findings, headline, overview } from './overview.ts'
import { latencyPicture } from './pictures.ts'
import { anchors, ruleSections } from './rules.ts'
import { script } from './script.ts'
import { style } from './style.ts'

/** Bytes of a page of up to 300 verdicts, and what evidence gets at least, however many verdicts there are. */
const pageBytes = 290_000
const leastEvidenceBytes = 60_000

/**
 * The report as one page that needs nothing else: no network, no font, no picture from elsewhere.
 *
 * Its policy allows the one style and the one script by their digests and nothing besides, so that even a text that escaped
 * its escapes could neither run nor load anything. It is read without the script, by the keyboard, on paper, in the dark.
 */
export function renderHtml(report: Report, context: RenderContext): string {
  const bare = page(report, context, 0)
  const room = Math.max(leastEvidenceBytes, pageBytes - Buffer.byteLength(bare))
  return page(report, context, room)
}

function page(report: Report, context: RenderContext, evidenceBytes: number): string {
  const anchorOf = anchors(report)
  const evidence = fittingEvidence(report, context, evidenceBytes)
  const { word } = headline(report)
  const latency = context.transcript && latencyPicture(context.transcript)
  const body = markup`<a class="skip" href="#rules">Skip to the rules</a><main>${overview(report)}${findings(report)}<section id="rules"><h2>Rules, area by area</h2>${filterBar(report)}${ruleSections(report, context, evidence, anchorOf)}</section>${latency && markup`<section id="latency"><h2>Answers in time</h2>${latency}</section>`}${context.killMatrix && killMatrixSection(context.killMatrix, report.target.role)}</main>${foot(report)}`
  const title = markup`${word}: ${report.target.name ?? report.target.url} as ${report.target.role}`
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title.html}</title>`,
    `<style>${style}</style>`,
    `<body>${body.html}`,
    `<script>${script}</script>`,
    '</html>',
    '',
  ].join('\n')
}

const policy = ["default-src 'none'", `style-src 'sha256-${digest(style)}'`, `script-src 'sha256-${digest(script)}'`, "base-uri 'none'", "form-action 'none'"].join('; ')

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function foot({ suite, target, run }: Report): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ['suite', `${suite.name} ${suite.version}`],
    ['requirement set', suite.requirementSet],
    ['specification', suite.specHash],
    ['profile', `${target.profile}, ${target.profileHash}`],
    ['run', `${run.startedAt} to ${run.finishedAt}, ${run.runtime}, ${run.platform}`],
    ['lag of the harness', `${run.lagMs.p50} ms in the median, ${run.lagMs.p99} ms for 99 of 100, ${run.lagMs.max} ms at most`],
  ]
  return markup`<footer class="foot"><dl>${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl><p>Secrets are in no part of this page. The verdicts follow from transcript.ndjson alone: <code>conformance judge DIR</code> computes them again.</p></footer>`
}
