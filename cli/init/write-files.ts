import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError } from '../../harness/errors.ts'

/** A file that is to be written, by its path below the project. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/**
 * Writes all files or none: what is in the way is told before the first is written.
 *
 * Each is written beside its place and then moved there, so that a full disk leaves the one before as it was.
 *
 * @throws HarnessError `usage` when a file is there and `force` is not set, or cannot be written.
 */
export async function writeFiles(folder: string, files: readonly NewFile[], force: boolean): Promise<void> {
  const there = await existing(folder, files.map(({ path }) => path))
  if (there.length > 0 && !force) {
    const verb = there.length === 1 ? 'exists' : 'exist'
    throw new HarnessError('usage', `${there.join(', ')} ${verb}, and nothing was written`, `move ${there.length === 1 ? 'it' : 'them'} away, or replace ${there.length === 1 ? 'it' : 'them'} with --force`)
  }
  for (const { path } of files) await mkdir(dirname(join(folder, path)), { recursive: true }).catch(cannotWrite(path))
  for (const { path, text } of files) {
    const place = join(folder, path)
    const partial = `${place}.${process.pid}.tmp`
    try {
      await writeFile(partial, text, { flag: 'wx' })
      await rename(partial, place)
    } catch (cause) {
      await rm(partial, { force: true })
      cannotWrite(path)(cause)
    }
  }
}

/** Those of the paths at which there is something, be it a link to nowhere. */
export async function existing(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => lstat(join(folder, path)).then(() => true, () => false)))
  return paths.filter((_, index) => found[index])
}

function cannotWrite(path: string): (cause: unknown) => never {
  return (cause) => {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new HarnessError('usage', `${path} cannot be written${code}`, 'let this user write there, and see that no file stands where a folder has to be', { cause })
  }
}
