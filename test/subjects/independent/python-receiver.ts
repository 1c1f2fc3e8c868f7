import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Subject } from '../receiver-server.ts'

const script = fileURLToPath(new URL('hmac_timestamp_receiver.py', import.meta.url))

/** Why the Python receiver cannot run here, or undefined. */
export function missingPython(): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import http.server, hmac'], { stdio: 'ignore', timeout: 20_000 })
  return status === 0 ? undefined : 'there is no python3 on this machine'
}

/** The Python receiver as a child process; closing its input ends it. */
export async function start(secret: string): Promise<Subject> {
  const child = spawn('python3', ['-I', script], { env: { ...process.env, SECRET: secret }, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  const close = async () => {
    child.stdin.end()
    await ended
  }
  const lines = createInterface({ input: child.stdout })
  const port = await Promise.race([new Promise<string>((resolve) => void lines.once('line', resolve)), ended])
  lines.close()
  if (port === undefined) throw new Error('the Python receiver ended before it listened')
  return { url: `http://127.0.0.1:${port}/webhook`, close }
}
