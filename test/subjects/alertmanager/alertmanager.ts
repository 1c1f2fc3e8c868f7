import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { missingDebian } from '../debian.ts'

/** Alertmanager in a process of its own, on loopback and on a port of its own. */
export interface Alertmanager {
  readonly url: string
  /** Shell command that posts events as alerts. */
  readonly trigger: string
  /** Makes it notify this URL with this credential, with further members of its `http_config`. */
  notify(url: string, secret: string, httpConfig?: Readonly<Record<string, unknown>>): Promise<void>
  close(): Promise<void>
}

const program = '/usr/bin/prometheus-alertmanager'
const startMs = 15_000
/** The shortest time that Alertmanager gives a flush, and with it an attempt. */
export const groupIntervalMs = 10_000

/** Why Alertmanager cannot run here, or undefined. Where Debian's package can be installed, it is. */
export function missingAlertmanager(): string | undefined {
  return missingDebian('prometheus-alertmanager', program, ['prometheus-alertmanager'])
}

/** Starts Alertmanager without any receiver. @throws Error when it ends or stays silent instead of listening. */
export async function startAlertmanager(): Promise<Alertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-alertmanager-'))
  const file = join(folder, 'alertmanager.yml')
  await writeFile(file, configuration({}))
  const child = spawn(program, [`--config.file=${file}`, `--storage.path=${join(folder, 'data')}`, '--web.listen-address=127.0.0.1:0', '--web.external-url=http://127.0.0.1:9093', '--cluster.listen-address='], { stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const close = async () => {
    await ended(child)
    process.off('exit', kill)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = `http://${await addressOf(child)}`
    const trigger = [process.execPath, resolve('test/subjects/alertmanager/trigger.mjs'), url].map((word) => `"${word}"`).join(' ')
    return {
      url,
      trigger,
      close,
      async notify(target, secret, httpConfig = {}) {
        // JSON is YAML, and quotes whatever a secret may hold.
        await writeFile(file, configuration({ webhook_configs: [{ url: target, send_resolved: false, http_config: { authorization: { type: 'Bearer', credentials: secret }, ...httpConfig } }] }))
        const { ok, status } = await fetch(`${url}/-/reload`, { method: 'POST', signal: AbortSignal.timeout(startMs) })
        if (!ok) throw new Error(`Alertmanager did not take its configuration: ${status}`)
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A group for each alert, notified at once and never repeated after a success. */
function configuration(receiver: Readonly<Record<string, unknown>>): string {
  const route = { receiver: 'webhook', group_by: ['...'], group_wait: '0s', group_interval: `${groupIntervalMs / 1000}s`, repeat_interval: '4h' }
  return JSON.stringify({ route, receivers: [{ name: 'webhook', ...receiver }] })
}

/** The address that stands in the log once Alertmanager listens. The log is read on to its end, so that it never blocks. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Alertmanager did not listen within ${startMs} ms`)), startMs)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Alertmanager ended with ${code ?? 'a signal'} before it listened`)))
    if (!child.stderr) return
    createInterface({ input: child.stderr }).on('line', (line) => {
      const address = /msg="?Listening on"? address=(127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (address === undefined) return
      clearTimeout(late)
      resolve(address)
    })
  })
}

/** Ends the process, by force after two seconds. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 2000)
  await gone
  clearTimeout(force)
}
