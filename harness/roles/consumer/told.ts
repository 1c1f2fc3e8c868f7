import type { Reply } from './seen.ts'

/** An answer in a few words, as reports show it. */
export function told(reply: Reply): string {
  if (reply.status !== undefined) return `${reply.status}`
  return reply.detail ? `no answer: ${reply.detail}` : `no answer (${reply.fault ?? 'nothing sent'})`
}

/** The status alone, or why there is none. */
export function short(reply: Reply): string {
  return reply.status === undefined ? (reply.fault ?? 'none') : String(reply.status)
}

/** Two answers that a sender cannot tell apart: same status, same words. */
export function alike(a: Reply, b: Reply): boolean {
  return a.status === b.status && words(a) === words(b)
}

function words(reply: Reply): string {
  return reply.body.replace(/[0-9]+/g, '0').slice(0, 500)
}

/** The beginning of a body, as JSON text. */
export function excerpt(text: string): string {
  return text === '' ? 'an empty body' : JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text)
}

export function times(count: number): string {
  return count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`
}

export function seconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`
}
