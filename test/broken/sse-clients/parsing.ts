import type { RequirementId } from '../../../spec/requirements.ts'
import { brokenParsers, type BrokenParser } from '../parsers/index.ts'
import { because } from '../broken-target.ts'
import { brokenSseClient, type BrokenSseClient, type BrokenSseClients } from './broken-sse-client.ts'

/** Where the first parser that breaks a rule is not the one that a client shows best. */
const preferred: Readonly<Record<string, string>> = { 'sse-client-bom-elsewhere': 'takes a mark off each line' }

/** Shown by connections: what a parser tells of reconnection times is forgotten there. */
const shownElsewhere: ReadonlySet<string> = new Set(['sse-client-retry-kept'])

/** Rules whose bytes hold, too, what the parser of a rule reads wrongly. */
const sharedBytes: Readonly<Record<string, readonly RequirementId[]>> = {
  'sse-client-utf8': ['sse-client-id-utf8', 'sse-client-bom-each-stream', 'sse-client-split-utf8', 'sse-client-invalid-utf8', 'sse-client-bom', 'sse-client-bom-elsewhere', 'sse-client-no-other-line-ends', 'sse-client-one-space', 'sse-client-chunks'],
  'sse-client-split-utf8': ['sse-client-bom'],
  'sse-client-bom': ['sse-client-bom-each-stream'],
  'sse-client-bom-elsewhere': ['sse-client-one-bom'],
  'sse-client-line-ends': ['sse-client-invalid-utf8', 'sse-client-one-bom', 'sse-client-split-crlf', 'sse-client-mixed-line-ends', 'sse-client-cr-at-end', 'sse-client-unfinished-event', 'sse-client-chunks'],
  'sse-client-no-other-line-ends': ['sse-client-split-utf8'],
  'sse-client-chunks': ['sse-client-order', 'sse-client-unfinished-line', 'sse-client-split-utf8', 'sse-client-bom', 'sse-client-split-crlf'],
  'sse-client-blank-line': ['sse-client-bom-elsewhere'],
  'sse-client-first-colon': ['sse-client-no-other-line-ends', 'sse-client-chunks'],
  'sse-client-one-space': ['sse-client-bom-elsewhere', 'sse-client-first-colon', 'sse-client-data-lines'],
  'sse-client-no-colon': ['sse-client-reset-id-absent', 'sse-client-bom', 'sse-client-mixed-line-ends', 'sse-client-chunks'],
  'sse-client-unknown-fields': ['sse-client-invalid-utf8', 'sse-client-one-bom', 'sse-client-bom-elsewhere', 'sse-client-line-ends', 'sse-client-blank-line', 'sse-client-comments', 'sse-client-no-colon', 'sse-client-literal-names', 'sse-client-chunks'],
  'sse-client-data-lines': ['sse-client-split-utf8', 'sse-client-bom-elsewhere', 'sse-client-line-ends', 'sse-client-split-crlf', 'sse-client-mixed-line-ends', 'sse-client-cr-at-end', 'sse-client-blank-line', 'sse-client-comments', 'sse-client-no-colon', 'sse-client-unknown-fields', 'sse-client-one-newline', 'sse-client-nul-data', 'sse-client-chunks'],
  'sse-client-one-newline': ['sse-client-no-colon', 'sse-client-data-lines', 'sse-client-chunks'],
  'sse-client-empty-data': ['sse-client-bom', 'sse-client-mixed-line-ends', 'sse-client-no-colon'],
  'sse-client-no-data-no-event': ['sse-client-reconnects', 'sse-client-invalid-utf8', 'sse-client-bom', 'sse-client-one-bom', 'sse-client-bom-elsewhere', 'sse-client-split-crlf', 'sse-client-mixed-line-ends', 'sse-client-blank-line', 'sse-client-comments', 'sse-client-unknown-fields', 'sse-client-type-cleared', 'sse-client-id-reset', 'sse-client-id-without-data', 'sse-client-chunks'],
  'sse-client-type': ['sse-client-order', 'sse-client-named-events'],
  'sse-client-type-empty': ['sse-client-no-colon'],
  'sse-client-type-cleared': ['sse-client-order', 'sse-client-empty-data', 'sse-client-no-data-no-event', 'sse-client-chunks'],
  'sse-client-id': ['sse-client-id-nul', 'sse-client-id-repeated', 'sse-client-id-carried'],
  'sse-client-id-reset': ['sse-client-reset-id-absent', 'sse-client-no-colon', 'sse-client-chunks'],
  'sse-client-id-without-data': ['sse-client-cr-at-end', 'sse-client-no-data-no-event', 'sse-client-type-cleared', 'sse-client-id-reset', 'sse-client-chunks'],
  'sse-client-unfinished-event': ['sse-client-unfinished-line', 'sse-client-id-committed', 'sse-client-clean-state', 'sse-client-chunks'],
}

/** The reference client with a parser that is wrong in one way: one for each rule about parsing. */
export const brokenParsing: BrokenSseClients = Object.fromEntries(oneOfEachRule().map((parser) => [keyOf(parser), clientWith(parser)]))

function oneOfEachRule(): readonly BrokenParser[] {
  const rules = new Map<string, BrokenParser>()
  for (const parser of brokenParsers) {
    const { requirement, name } = parser
    if (!shownElsewhere.has(requirement) && (!rules.has(requirement) || preferred[requirement] === name)) rules.set(requirement, parser)
  }
  return [...rules.values()]
}

function clientWith({ name, requirement, parser }: BrokenParser): BrokenSseClient {
  return brokenSseClient({
    requirement: requirement as RequirementId, // the parsers name rules of the specification, which a test holds them to
    fault: `has a parser that ${name}`,
    message: /expected .*, saw /s,
    alsoFails: because('bytes that are there for these rules hold what it reads wrongly', ...(sharedBytes[requirement] ?? [])),
    parts: () => ({ createParser: parser }),
  })
}

function keyOf({ name }: BrokenParser): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
}
