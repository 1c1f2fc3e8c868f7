import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import type { Subject } from './receiver-server.ts'

/** The subjects as one program that any supported Node.js runs. */
export interface Program {
  /**
   * Starts a subject in a process of its own, so that a crash is a crash of the subject.
   *
   * An exception that nobody awaits only warns there. By Node's default it would end the process, and nothing after it
   * could be measured.
   */
  start(name: string, secret: string): Promise<Subject>
  close(): Promise<void>
}

export async function buildSubjects(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-subjects-'))
  const outfile = join(folder, 'serve.cjs')
  await build({ entryPoints: ['test/subjects/serve.ts'], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' })
  return {
    start: (name, secret) => startChild(process.execPath, ['--unhandled-rejections=warn', outfile, name], secret),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Starts a program that prints its URL in its first line and ends with its input. @throws Error when it ends before. */
export async function startChild(command: string, options: readonly string[], secret: string): Promise<Subject> {
  const child = spawn(command, options, { env: { ...process.env, SECRET: secret }, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })
  const url = await Promise.race([new Promise<string>((resolve) => void lines.once('line', resolve)), ended])
  lines.close()
  if (url === undefined) throw new Error(`${command} ${options.join(' ')} ended before it listened`)
  return {
    url,
    async close() {
      child.stdin.end()
      const kill = setTimeout(() => child.kill('SIGKILL'), 2000)
      await ended
      clearTimeout(kill)
    },
  }
}
