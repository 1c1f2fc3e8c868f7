import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../cli/command.ts'

/** A project of somebody who has installed the package, as it was built, beside its optional peers. */
export interface Project {
  readonly folder: string
  write(file: string, text: string): Promise<void>
  /** Runs a JavaScript file of another package under this Node, in the folder. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  /** Runs the test files with vitest and reads what its JSON reporter says. */
  vitest(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<TestedProject>
  remove(): Promise<void>
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface TestedProject extends Ended {
  /** By the name of the file. */
  readonly files: ReadonlyMap<string, TestedFile>
}

export interface TestedFile {
  readonly status: string
  /** What kept the file from being collected. */
  readonly message: string
  readonly tests: readonly TestedCase[]
}

export interface TestedCase {
  readonly title: string
  readonly ancestorTitles: readonly string[]
  readonly status: string
  readonly failureMessages: readonly string[]
}

export async function createProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-project-'))
  const installed = join(folder, 'node_modules/event-delivery-conformance')
  await mkdir(installed, { recursive: true })
  await cp(join(root, 'dist'), join(installed, 'dist'), { recursive: true, filter: (path) => !path.includes(join('dist', 'scripts')) })
  await cp(join(root, 'package.json'), join(installed, 'package.json'))
  for (const peer of ['vitest', 'msw', '@types']) await symlink(join(root, 'node_modules', peer), join(folder, 'node_modules', peer))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')

  const node: Project['node'] = (args, env = {}) =>
    new Promise((resolve, reject) => {
      // A test that runs inside vitest must not hand its worker's settings down.
      const { VITEST: _, VITEST_WORKER_ID: __, VITEST_POOL_ID: ___, NODE_OPTIONS: ____, ...rest } = process.env
      const child = spawn(process.execPath, [...args], { cwd: folder, env: { ...rest, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      let [out, err] = ['', '']
      child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
      child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, out, err }))
    })

  return {
    folder,
    write: (file, text) => writeFile(join(folder, file), text),
    node,
    async vitest(args, env) {
      const output = join(folder, 'results.json')
      const ended = await node([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--maxWorkers', '2', '--reporter', 'json', '--reporter', 'verbose', '--outputFile.json', output, ...args], env)
      return { ...ended, files: readResults(JSON.parse(await readFile(output, 'utf8'))) }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The report of vitest's JSON reporter, which has the shape of Jest's. */
function readResults(report: { readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string; readonly assertionResults: readonly TestedCase[] }[] }): ReadonlyMap<string, TestedFile> {
  return new Map(report.testResults.map(({ name, status, message, assertionResults }) => [name.slice(name.lastIndexOf('/') + 1), { status, message, tests: assertionResults }]))
}
