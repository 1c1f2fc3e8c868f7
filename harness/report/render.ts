import type { TranscriptLine } from '../transcript/line.ts'
import { renderCtrf } from './ctrf.ts'
import { renderEarl } from './earl.ts'
import { renderGithub } from './github.ts'
import { renderHar } from './har.ts'
import type { KillMatrix } from './html/kill-matrix.ts'
import { renderHtml } from './html/page.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPretty } from './pretty.ts'
import type { Report, Verdict } from './report.ts'
import { renderSarif } from './sarif.ts'
import { renderTap } from './tap.ts'
import type { DrawTimeline } from './timeline.ts'

/** What a renderer knows beside the report. Secrets are redacted before anything gets here. */
export interface RenderContext {
  /** An exchange of the transcript as text of several lines; undefined when the transcript does not have it. */
  readonly exchangeText: (id: string) => string | undefined
  /** The command line that plays one case again, for a POSIX shell. */
  readonly repeatCommand: (caseId: string, requirement: string) => string
  /** The likely fix of a requirement that failed. */
  readonly fix: (requirement: string) => string | undefined
  /** Where the requirement is written, such as `spec/webhook-signature.md#webhook-signature-covers-body`. */
  readonly chapter: (requirement: string) => string | undefined
  /** What was sent and seen, for the formats that show messages and pictures. */
  readonly transcript?: readonly TranscriptLine[]
  /** The cases without which a case shows nothing. */
  readonly controls?: (caseId: string) => readonly string[]
  /** The proof that the checks can fail, for the format that has room for it. */
  readonly killMatrix?: KillMatrix
  /** When the attempts of a failed retry rule came, as a picture in the width and with the colours that are asked for. */
  readonly timeline?: DrawTimeline<Verdict>
  /** True on a terminal that shows colours. Without it the output holds no escape and no duration, so it is stable. */
  readonly colour: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** Only the claim, one line a failure, and the verdict. */
  readonly quiet?: boolean
}

/** A report as the text of one format, ending in a line feed. Pure. */
export type Renderer = (report: Report, context: RenderContext) => string

export type ReporterName = 'pretty' | 'json' | 'junit' | 'html' | 'markdown' | 'github' | 'tap' | 'sarif' | 'ctrf' | 'earl' | 'har'

export const renderers: Readonly<Record<ReporterName, Renderer>> = {
  pretty: renderPretty,
  json: renderJson,
  junit: renderJunit,
  html: renderHtml,
  markdown: renderMarkdown,
  github: renderGithub,
  tap: renderTap,
  sarif: renderSarif,
  ctrf: renderCtrf,
  earl: renderEarl,
  har: renderHar,
}
