import { inert, inertLines, printable } from './inert.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'

/** Everything a reader needs to act on one verdict. All of it is inert; a format only adds its own escapes. */
export interface Detail {
  readonly caseId: string
  /** The situation that was staged. */
  readonly title: string
  readonly expected: string
  readonly saw: string
  readonly exchanges: readonly ShownExchange[]
  /** Ids of further exchanges, which only the transcript shows. */
  readonly unshown: readonly string[]
  /** On one line and of any length, so that it can be copied. */
  readonly repeat: string
  /** The code of the diagnosis that explains the case. */
  readonly diagnosis?: string
}

export interface ShownExchange {
  readonly id: string
  readonly lines: readonly string[]
}

export interface Advice {
  readonly fix?: string
  readonly chapter?: string
}

const nothing = '(nothing)'

/** The detail of one verdict. Of its exchanges the first and the last are shown, which frame what happened. */
export function detailOf(report: Report, verdict: Verdict, context: RenderContext, lines: number): Detail {
  const framing = new Set(verdict.exchanges.length > 2 ? [verdict.exchanges[0], verdict.exchanges.at(-1)] : verdict.exchanges)
  const exchanges: ShownExchange[] = []
  const unshown: string[] = []
  for (const id of new Set(verdict.exchanges)) {
    const text = framing.has(id) ? context.exchangeText(id) : undefined
    if (text === undefined) unshown.push(inert(id))
    else exchanges.push({ id: inert(id), lines: inertLines(text, lines) })
  }
  const diagnosis = report.diagnoses.find(({ cases }) => cases.includes(verdict.case))
  return {
    caseId: inert(verdict.case),
    title: inert(verdict.title),
    expected: inert(verdict.expected) || nothing,
    saw: inert(verdict.saw) || nothing,
    exchanges,
    unshown,
    repeat: printable(context.repeatCommand(verdict.case, verdict.requirement)),
    ...(diagnosis && { diagnosis: inert(diagnosis.code) }),
  }
}

/** The likely fix of a requirement and the place where it is written. */
export function adviceOf(requirement: string, context: RenderContext): Advice {
  const fix = context.fix(requirement)
  const chapter = context.chapter(requirement)
  return { ...(fix !== undefined && { fix: inert(fix, 1000) }), ...(chapter !== undefined && { chapter: inert(chapter) }) }
}

/** The sentence of a requirement without the emphasis of its chapter, inert; empty when the report does not hold it. */
export function sentenceOf(report: Report, requirement: string): string {
  const rule = report.requirements.find(({ id }) => id === requirement)
  return inert((rule?.sentence ?? '').replaceAll('**', ''), 1000)
}

/** One verdict as lines of text: sentence, case, expected, saw, exchanges of so many lines each, repeat command, fix, chapter. */
export function accountOf(report: Report, verdict: Verdict, context: RenderContext, lines: number): readonly string[] {
  const detail = detailOf(report, verdict, context, lines)
  const { fix, chapter } = adviceOf(verdict.requirement, context)
  const sentence = sentenceOf(report, verdict.requirement)
  return [
    ...(sentence === '' ? [] : [sentence]),
    `case: ${detail.title}`,
    `expected: ${detail.expected}`,
    `saw: ${detail.saw}`,
    ...(detail.diagnosis === undefined ? [] : [`explained by the diagnosis ${detail.diagnosis}`]),
    ...detail.exchanges.flatMap(({ id, lines: text }) => [`exchange ${id}:`, ...text.map((line) => `  | ${line}`)]),
    `repeat: ${detail.repeat}`,
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
    ...(chapter === undefined ? [] : [`spec: ${chapter}`]),
  ]
}
