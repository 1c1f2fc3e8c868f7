import { randomBytes } from 'node:crypto'
import type { HeaderLine } from '../harness/http/message.ts'
import type { Profile } from '../harness/profile/profile.ts'
import type { RoleName } from '../harness/role.ts'
import type { RunTarget } from '../harness/run.ts'
import { generateSecret, verifyingSecret, type SigningKeys } from '../harness/signing/key.ts'

/** The reference implementation of a role as a run takes it. */
export interface ReferenceTarget {
  readonly target: RunTarget
  readonly keys: SigningKeys
  /** What its readers have to bring. */
  readonly headers: readonly HeaderLine[]
  /** What must not appear in any artefact. */
  readonly secretTexts: readonly string[]
}

/**
 * The reference of a role inside the process of the run, which closes it.
 *
 * A consumer verifies with the public side of the given secrets, or of a fresh one; every other role makes its own.
 */
export async function referenceTarget(role: RoleName, profile: Profile, secrets: readonly string[]): Promise<ReferenceTarget> {
  const plain = { keys: { secrets }, headers: [], secretTexts: [] }
  switch (role) {
    case 'producer': {
      const { producer } = await import('./producer.ts')
      return { ...plain, target: inProcess((clock) => producer({ profile, clock })) }
    }
    case 'sse-server': {
      const { sseServer } = await import('./sse-server.ts')
      // Its readers bring a token, so that a run can leave it out.
      const token = randomBytes(16).toString('hex')
      return { ...plain, headers: [['Authorization', `Bearer ${token}`]], secretTexts: [token], target: inProcess(() => sseServer({ profile, heartbeatMs: 150, token })) }
    }
    case 'sse-client': {
      const { sseClient } = await import('./sse-client.ts')
      return { ...plain, target: inProcess(() => sseClient({ profile, reconnectMs: 100 })) }
    }
    default:
      return { ...plain, ...(await referenceConsumer(profile, secrets)) }
  }
}

async function referenceConsumer(profile: Profile, secrets: readonly string[]): Promise<Pick<ReferenceTarget, 'target' | 'keys'>> {
  const { consumer } = await import('./consumer.ts')
  const fresh = generateSecret(profile.signature, randomBytes)
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, 'http://127.0.0.1/webhook']))
  const signing = secrets.length > 0 ? secrets : [fresh.signing]
  const verifying = secrets.length > 0 ? secrets.map((secret) => verifyingSecret(profile.signature, secret)) : [fresh.verifying]
  return {
    keys: { secrets: signing, config },
    target: inProcess((clock) => consumer({ profile, keys: { secrets: verifying, config }, clock })),
  }
}

function inProcess(handler: Extract<RunTarget, { kind: 'in-process' }>['handler']): RunTarget {
  return { kind: 'in-process', name: 'reference', steady: true, handler }
}
