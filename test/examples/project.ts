import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { root, type Ended } from '../cli/command.ts'

/** A project of somebody else, in a folder of its own. */
export interface Project {
  readonly folder: string
  /** The published command, run there. */
  conformance(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  /** Starts a server there and waits until it answers; it ends with `close`. */
  serve(command: readonly string[], port: number, env: Readonly<Record<string, string>>): Promise<Serving>
  read(file: string): Promise<string>
  write(file: string, text: string): Promise<void>
  /** Copies an example into the project, but for files that are there. */
  copy(example: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Serving {
  /** What it said so far. */
  log(): string
  close(): Promise<void>
}

const startMs = 60_000

/** An empty project; with `packages`, one in which the packages of this checkout are installed. */
export async function newProject(packages: boolean): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-project-'))
  if (packages) await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const servers = new Set<Serving>()
  return {
    folder,
    conformance: (args, env = {}) => ended([process.execPath, join(root, 'dist/conformance.js'), ...args], folder, env),
    async serve(command, port, env) {
      const serving = await serve(command, folder, port, env)
      servers.add(serving)
      return serving
    },
    read: (file) => readFile(join(folder, file), 'utf8'),
    write: (file, text) => writeFile(join(folder, file), text),
    copy: (example) => cp(join(root, example), folder, { recursive: true, force: false }),
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers].map((each) => each.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const given = new Set<number>()

/** A port on which nothing listens, below those that the system gives to whoever asks for any. */
export async function freePort(least = 20_000, most = 32_000): Promise<number> {
  for (;;) {
    const port = least + Math.floor(Math.random() * (most - least + 1))
    if (given.has(port)) continue
    given.add(port)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)))
    await new Promise<void>((resolve) => void server.close(() => resolve()))
    if (free) return port
  }
}

/** Runs a command to its end. */
export function ended([command = '', ...args]: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env
  const child = spawn(command, args, { cwd, env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

async function serve([command = '', ...args]: readonly string[], cwd: string, port: number, env: Readonly<Record<string, string>>): Promise<Serving> {
  // A group of its own: some servers have workers that outlive them.
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let log = ''
  let over = false
  const end = new Promise<void>((resolve) => {
    for (const event of ['close', 'error']) {
      child.once(event, () => {
        over = true
        resolve()
      })
    }
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log = (log + bytes.toString()).slice(-4000)))
  const close = async () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
    await end
  }
  const until = Date.now() + startMs
  while (!(await answers(port))) {
    if (over || Date.now() > until) {
      await close()
      throw new Error(`${command} ${args.join(' ')} did not begin to serve:\n${log}`)
    }
    await pause(50)
  }
  return { log: () => log, close }
}

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) }).then(
    async (reply) => {
      await reply.body?.cancel()
      return true
    },
    () => false,
  )
}
