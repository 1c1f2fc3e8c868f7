import type { StreamParserFactory } from '../../../harness/sse/stream-parser.ts'
import { partedParser, type ParserParts } from './parted-parser.ts'

/** A parser that is wrong in one way, and the rule whose vectors show it. */
export interface BrokenParser {
  /** What it does wrong. */
  readonly name: string
  readonly requirement: string
  readonly parser: StreamParserFactory
}

/** Parsers that break one rule: the parts that are wrong, by what they do wrong. */
export function breaking(requirement: string, faults: Readonly<Record<string, Partial<ParserParts>>>): readonly BrokenParser[] {
  return Object.entries(faults).map(([name, parts]) => ({ name, requirement: `sse-client-${requirement}`, parser: partedParser(parts) }))
}
