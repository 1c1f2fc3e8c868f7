import { HarnessError } from '../errors.ts'
import { inert } from '../report/inert.ts'
import { everything } from '../select.ts'
import { digestOfTranscript } from '../transcript/digest.ts'
import type { EndLine, RunLine, TranscriptLine } from '../transcript/line.ts'
import { asPart, ownTranscripts } from './parts.ts'

/** A recorded run that is to be a part of a merged one. */
export interface Recorded {
  /** What the user calls it, such as its folder. */
  readonly name: string
  readonly transcript: readonly TranscriptLine[]
}

/**
 * One transcript of several runs, of which each measured a part of one target. The parts of a run that is merged already count
 * one by one. Nothing of what was seen is lost: the transcripts of the parts can be had back, byte for byte.
 *
 * @throws HarnessError `bad-report` when two runs are not of one target, role, profile, suite, clock, proxy and baseline, with
 * what differs; and when two of them are the same run.
 */
export function mergeTranscripts(recorded: readonly Recorded[]): readonly TranscriptLine[] {
  const parts = recorded.flatMap(({ name, transcript }) => ownTranscripts(transcript).map((lines) => ({ name, lines, ...endsOf(lines) })))
  if (parts.length === 0) throw new TypeError('a merged run has at least one part')
  for (const [index, part] of parts.entries()) for (const earlier of parts.slice(0, index)) refuseStranger(earlier, part)
  refuseTwin(parts)
  return [runOf(parts), ...parts.flatMap(({ lines }, index) => asPart(`p${index + 1}`, lines)), endOf(parts)]
}

/** Whether a merged transcript is what its parts make of it, line by line. */
export function isGenuine(lines: readonly TranscriptLine[]): boolean {
  const parts = ownTranscripts(lines).map((transcript) => ({ name: 'a part', transcript }))
  return digestOfTranscript(mergeTranscripts(parts)) === digestOfTranscript(lines)
}

interface Part {
  readonly name: string
  readonly lines: readonly TranscriptLine[]
  readonly run: RunLine
  readonly end: EndLine
}

function endsOf(lines: readonly TranscriptLine[]): Pick<Part, 'run' | 'end'> {
  const run = lines.find((line): line is RunLine => line.kind === 'run')
  const end = lines.find((line): line is EndLine => line.kind === 'end')
  if (!run || !end) throw new TypeError('a transcript begins with a run line and ends with an end line')
  return { run, end }
}

/** What has to be the same in every part. A target that tells no name of itself, for it has no control API in that run, may be any. */
const shared: readonly (readonly [name: string, of: (run: RunLine) => string | undefined])[] = [
  ['role', ({ target }) => target.role],
  ['target', ({ target }) => target.url],
  ['name of the target', ({ target }) => target.name],
  ['version of the target', ({ target }) => target.version],
  ['profile', ({ target }) => target.profile],
  ['profile document', ({ target }) => target.profileHash],
  ['suite', ({ suite }) => `${suite.name} ${suite.version}`],
  ['specification', ({ suite }) => suite.specHash],
  ['requirement set', ({ suite }) => suite.requirementSet],
  ['clock', ({ run }) => (run.timeScale === 1 ? run.clock : `${run.clock}, ${run.timeScale} times faster`)],
  ['proxy', ({ run }) => run.via ?? 'none'],
  ['baseline', ({ baseline }) => baseline?.digest ?? 'none'],
]

function refuseStranger(first: Part, other: Part): void {
  const differing = shared.flatMap(([name, of]) => {
    const [one, two] = [of(first.run), of(other.run)]
    return one === two || one === undefined || two === undefined ? [] : [`${name}: ${inert(one, 100)} against ${inert(two, 100)}`]
  })
  if (differing.length === 0) return
  throw new HarnessError('bad-report', `${first.name} and ${other.name} are not parts of one run: ${differing.join('; ')}`, 'merge runs of one target, role, profile, suite, clock, proxy and baseline; conformance diff compares others')
}

function refuseTwin(parts: readonly Part[]): void {
  const known = new Map<string, string>()
  for (const { name, lines } of parts) {
    const digest = digestOfTranscript(lines)
    const twin = known.get(digest)
    if (twin !== undefined) throw new HarnessError('bad-report', `${name} is the same run as ${twin}`, 'name each run once')
    known.set(digest, name)
  }
}

function runOf(parts: readonly Part[]): RunLine {
  const runs = parts.map(({ run }) => run)
  const first = runs[0] as RunLine // there is at least one part
  const told = <T>(of: (run: RunLine) => T | undefined): T | undefined => runs.map(of).find((value) => value !== undefined)
  const [name, version] = [told(({ target }) => target.name), told(({ target }) => target.version)]
  const words = (of: (run: RunLine) => string): string => [...new Set(runs.map(of))].join(', ')
  return {
    ...first,
    target: {
      ...first.target,
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      attachment: [...new Set(runs.flatMap(({ target }) => target.attachment))],
    },
    run: {
      ...first.run,
      startedAt: runs.map(({ run }) => run.startedAt).toSorted()[0] ?? first.run.startedAt,
      budgetMs: runs.reduce((sum, { run }) => sum + run.budgetMs, 0),
      runtime: words(({ run }) => run.runtime),
      platform: words(({ run }) => run.platform),
    },
    deadlineMs: Math.max(...runs.map(({ deadlineMs }) => deadlineMs)),
    // What was left out is what no part selected: its parts say what they did.
    selection: everything,
  }
}

/** The last end, the worst lag, and what stood in the way of every part, or killed the target in one. */
function endOf(parts: readonly Part[]): EndLine {
  const ends = parts.map(({ end }) => end)
  const worst = (of: (end: EndLine) => number): number => Math.max(...ends.map(of))
  const obstacles = ends.flatMap(({ obstacle }) => obstacle ?? [])
  const obstacle = obstacles.length === ends.length ? obstacles[0] : obstacles.find(({ code }) => code === 'died')
  return {
    kind: 'end',
    finishedAt: ends.map(({ finishedAt }) => finishedAt).toSorted().at(-1) ?? '',
    lagMs: { p50: worst(({ lagMs }) => lagMs.p50), p99: worst(({ lagMs }) => lagMs.p99), max: worst(({ lagMs }) => lagMs.max) },
    ...(obstacle ? { obstacle } : {}),
  }
}
