import type { RequirementId } from '../../../spec/requirements.ts'
import { brokenParsers, type BrokenParser } from '../parsers/index.ts'
import { because, brokenSseClient, type BrokenSseClient, type BrokenSseClients } from './broken-sse-client.ts'

/** Rules beside its own that a parser cannot keep, by the rule that it is there for. */
const alsoFails: Readonly<Record<string, BrokenSseClient['alsoFails']>> = {}

/** The reference client with a parser that is wrong in one way: for each rule the first of those that break it. */
export const brokenParsing: BrokenSseClients = Object.fromEntries(firstOfEachRule().map((parser) => [keyOf(parser), clientWith(parser)]))

function firstOfEachRule(): readonly BrokenParser[] {
  const rules = new Map<string, BrokenParser>()
  for (const parser of brokenParsers) if (!rules.has(parser.requirement)) rules.set(parser.requirement, parser)
  return [...rules.values()]
}

function clientWith({ name, requirement, parser }: BrokenParser): BrokenSseClient {
  return brokenSseClient({
    requirement: requirement as RequirementId, // the parsers name rules of the specification, which their own test holds them to
    fault: `has a parser that ${name}`,
    alsoFails: alsoFails[requirement] ?? [],
    parts: () => ({ createParser: parser }),
  })
}

function keyOf({ name }: BrokenParser): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
}

void because
