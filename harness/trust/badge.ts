import { inert, xml } from '../report/inert.ts'
import type { Report } from '../report/report.ts'
import { plural } from '../report/summary.ts'

/** What a badge says. */
export interface Badge {
  readonly label: string
  readonly message: string
  readonly colour: keyof typeof colours
  /** The last day of what it says, `YYYY-MM-DD`, UTC. */
  readonly until: string
}

/** The shields names, and the colours of the drawing: white text on each has a contrast of 4.5 and more. */
const colours = { brightgreen: '#2b7a1f', yellow: '#8a6a00', red: '#b3261e', lightgrey: '#6b6b6b' } as const

const label = 'event delivery'

/** The badge of a report that holds until `expiresAt`; grey from then on. */
export function badgeOf({ summary, target, skipped }: Report, expiresAt: string, nowMs: number): Badge {
  const until = expiresAt.slice(0, 10)
  const named = `${label} ${target.role}`
  if (!(nowMs < Date.parse(expiresAt))) return { label: named, message: 'expired', colour: 'lightgrey', until }
  if (summary.conformant === false) return { label: named, message: 'not conformant', colour: 'red', until }
  if (summary.conformant === null || summary.measured === 0) return { label: named, message: 'not measured', colour: 'lightgrey', until }
  if (summary.claim === 'full') return { label: named, message: 'conformant', colour: 'brightgreen', until }
  // Of a selection the total says nothing about the role.
  return { label: named, message: skipped ? `partial, ${plural(summary.measured, 'rule')}` : `partial ${summary.measured}/${summary.total}`, colour: 'yellow', until }
}

/** The document that shields.io reads for an endpoint badge (https://shields.io/badges/endpoint-badge), version 1. */
export function renderBadgeJson({ label: left, message, colour, until }: Badge): string {
  return `${JSON.stringify({ schemaVersion: 1, label: inert(left, 60), message: message === 'expired' ? `expired ${until}` : `${message} until ${until}`, color: colour, cacheSeconds: 3600 }, null, 2)}\n`
}

/** The badge as a drawing without script, style sheet or foreign resource. It cannot know the time, so it carries its day. */
export function renderBadgeSvg({ label: left, message, colour, until }: Badge): string {
  const right = message === 'expired' ? `expired ${until}` : `${message} · until ${until}`
  const [a, b] = [inert(left, 60), inert(right, 60)]
  const [leftWidth, rightWidth] = [widthOf(a), widthOf(b)]
  const width = leftWidth + rightWidth
  const text = (content: string, from: number, of: number) => `<text x="${from + of / 2}" y="14" textLength="${of - 12}" lengthAdjust="spacingAndGlyphs">${xml(content)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${xml(`${a}: ${b}`)}">`,
    `<title>${xml(`${a}: ${b}`)}</title>`,
    `<rect width="${leftWidth}" height="20" fill="#444"/><rect x="${leftWidth}" width="${rightWidth}" height="20" fill="${colours[colour]}"/>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(a, 0, leftWidth)}${text(b, leftWidth, rightWidth)}</g>`,
    '</svg>',
    '',
  ].join('\n')
}

/** Columns of 6.6 pixels and a margin; the drawing stretches its letters to that. */
function widthOf(text: string): number {
  return Math.round([...text].length * 6.6) + 12
}
