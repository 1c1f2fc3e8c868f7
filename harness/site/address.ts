import type { Entry } from './entry.ts'

/** Roles that have a folder of their own; any other word that a report calls a role shares one. */
export const roleOrder = ['consumer', 'producer', 'sse-server', 'sse-client', 'feed-server', 'feed-client'] as const

const ownProfile = 'event-delivery'
const nameLimit = 40
const profileLimit = 24

/**
 * The page of each entry, such as `sse-client/undici-eventsource.whatwg.html`: the folder says the role, the file the name and the
 * profile, unless that is the project's own, in small letters, digits and dashes, so that no name leads out of the site. Names that would share a page get a
 * few digits of their key's digest, all of them, so that a page does not depend on which of them was first.
 */
export function addressesOf(entries: readonly Entry[]): ReadonlyMap<Entry, string> {
  const wanted = entries.map((entry) => [entry, stemOf(entry)] as const)
  const sharing = new Map<string, number>()
  for (const [, stem] of wanted) sharing.set(stem, (sharing.get(stem) ?? 0) + 1)
  return new Map(wanted.map(([entry, stem]) => [entry, `${stem}${(sharing.get(stem) ?? 0) > 1 ? `.${entry.key.slice(0, 10)}` : ''}.html`]))
}

export function rulePath(id: string): string {
  return `rules/${id}.html`
}

export function chapterPath(name: string): string {
  return name === 'README' ? 'spec/index.html' : `spec/${name}.html`
}

/** How the names of the files beside the page of an entry end. */
export type Ending = 'json' | 'report.html' | 'transcript.ndjson.gz' | 'attestation.dsse.json'

/** What lies beside the page of an entry. */
export function besidePage(page: string, ending: Ending): string {
  return page.replace(/html$/, ending)
}

function stemOf({ name, role, profile, via }: Entry): string {
  const folder = roleOrder.find((each) => each === role) ?? 'other'
  const under = [...(profile === ownProfile ? [] : [part(profile, profileLimit) || 'none']), ...(via === undefined ? [] : [part(via, profileLimit) || 'via'])]
  return [`${folder}/${part(name, nameLimit) || 'unnamed'}`, ...under].join('.')
}

function part(text: string, limit: number): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, limit).replace(/^-|-$/g, '')
}
