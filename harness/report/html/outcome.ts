import type { Level, Outcome } from '../../verdict.ts'
import { markup, type Markup } from './markup.ts'

/** How an outcome looks on the page: a rule below MUST that was not kept is a warning. */
export type Look = 'failed' | 'faulted' | 'unproven' | 'warning' | 'passed' | 'inapplicable'

/** From what asks for attention to what does not. */
export const looks: readonly Look[] = ['failed', 'faulted', 'unproven', 'warning', 'passed', 'inapplicable']

export const lookWords: Readonly<Record<Look, string>> = {
  failed: 'failed',
  faulted: 'fault of the harness',
  unproven: 'unproven',
  warning: 'warning',
  passed: 'passed',
  inapplicable: 'not applicable',
}

export function lookOf({ outcome, level }: { readonly outcome: Outcome; readonly level: Level }): Look {
  return outcome === 'failed' && level !== 'MUST' ? 'warning' : outcome
}

/** The sign of an outcome; its word is in it for who does not see it. */
export function sign(look: Look): Markup {
  return markup`<i class="${look}">${lookWords[look]}</i>`
}
