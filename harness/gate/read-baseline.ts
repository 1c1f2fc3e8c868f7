import { createHash } from 'node:crypto'
import { HarnessError } from '../errors.ts'
import { isObject, type Path } from '../profile/locate.ts'
import type { Baseline, BaselineEntry } from './baseline.ts'

const members = ['requirement', 'case', 'code', 'reason', 'issue', 'expires'] as const
const example = 'write { "baseline": 1, "entries": [ … ] }, or let --update-baseline write it'

/** Reads the text of a baseline file. @throws HarnessError `bad-baseline` that names file and line. */
export async function readBaseline(text: string, file: string): Promise<Baseline> {
  const value = parsed(text, file)
  const lines = await lineFinder(text)
  const fail = (path: Path, fact: string, cure: string): never => {
    throw new HarnessError('bad-baseline', `${file}:${lines(path)}: ${fact}`, cure)
  }
  if (!isObject(value) || value['baseline'] !== 1) return fail([], 'this is no baseline of version 1', example)
  const stray = Object.keys(value).find((name) => !['$schema', 'baseline', 'entries'].includes(name))
  if (stray !== undefined) return fail([stray], `a baseline has no member "${stray}"`, example)
  const list = value['entries']
  if (!Array.isArray(list)) return fail(['entries'], '"entries" is no list', example)
  const seen = new Set<string>()
  const entries = list.map((entry: unknown, index): BaselineEntry => {
    const read = readEntry(entry, (member, fact, cure) => fail(['entries', index, ...member], fact, cure))
    const key = `${read.case} ${read.requirement}`
    if (seen.has(key)) fail(['entries', index], `a second entry for ${key}`, 'keep one of them')
    seen.add(key)
    return read
  })
  return { digest: `sha256:${createHash('sha256').update(text).digest('hex')}`, entries }
}

function readEntry(entry: unknown, fail: (member: Path, fact: string, cure: string) => never): BaselineEntry {
  if (!isObject(entry)) return fail([], 'an entry is an object', `give it the members ${members.join(', ')}`)
  const stray = Object.keys(entry).find((name) => !members.some((member) => member === name))
  if (stray !== undefined) return fail([stray], `an entry has no member "${stray}"`, `its members are ${members.join(', ')}`)
  const text = (name: (typeof members)[number], cure: string): string => {
    const value = entry[name]
    return typeof value === 'string' && value.trim() !== '' ? value : fail([name], `an entry without "${name}"`, cure)
  }
  const requirement = text('requirement', 'name the rule: conformance list shows them')
  const id = text('case', 'name the case: conformance list shows them')
  const code = text('code', 'write the code of the verdict, as report.json has it, or let --update-baseline write it')
  const reason = text('reason', 'say why the failure is excused')
  const issue = entry['issue'] === undefined ? undefined : text('issue', 'write the URL of the issue, or leave the member out')
  if (issue !== undefined && !/^https?:/.test(URL.canParse(issue) ? new URL(issue).protocol : '')) return fail(['issue'], `"${issue}" is no http or https URL`, 'write the URL of the issue, or leave the member out')
  const expires = text('expires', 'write the last day on which it is excused, such as "2030-12-31"')
  if (!isDay(expires)) return fail(['expires'], `"${expires}" is no day`, 'write the last day on which it is excused, such as "2030-12-31"')
  return { requirement, case: id, code, reason, ...(issue === undefined ? {} : { issue }), expires }
}

/** A day of the calendar as `YYYY-MM-DD`. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const position = /position (\d+)/.exec(message)?.[1]
    const before = text.slice(0, position === undefined ? undefined : Number(position))
    throw new HarnessError('bad-baseline', `${file}:${before.split('\n').length}: this is not JSON`, 'correct it, or take the file away and let --update-baseline write it', { cause })
  }
}

/** The line of a member, or of the nearest one around it that is there. */
async function lineFinder(text: string): Promise<(path: Path) => number> {
  const { LineCounter, isNode, parseDocument } = await import('yaml')
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line
    }
    return 1
  }
}
