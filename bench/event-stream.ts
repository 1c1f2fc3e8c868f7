import { onlooker, ours, peer, type Contender } from './contenders.ts'
import { shapes, type Shape } from './shapes.ts'

/**
 * Our parser of event streams beside the fastest public one, on every shape, in one process.
 *
 *   npm run bench -- [WORDS]     only the shapes whose names have them
 *
 * Rounds are interleaved: in each, both parsers read the same chunks once, in turning order. Time is processor time, all threads
 * together, so that other programs on the machine count for less. The ratio is that of the medians: above 1 ours is faster. A third
 * parser is shown for scale, in rounds of its own. It ends by itself within a minute; shapes that this leaves no time for are named.
 */
const warmUps = 2
const rounds = 11
const fewestRounds = 3
const longestShapeMs = 2500
const longestMs = 50_000

interface Timing {
  readonly megabytesPerSecond: number
  readonly checksum: number
}

const wanted = process.argv.slice(2).join(' ')
const chosen = shapes.filter(({ name }) => name.includes(wanted))
const columns = [Math.max(0, ...chosen.map(({ name }) => name.length)), ours.name.length + 6, peer.name.length + 3, 8, onlooker.name.length + 3]
process.stdout.write(`Node ${process.version}, MB per second of processor time, medians of up to ${rounds} interleaved rounds\n\n`)
printRow(['', ours.name, peer.name, 'ratio', onlooker.name])
const ratios = chosen.flatMap(compare)
const slower = ratios.filter((ratio) => ratio < 1).length
process.stdout.write(`\nours is no slower than ${peer.name} on ${ratios.length - slower} of ${ratios.length} shapes\n`)

function compare(shape: Shape): readonly number[] {
  if (performance.now() > longestMs) {
    printRow([shape.name, 'no time left'])
    return []
  }
  const [own, other] = measure(shape, [ours, peer], rounds)
  const [third] = measure(shape, [onlooker], fewestRounds)
  if (own === undefined || other === undefined || third === undefined) return []
  const ratio = own.megabytesPerSecond / other.megabytesPerSecond
  printRow([shape.name, speed(own, own), speed(other, own), ratio.toFixed(2), speed(third, own)])
  return [ratio]
}

function measure({ chunks }: Shape, contenders: readonly Contender[], most: number): readonly Timing[] {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const runs = contenders.map(({ read }) => ({ read, times: [] as number[], checksum: 0 }))
  const began = performance.now()
  for (let round = 0; round < warmUps + most; round += 1) {
    if (round >= warmUps + fewestRounds && performance.now() - began > longestShapeMs) break
    const first = round % runs.length
    for (const run of [...runs.slice(first), ...runs.slice(0, first)]) {
      const start = process.cpuUsage()
      run.checksum = run.read(chunks)
      const { user, system } = process.cpuUsage(start)
      if (round >= warmUps) run.times.push(user + system)
    }
  }
  return runs.map(({ times, checksum }) => ({ megabytesPerSecond: bytes / median(times), checksum }))
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

/** A contender that dispatched something else is not compared. */
function speed(timing: Timing, model: Timing): string {
  return timing.checksum === model.checksum ? timing.megabytesPerSecond.toFixed(timing.megabytesPerSecond < 10 ? 1 : 0) : 'wrong'
}

function printRow(cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(columns[0] ?? 0) : cell.padStart(columns[index] ?? 0))).join('')}\n`)
}
