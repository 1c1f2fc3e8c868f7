import { loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import type { RoleName } from '../../harness/role.ts'
import { run, type RunOptions, type RunResult } from '../../harness/run.ts'
import { suites } from '../../suites/index.ts'

/** An implementation that nobody here wrote, and how a run is attached to it. */
export interface PublishedSubject {
  readonly role: RoleName
  readonly name: string
  /** The folder of its report, below the one of its role. */
  readonly slug: string
  readonly kind: 'library' | 'server' | 'browser' | 'program'
  /** What it is written in. */
  readonly language: string
  readonly homepage: string
  /** For strangers: how it was set up, and what was done in its place. */
  readonly setting: string
  /** Its page below docs/discoveries. */
  readonly discovery: string
  /** A built-in profile, or the path of a document. */
  readonly profile: string
  /** What is installed here. Asked only where nothing is missing. */
  readonly version: () => string
  /** Why it cannot run here, or undefined. */
  readonly missing?: () => string | undefined
  /** Starts it. The profile may come back narrowed to what it offers. */
  readonly attach: (profile: Profile) => Promise<Attached>
}

/** A subject that listens, until it is closed. */
export interface Attached {
  readonly options: Pick<RunOptions, 'target' | 'profile' | 'keys'> & Partial<Omit<RunOptions, 'role' | 'suites'>>
  close(): Promise<void>
}

/** Runs every suite of its role against a fresh subject on real time, and closes it. */
export async function measureSubject({ role, profile, attach }: PublishedSubject): Promise<RunResult> {
  const { options, close } = await attach(await loadProfile(profile))
  try {
    return await run({ role, suites, seed: 1, ...options })
  } finally {
    await close()
  }
}
