import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HarnessError } from '../../harness/errors.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'

/** The profile that a document of a user, with this text, compiles to. */
export async function load(text: string, file = 'orders.yaml'): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'))
  try {
    await writeFile(join(folder, file), text)
    return await loadProfile(join(folder, file))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What a user is told when the document does not compile. */
export async function faultOf(loading: Promise<unknown>): Promise<{ readonly code: string; readonly fact: string; readonly cure: string }> {
  const error: unknown = await loading.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof HarnessError)) throw new Error('the document compiled', { cause: error })
  return { code: error.code, fact: error.message, cure: error.cure }
}
