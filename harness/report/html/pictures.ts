import type { ExchangeLine, TranscriptLine } from '../../transcript/line.ts'
import { deliveryAxis, timeWords, timingOf, toldDelivery, type Delivery } from '../delivery.ts'
import { fatesOf, type StreamTimeline } from '../stream-timeline.ts'
import { plural } from '../summary.ts'
import { markup, type Markup } from './markup.ts'

const namedIds = 10
const mostTicks = 400
const fewestEvents = 3

/** The attempts of a delivery over the windows in which they were due; its caption says the same in words. */
export function deliveryPicture(delivery: Delivery): Markup | undefined {
  const { attempts, due } = delivery
  if (attempts.length === 0) return undefined
  const at = deliveryAxis(delivery)
  const x = (ms: number) => percent(at(ms))
  const bands = (due ?? []).map(({ fromMs, toMs }) => markup`<rect class="band" x="${x(fromMs)}" y="8" width="${share(at(toMs) - at(fromMs))}" height="28"/>`)
  const marks = attempts.slice(0, mostTicks).map(({ atMs }, index) => {
    const timing = timingOf(delivery, index)
    return timing === 'in time' ? markup`<circle class="on" cx="${x(atMs)}" cy="22" r="5"/>` : cross(x(atMs), 22)
  })
  const times = [0, ...(due ?? []).map(({ fromMs }) => fromMs), ...attempts.map(({ atMs }) => atMs)]
  const legend = due === undefined ? 'The answer, not the schedule, says when the next attempt is due.' : '● in its window, ✕ early, late or not due; shaded: the declared schedule with its tolerance.'
  return figure('Attempts against the declared schedule', 58, [...bands, axisLine(22), ...marks, ...axisLabels(times, at, 52)], `${toldDelivery(delivery)}. ${legend}`)
}

/** The events of a stream as they arrived; what was lost or came again is marked, and named in the caption. Undefined where there is nothing to see. */
export function streamPicture(name: string, stream: StreamTimeline): Markup | undefined {
  const { events } = stream
  const [first, last] = [events[0]?.atMs, events.at(-1)?.atMs]
  if (first === undefined || last === undefined) return undefined
  const at = (ms: number) => (last === first ? 0 : (ms - first) / (last - first))
  const ticks = new Set(events.filter(({ lost, repeated }) => !lost && !repeated).map(({ atMs }) => percent(at(atMs))))
  const odd = events.filter(({ lost, repeated }) => lost || repeated).slice(0, mostTicks)
  const { lost, repeated } = fatesOf(stream)
  if (events.length < fewestEvents && lost.length + repeated.length === 0) return undefined
  const words = [
    `${plural(events.filter((event) => !event.lost).length, 'arrival')} in ${timeWords(last - first)}`,
    lost.length === 0 ? 'none lost' : `✕ ${lost.length} lost: ${named(lost)}`,
    repeated.length === 0 ? 'none repeated' : `◆ ${repeated.length} repeated: ${named(repeated)}`,
  ]
  const drawn = [
    axisLine(22),
    ...[...ticks].slice(0, mostTicks).map((x) => markup`<line class="tick" x1="${x}" x2="${x}" y1="14" y2="30"/>`),
    ...odd.map((event) => (event.lost ? cross(percent(at(event.atMs)), 22) : markup`<svg x="${percent(at(event.atMs))}" y="22"><path class="again" d="M0-7 7 0 0 7-7 0Z"/></svg>`)),
    ...axisLabels([first, last], at, 52, first),
  ]
  return figure(`Events of the stream ${name}`, 58, drawn, `${words.join('; ')}.`)
}

/** How long answers took, where the clock of the run is a real one; undefined for fewer than five. */
export function latencyPicture(transcript: readonly TranscriptLine[]): Markup | undefined {
  const took = transcript
    .filter((line): line is ExchangeLine => line.kind === 'exchange' && !line.superseded && line.repliedMs !== undefined)
    .map(({ startedMs, flushedMs, repliedMs = 0 }) => Math.max(0, repliedMs - (flushedMs ?? startedMs)))
    .sort((a, b) => a - b)
  const slowest = took.at(-1) ?? 0
  if (took.length < 5 || slowest === 0) return undefined
  const borders = bordersFor(took[0] ?? 0, slowest)
  const counts = borders.slice(1).map((upper, index) => took.filter((ms) => ms >= (borders[index] ?? 0) && ms < upper).length)
  const tallest = Math.max(...counts)
  const width = 1 / counts.length
  const bars = counts.map((count, index) => {
    const height = count === 0 ? 0 : Math.max(2, Math.round((count / tallest) * 90))
    const middle = percent((index + 0.5) * width)
    return markup`<rect class="bar" x="${percent(index * width)}" y="${108 - height}" width="${share(width * 0.9)}" height="${height}"/><text x="${middle}" y="${103 - height}" text-anchor="middle">${count === 0 ? '' : count}</text>`
  })
  const labels = borders.filter((_, index) => index % Math.ceil(borders.length / 6) === 0).map((ms) => markup`<text x="${percent(borders.indexOf(ms) * width)}" y="124" text-anchor="${ms === borders[0] ? 'start' : 'middle'}">${timeWords(ms)}</text>`)
  const quantile = (part: number) => timeWords(took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0)
  const caption = `${plural(took.length, 'answer')}: half within ${quantile(0.5)}, 95 of 100 within ${quantile(0.95)}, the slowest ${timeWords(slowest)}.`
  return figure('How long answers took', 130, [...bars, ...labels], caption)
}

/** Borders of the bars: 1, 2, 5 and their powers of ten around all values. */
function bordersFor(least: number, most: number): readonly number[] {
  const steps = Array.from({ length: 27 }, (_, index) => ([1, 2, 5][index % 3] ?? 1) * 10 ** (Math.floor(index / 3) - 2))
  const from = Math.max(0, steps.findLastIndex((step) => step <= least))
  const to = steps.findIndex((step) => step > most)
  return steps.slice(from, (to < 0 ? steps.length - 1 : to) + 1)
}

function figure(title: string, height: number, drawn: readonly Markup[], caption: string): Markup {
  return markup`<figure><figcaption><b>${title}</b> ${caption}</figcaption><svg class="pic" height="${height}" aria-hidden="true">${drawn}</svg></figure>`
}

function axisLine(y: number): Markup {
  return markup`<line class="axis" x1="2%" x2="98%" y1="${y}" y2="${y}"/>`
}

function cross(x: string, y: number): Markup {
  return markup`<svg x="${x}" y="${y}"><path class="off" d="M-5-5 5 5M5-5-5 5"/></svg>`
}

/** Times below a picture, as far as there is room on a phone. */
function axisLabels(times: readonly number[], at: (ms: number) => number, y: number, zeroMs = 0): readonly Markup[] {
  const placed: number[] = []
  return [...new Set([times[0] ?? 0, Math.max(...times), ...times])].flatMap((ms) => {
    const place = at(ms)
    if (placed.some((other) => Math.abs(other - place) < 0.15)) return []
    placed.push(place)
    const anchor = place < 0.05 ? 'start' : place > 0.95 ? 'end' : 'middle'
    return [markup`<text x="${percent(place)}" y="${y}" text-anchor="${anchor}">${timeWords(ms - zeroMs)}</text>`]
  })
}

/** A place between the margins of a picture. */
function percent(place: number): string {
  return `${Math.round((2 + Math.min(1, Math.max(0, place)) * 96) * 10) / 10}%`
}

function share(part: number): string {
  return `${Math.max(0.3, Math.round(part * 960) / 10)}%`
}

function named(ids: readonly string[]): string {
  return ids.length > namedIds ? `${ids.slice(0, namedIds).join(', ')} and ${ids.length - namedIds} more` : ids.join(', ')
}
