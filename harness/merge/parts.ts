import type { PartLine } from '../transcript/part-line.ts'
import type { TranscriptLine } from '../transcript/line.ts'

/** One of the runs that a merged transcript joins. */
export interface Part {
  /** `p1`, `p2` and so on. */
  readonly name: string
  /** Its transcript, from its own run line to its own end line, with the name before each id. */
  readonly lines: readonly TranscriptLine[]
}

/** The parts of a merged transcript in their order; none of a transcript that one run wrote. */
export function partsOf(lines: readonly TranscriptLine[]): readonly Part[] {
  const begins = lines.flatMap((line, index) => (line.kind === 'part' ? [[line, index] as const] : []))
  return begins.map(([{ part, run, end }, index], number) => {
    const until = begins[number + 1]?.[1] ?? lines.findLastIndex(({ kind }) => kind === 'end')
    return { name: part, lines: [run, ...lines.slice(index + 1, until), end] }
  })
}

/** The transcripts as their runs wrote them: those of the parts, or the one that is no merged one. */
export function ownTranscripts(lines: readonly TranscriptLine[]): readonly (readonly TranscriptLine[])[] {
  const parts = partsOf(lines)
  return parts.length === 0 ? [lines] : parts.map(({ name, lines: own }) => own.map((line) => withId(line, (id) => id.slice(name.length + 1))))
}

/** A transcript as the lines of a part. */
export function asPart(name: string, lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const run = lines.find((line) => line.kind === 'run')
  const end = lines.find((line) => line.kind === 'end')
  if (!run || !end) throw new TypeError('a transcript begins with a run line and ends with an end line')
  const begin: PartLine = { kind: 'part', part: name, run, end }
  return [begin, ...lines.filter((line) => line !== run && line !== end).map((line) => withId(line, (id) => `${name}-${id}`))]
}

/** Ids that verdicts name. The id of an endpoint is the target's own. */
function withId(line: TranscriptLine, change: (id: string) => string): TranscriptLine {
  switch (line.kind) {
    case 'exchange':
    case 'attempt':
    case 'stream':
    case 'served':
    case 'connection':
      return { ...line, id: change(line.id) }
    default:
      return line
  }
}
