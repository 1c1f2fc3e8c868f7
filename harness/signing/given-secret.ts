import { readFile } from 'node:fs/promises'
import { HarnessError } from '../errors.ts'

/** A secret, and how a shell spells it without showing it. */
export interface GivenSecret {
  readonly text: string
  /** `env:NAME`, `file:PATH`, or undefined for a secret that was typed. */
  readonly spelled: string | undefined
}

const maxBytes = 65_536

/**
 * Reads `env:NAME`, `file:PATH` or the text itself. `place` is where the user wrote it, such as `--secret`.
 *
 * @throws HarnessError `bad-secret`; the secret is not part of it.
 */
export async function readSecret(given: string, place: string): Promise<GivenSecret> {
  if (given.startsWith('env:')) return { text: environmentVariable(given.slice(4), place), spelled: given }
  if (!given.startsWith('file:')) return { text: given, spelled: undefined }
  const path = given.slice(5)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new HarnessError('bad-secret', `the file ${path} of ${place} cannot be read`, 'correct the path, or let this user read it', { cause })
  })
  if (bytes.length > maxBytes) throw new HarnessError('bad-secret', `the file ${path} of ${place} is larger than 64 KiB`, 'name the file that holds nothing but the secret')
  const text = bytes.toString('utf8').replace(/\r?\n$/, '')
  if (text === '') throw new HarnessError('bad-secret', `the file ${path} of ${place} is empty`, 'write the secret into it')
  return { text, spelled: given }
}

/** The value of an environment variable that `place` names. @throws HarnessError `bad-secret` when it is not set, or empty. */
export function environmentVariable(name: string, place: string): string {
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  throw new HarnessError('bad-secret', `the environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}`, `set it, or correct ${place}`)
}
