import { dirname, isAbsolute, join, normalize, parse, relative } from 'node:path'
import { HarnessError } from '../errors.ts'
import { compileProfile } from '../profile/compile.ts'
import { builtInProfiles, loadProfile } from '../profile/load.ts'
import { isObject, SourceDocument, type Path } from '../profile/locate.ts'
import type { Profile } from '../profile/profile.ts'
import { builtInDocument } from './package-folder.ts'

/** A place in one of the documents that a profile is written in. */
export interface Place {
  readonly file: string
  readonly path: Path
}

/** A schema and where it stands. */
export interface PlacedSchema {
  readonly schema: unknown
  readonly place: Place
}

/** A profile together with the words it was compiled from. */
export interface ProfileSource {
  readonly profile: Profile
  readonly document: SourceDocument
  readonly documents: Documents
}

const maxFiles = 64

/**
 * Reads a built-in profile by its name, or the user's document, with every file beside it that a `$ref` names.
 *
 * @throws HarnessError `unknown-profile` or `broken-profile`, as a run would.
 */
export async function readProfileSource(nameOrFile: string): Promise<ProfileSource> {
  const builtIn = builtInProfiles().some(({ name }) => name === nameOrFile)
  // Only to say what is wrong with a name, in the words of a run.
  if (!builtIn) await loadProfile(nameOrFile)
  const file = builtIn ? builtInDocument(nameOrFile) : normalize(nameOrFile)
  const { readDocument } = await import('../profile/read.ts')
  const { value, origin } = await readDocument(file, builtIn ? nameOrFile : parse(nameOrFile).name)
  const document = new SourceDocument(value, origin)
  return { profile: compileProfile(value, origin), document, documents: new Documents(file, await besides(file, document)) }
}

/** The documents of a profile by file, and what their references mean. A file that cannot be read is a fault once it is needed. */
export class Documents {
  readonly main: string
  private readonly files: ReadonlyMap<string, SourceDocument | HarnessError>

  constructor(main: string, files: ReadonlyMap<string, SourceDocument | HarnessError>) {
    this.main = main
    this.files = files
  }

  /** What a `$ref` that stands at a place means: `#/…` in the same file, or a file beside the document. Chains are not followed. */
  resolve(reference: string, from: Place): PlacedSchema {
    const [target, fragment = ''] = reference.split('#', 2)
    const file = target === '' || target === undefined ? from.file : fileOf(this.main, from.file, target)
    if (file === undefined) this.fail(from, `the reference ${quoted(reference)} leaves the folder of the document`, 'put the schema into the document, or into a file beside it; nothing is ever fetched')
    const document = this.files.get(file)
    if (document instanceof HarnessError) throw document
    const path = fragment === '' ? [] : fragment.split('/').slice(1).map(unescaped)
    const schema = document && (fragment === '' || fragment.startsWith('/')) ? memberAt(document.root.value, path) : undefined
    if (schema === undefined) this.fail(from, `the reference ${quoted(reference)} leads nowhere`, 'let it point at an existing member, such as #/components/schemas/Order')
    return { schema, place: { file, path } }
  }

  /** Ends the command: the document is at fault at this place. */
  fail({ file, path }: Place, fact: string, cure: string): never {
    const document = this.files.get(file)
    if (document instanceof SourceDocument) document.fail({ value: undefined, paths: [path] }, [], fact, cure)
    throw new HarnessError('broken-profile', `${file}: ${fact}`, cure)
  }
}

/** The document itself and every file that a reference in one of them names, as far as it can be read. */
async function besides(main: string, root: SourceDocument): Promise<ReadonlyMap<string, SourceDocument | HarnessError>> {
  const { readDocument } = await import('../profile/read.ts')
  const files = new Map<string, SourceDocument | HarnessError>([[main, root]])
  // A map is walked in the order of insertion, and goes on with what is added meanwhile.
  for (const [from, document] of files) {
    if (document instanceof HarnessError) continue
    for (const reference of referencesIn(document.root.value)) {
      const file = fileOf(main, from, reference.split('#', 1)[0] ?? '')
      if (file === undefined || files.has(file)) continue
      if (files.size >= maxFiles) throw new HarnessError('broken-profile', `${main} and what it refers to are more than ${maxFiles} files`, 'bundle the schemas into fewer files')
      files.set(file, await readDocument(file, parse(file).name).then(({ value, origin }) => new SourceDocument(value, origin), faultOf))
    }
  }
  return files
}

function faultOf(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error
  throw error
}

/** Each `$ref` that names a file. A shared part of the document is looked at once, however often an alias repeats it. */
function referencesIn(value: unknown): readonly string[] {
  const found: string[] = []
  const seen = new Set<unknown>()
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    for (const [key, member] of Object.entries(next)) {
      if (key === '$ref' && typeof member === 'string' && !member.startsWith('#')) found.push(member)
      else open.push(member)
    }
  }
  return found.sort()
}

/** The file that the first half of a reference names, or undefined when it is none beside the document or below. */
function fileOf(main: string, from: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('/')) return undefined
  const file = join(dirname(from), unescaped(target))
  const below = relative(dirname(main), file)
  return below === '' || below.startsWith('..') || isAbsolute(below) ? undefined : file
}

function memberAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, key) => {
    if (Array.isArray(current)) return current[Number(key)]
    return isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined
  }, value)
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return part
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}
