import { renderGithub } from './github.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPretty } from './pretty.ts'
import type { Report, Verdict } from './report.ts'
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

export type ReporterName = 'pretty' | 'json' | 'junit' | 'markdown' | 'github'

export const renderers: Readonly<Record<ReporterName, Renderer>> = {
  pretty: renderPretty,
  json: renderJson,
  junit: renderJunit,
  markdown: renderMarkdown,
  github: renderGithub,
}
