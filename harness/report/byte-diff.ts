/** A stretch of bytes that two bodies share, or that only one of them has. */
export interface Stretch {
  readonly kind: 'same' | 'removed' | 'added'
  /** Where it begins: in the first body, for what was added in the second. */
  readonly at: number
  readonly bytes: Buffer
}

/** Edits that are searched for: beyond, two bodies have so little in common that one stretch says as much. */
const mostEdits = 300

/**
 * How the second body differs from the first, byte for byte: stretches in their order, neighbours of different kinds,
 * empty when both are equal. Shortest edit (Myers 1986) within a bound; beyond it everything between the common beginning
 * and the common end counts as replaced.
 */
export function byteDiff(first: Buffer, second: Buffer): readonly Stretch[] {
  if (first.equals(second)) return []
  let head = 0
  while (head < first.length && head < second.length && first[head] === second[head]) head += 1
  let tail = 0
  while (tail < first.length - head && tail < second.length - head && first[first.length - 1 - tail] === second[second.length - 1 - tail]) tail += 1
  const [a, b] = [first.subarray(head, first.length - tail), second.subarray(head, second.length - tail)]
  const middle = shortestEdit(a, b) ?? [{ kind: 'removed' as const, at: 0, bytes: a }, { kind: 'added' as const, at: a.length, bytes: b }]
  const moved = middle.map((stretch) => ({ ...stretch, at: stretch.at + head }))
  const all: readonly Stretch[] = [{ kind: 'same', at: 0, bytes: first.subarray(0, head) }, ...moved, { kind: 'same', at: first.length - tail, bytes: first.subarray(first.length - tail) }]
  return all.filter(({ bytes }) => bytes.length > 0)
}

/** The furthest places on each diagonal, one record an edit; undefined past the bound. */
function shortestEdit(a: Buffer, b: Buffer): readonly Stretch[] | undefined {
  const trace: ReadonlyMap<number, number>[] = []
  const furthest = new Map<number, number>([[1, 0]])
  for (let edits = 0; edits <= Math.min(mostEdits, a.length + b.length); edits += 1) {
    trace.push(new Map(furthest))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = goesDown(furthest, diagonal, edits) ? (furthest.get(diagonal + 1) ?? 0) : (furthest.get(diagonal - 1) ?? 0) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      furthest.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return walkedBack(trace, a, b)
    }
  }
  return undefined
}

function goesDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1))
}

/** The path from the end to the start, as stretches from the start to the end. */
function walkedBack(trace: readonly ReadonlyMap<number, number>[], a: Buffer, b: Buffer): readonly Stretch[] {
  const steps: Stretch[] = []
  let [x, y] = [a.length, b.length]
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const furthest = trace[edits] ?? new Map<number, number>()
    const down = goesDown(furthest, x - y, edits)
    const diagonal = down ? x - y + 1 : x - y - 1
    const fromX = edits === 0 ? 0 : (furthest.get(diagonal) ?? 0)
    const fromY = edits === 0 ? 0 : fromX - diagonal
    const [midX, midY] = edits === 0 ? [0, 0] : down ? [fromX, fromY + 1] : [fromX + 1, fromY]
    if (x > midX) steps.push({ kind: 'same', at: midX, bytes: a.subarray(midX, x) })
    if (midY > fromY) steps.push({ kind: 'added', at: fromX, bytes: b.subarray(fromY, midY) })
    if (midX > fromX) steps.push({ kind: 'removed', at: fromX, bytes: a.subarray(fromX, midX) })
    ;[x, y] = [fromX, fromY]
  }
  return joined(steps.reverse())
}

function joined(steps: readonly Stretch[]): readonly Stretch[] {
  const stretches: Stretch[] = []
  for (const step of steps) {
    const last = stretches.at(-1)
    if (last?.kind === step.kind) stretches[stretches.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, step.bytes]) }
    else stretches.push(step)
  }
  return stretches
}
