import { existsSync } from 'node:fs'
import { parse } from 'node:path'
import compiled from '../../generated/profiles.json'
import { HarnessError } from '../errors.ts'
import { distance } from './nearness.ts'
import type { Profile } from './profile.ts'

const extensions = ['.yaml', '.yml', '.json']

/** Every built-in profile, `event-delivery` first, the others by name. */
export function builtInProfiles(): readonly Profile[] {
  // The build has compiled them; the type that is inferred from the JSON knows nothing of unions.
  return compiled as unknown as readonly Profile[]
}

/**
 * A built-in profile by its name, or the one that a `.yaml`, `.yml` or `.json` document describes.
 *
 * Throws `unknown-profile` with the names that come near, and `broken-profile` for a fault in the document.
 */
export async function loadProfile(nameOrFile: string): Promise<Profile> {
  const builtIn = builtInProfiles().find(({ name }) => name === nameOrFile)
  if (builtIn !== undefined) return builtIn
  const { ext, name, dir } = parse(nameOrFile)
  if (extensions.includes(ext.toLowerCase()) || (dir !== '' && existsSync(nameOrFile))) {
    const { readProfile } = await import('./read.ts')
    return await readProfile(nameOrFile, name)
  }
  throw unknownProfile(nameOrFile)
}

function unknownProfile(wanted: string): HarnessError {
  const names = builtInProfiles().map(({ name }) => name)
  const near = names
    .map((name) => ({ name, far: name.includes(wanted) || wanted.includes(name) ? 0 : distance(wanted.toLowerCase(), name) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
  const cure = near.length > 0 ? `did you mean ${near.map(({ name }) => name).join(' or ')}?` : `built in are ${names.join(', ')}.`
  return new HarnessError('unknown-profile', `there is no profile "${wanted}"`, `${cure} The name of a file ends in ${extensions.join(', ')}`)
}
