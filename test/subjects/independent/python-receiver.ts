import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startChild } from '../child.ts'
import type { Subject } from '../receiver-server.ts'

const script = fileURLToPath(new URL('hmac_timestamp_receiver.py', import.meta.url))

/** Why the Python receiver cannot run here, or undefined. */
export function missingPython(): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import http.server, hmac'], { stdio: 'ignore', timeout: 20_000 })
  return status === 0 ? undefined : 'there is no python3 on this machine'
}

/** The Python receiver in a process of its own. */
export function start(secret: string): Promise<Subject> {
  return startChild('python3', ['-I', script], secret)
}
