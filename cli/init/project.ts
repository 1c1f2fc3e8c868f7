import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../../harness/attach/answers.ts'
import { HarnessError } from '../../harness/errors.ts'
import type { FrameworkName } from './frameworks.ts'

/** A framework of the project, and the file that shows it. */
export interface Clue {
  readonly framework: FrameworkName
  /** Such as `package.json depends on express`. */
  readonly why: string
}

/** What `init` learns from the files of a project. */
export interface Project {
  /** The likeliest first; empty when nothing was found. */
  readonly clues: readonly Clue[]
  /** How its own files say that it starts. */
  readonly start: string | undefined
  /** There is a lock file, by which npm installs exactly. */
  readonly locked: boolean
  /** The package that a command line would otherwise have to name. */
  readonly installed: boolean
}

const maxBytes = 1024 * 1024

/** Reads the manifests of the package managers in a folder; runs nothing. @throws HarnessError `usage` for one that cannot be read. */
export async function readProject(folder: string): Promise<Project> {
  const text = (name: string) => readText(folder, name)
  const manifest = readManifest(await text('package.json'))
  const python = [await text('requirements.txt'), await text('pyproject.toml'), await text('Pipfile')].join('\n').replace(/#.*/g, '')
  const has = async (name: string) => (await stat(join(folder, name)).catch(() => undefined)) !== undefined
  const dependencies = Object.keys({ ...membersOf(manifest, 'devDependencies'), ...membersOf(manifest, 'dependencies') })
  const script = membersOf(manifest, 'scripts')['start']
  return {
    clues: [
      ...(['next', 'fastify', 'hono', 'express'] as const).filter((name) => dependencies.includes(name)).map((name) => ({ framework: name, why: `package.json depends on ${name}` })),
      ...(/(?:^|["'[,\s])flask(?![\w.-])/im.test(python) ? [{ framework: 'flask', why: 'the Python project depends on flask' } as const] : []),
      ...((await has('go.mod')) ? [{ framework: 'go', why: 'there is a go.mod' } as const] : []),
      ...((await has('config.ru')) || (await has('Gemfile')) ? [{ framework: 'ruby', why: 'there is a Gemfile or config.ru' } as const] : []),
      ...((await has('composer.json')) ? [{ framework: 'php', why: 'there is a composer.json' } as const] : []),
      ...(manifest === undefined ? [] : [{ framework: 'node-http', why: 'package.json names no framework that is known' } as const]),
    ],
    start: typeof script === 'string' ? 'npm start' : undefined,
    locked: (await has('package-lock.json')) || (await has('npm-shrinkwrap.json')),
    installed: await has('node_modules/event-delivery-conformance'),
  }
}

/** The text of a file of the folder; empty when it is not there. */
async function readText(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return ''
  if (found.size > maxBytes) throw new HarnessError('usage', `${name} is larger than 1 MiB`, 'name the framework with --framework NAME')
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HarnessError('usage', `${name} cannot be read`, 'let this user read it', { cause })
  })
}

function readManifest(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === '') return undefined
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (isRecord(value)) return value
  } catch (cause) {
    throw new HarnessError('usage', 'package.json is not JSON', 'correct it, and run init again', { cause })
  }
  throw new HarnessError('usage', 'package.json holds no object', 'correct it, and run init again')
}

function membersOf(manifest: Readonly<Record<string, unknown>> | undefined, name: string): Readonly<Record<string, unknown>> {
  const value = manifest?.[name]
  return isRecord(value) ? value : {}
}
