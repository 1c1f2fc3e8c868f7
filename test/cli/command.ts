import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const entry = join(root, 'dist/conformance.js')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Bundles the command, as it is published. */
export async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root })
}

/** A command that runs; `ended` resolves once it has exited and its output is read. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env
  const child = spawn(process.execPath, [entry, ...args], { cwd: root, env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
  return { child, ended }
}

export function conformance(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start(args, env).ended
}

/** A server on a free port of the loopback interface. */
export async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server; close(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A URL on which nothing listens any more. */
export async function deadUrl(): Promise<string> {
  const { url, close } = await serve(() => {})
  await close()
  return url
}
