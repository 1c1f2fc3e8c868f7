import type { Look } from '../report/html/outcome.ts'
import type { Entry } from './entry.ts'

/** The letters of the cells of the matrix: what a look is called in tens of thousands of places. */
export const lookLetters: Readonly<Record<Look, string>> = { passed: 'p', failed: 'f', warning: 'w', unproven: 'u', faulted: 'x', inapplicable: 'n' }

const roleNames: ReadonlyMap<string, string> = new Map([
  ['consumer', 'Consumers of webhooks'],
  ['producer', 'Producers of webhooks'],
  ['sse-server', 'Servers of event streams'],
  ['sse-client', 'Clients of event streams'],
  ['feed-server', 'Servers of feeds'],
  ['feed-client', 'Clients of feeds'],
])

export function roleWords(role: string): string {
  return roleNames.get(role) ?? `Role ${role}`
}

/** Name and version. */
export function nameOf({ name, version }: Entry): string {
  return version === '' ? name : `${name} ${version}`
}

/** Under what an entry was judged. */
export function underWords({ profile, via }: Entry): string {
  return via === undefined ? profile : `${profile}, through ${via}`
}

/** The verdict of an entry in a few words, with the sign it takes. Nothing measured is never conformant. */
export function verdictWords({ conformant, claim, measured, failed }: Entry): { readonly look: Look; readonly words: string } {
  if (conformant === false) return { look: 'failed', words: failed.MUST > 0 ? `${failed.MUST} MUST failed` : 'not conformant' }
  if (conformant === null || measured === 0) return { look: 'unproven', words: 'could not be measured' }
  return claim === 'full' ? { look: 'passed', words: 'conformant' } : { look: 'unproven', words: 'no MUST broken, not all measured' }
}
