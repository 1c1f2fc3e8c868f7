import type { PublishedSubject } from './published.ts'
import { consumers } from './published/consumers.ts'
import { producers } from './published/producers.ts'
import { streamClients } from './published/stream-clients.ts'
import { streamServers } from './published/stream-servers.ts'

/** Every published implementation that the tests know, role by role: tests pin what they fail, `npm run reports` publishes it. */
export const published: readonly PublishedSubject[] = [...consumers, ...producers, ...streamServers, ...streamClients]

/** The subject of this name. @throws Error when there is none. */
export function publishedSubject(name: string): PublishedSubject {
  const found = published.find((subject) => subject.name === name)
  if (found === undefined) throw new Error(`there is no subject "${name}"`)
  return found
}
