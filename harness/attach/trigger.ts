import { spawn } from 'node:child_process'
import type { PublishedEvent } from './control.ts'

/** What became of a call to emit events. */
export interface Triggered {
  readonly accepted: boolean
  readonly detail?: string
}

const maxOutputBytes = 1024 * 1024

/**
 * Runs a shell command that makes the target emit: the events stand on its stdin as `{"events": […]}`, their ids on its stdout.
 *
 * Exit code 0 means accepted. The command and its children end with the deadline; what it prints is bounded.
 */
export function runTrigger(command: string, events: readonly PublishedEvent[], deadlineMs: number): Promise<Triggered> {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    let output = ''
    const keep = (chunk: Buffer) => {
      if (output.length < maxOutputBytes) output += chunk.toString('utf8')
    }
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        child.kill('SIGKILL') // the group is gone already
      }
    }
    const timer = setTimeout(() => {
      kill()
      resolve({ accepted: false, detail: `the trigger did not end within ${deadlineMs} ms` })
    }, deadlineMs)
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.stdin.on('error', () => undefined) // a trigger need not read its input
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ accepted: false, detail: error.message })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? { accepted: true } : { accepted: false, detail: `the trigger ended with ${code ?? 'a signal'}: ${output.trim().slice(0, 300)}` })
    })
    child.stdin.end(`${JSON.stringify({ events })}\n`)
  })
}
