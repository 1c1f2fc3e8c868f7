import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRecord } from '../harness/attach/answers.ts'
import { HarnessError } from '../harness/errors.ts'

/** The file that says that a folder was written by this command, and what in it was. */
export const siteMarker = '.conformance-site.json'

/** The folder of a site while it is written. */
export interface SiteFolder {
  readonly files: number
  readonly bytes: number
  /** Writes one file; its path is relative, with `/`. */
  write(path: string, content: string | Uint8Array): Promise<void>
  /** Removes what an earlier site left and this one has not, and notes what is there. To be called however writing ended. */
  close(finished: boolean): Promise<void>
}

/** What this command writes, and so all that it ever removes. */
const ownPath = /^(?:[a-z0-9-]+\/)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/

/**
 * Opens the folder of a site. One that is not empty has to be a site that this command wrote; files that somebody else put there
 * stay as they are. @throws HarnessError `usage`.
 */
export async function openSiteFolder(folder: string): Promise<SiteFolder> {
  const earlier = await earlierFiles(folder)
  await mkdir(folder, { recursive: true }).catch(cannotWrite(folder))
  const written = new Set<string>()
  const made = new Set<string>(['.'])
  let bytes = 0
  // Noted first: a build that is cut off is still a site, and the next one may replace it.
  await note(folder, earlier)
  return {
    get files() {
      return written.size
    },
    get bytes() {
      return bytes
    },
    async write(path, content) {
      const file = join(folder, path)
      if (!made.has(dirname(path))) await mkdir(dirname(file), { recursive: true }).catch(cannotWrite(file))
      made.add(dirname(path))
      await writeFile(file, content).catch(cannotWrite(file))
      written.add(path)
      bytes += typeof content === 'string' ? Buffer.byteLength(content) : content.length
    },
    async close(finished) {
      const stale = earlier.filter((path) => !written.has(path))
      if (finished) for (const path of stale) await rm(join(folder, path), { force: true })
      await note(folder, finished ? [...written] : [...written, ...stale])
    },
  }
}

/** What the site that is there consists of; nothing for a folder that is empty or not there. */
async function earlierFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return new Array<string>()
    return cannotWrite(folder)(cause)
  })
  if (names.length === 0) return []
  const foreign = (fact: string) => new HarnessError('usage', `${folder} ${fact}`, 'name an empty folder, or one that this command wrote: --out DIR')
  if (!names.includes(siteMarker)) throw foreign('is not empty, and is no site that this command wrote')
  const marker: unknown = await readFile(join(folder, siteMarker), 'utf8').then((text) => JSON.parse(text) as unknown).catch(() => undefined)
  const files: unknown = isRecord(marker) && marker['conformanceSite'] === 1 ? marker['files'] : undefined
  if (!Array.isArray(files)) throw foreign(`holds a ${siteMarker} that cannot be read`)
  return files.filter((path): path is string => typeof path === 'string' && ownPath.test(path))
}

async function note(folder: string, files: readonly string[]): Promise<void> {
  const file = join(folder, siteMarker)
  await writeFile(file, `${JSON.stringify({ conformanceSite: 1, files: files.toSorted() }, null, 1)}\n`).catch(cannotWrite(file))
}

function cannotWrite(path: string): (cause: unknown) => never {
  return (cause) => {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new HarnessError('usage', `${path} cannot be written${code}`, 'name another place, or let this user write there', { cause })
  }
}
