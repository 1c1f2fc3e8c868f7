import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createControlApi, type Observable } from '../control-api.ts'
import { debianVersion, missingDebian } from '../debian.ts'
import { freePort } from '../free-port.ts'
import { listen, type Subject } from '../receiver-server.ts'

const program = '/usr/bin/webhook'
const hook = 'orders'

export function missingWebhook(): string | undefined {
  return missingDebian('webhook', program, ['webhook'])
}

/**
 * The program webhook with one hook: POST only, a rule for the signature and one for an id, a command for the effect.
 *
 * It has no control API: the folder that the command works in is read and written beside it, at another origin.
 */
export async function startWebhook(secret: string): Promise<Subject & { readonly control: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-webhook-'))
  const observed = observe(folder)
  observed.reset()
  const port = await freePort()
  writeFileSync(join(folder, 'hooks.json'), JSON.stringify([hookFor(secret)]))
  const child = spawn(program, ['-hooks', join(folder, 'hooks.json'), '-ip', '127.0.0.1', '-port', String(port)], { stdio: 'ignore', env: { ...process.env, FOLDER: folder } })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const api = createControlApi('webhook', debianVersion('webhook'), 'webhook', observed)
  const control = await listen('/control', (request, response) => {
    if (!api.serve(request, response)) response.writeHead(404).end()
  })
  const close = async () => {
    await control.close()
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    const late = setTimeout(kill, 2000)
    await ended
    clearTimeout(late)
    process.off('exit', kill)
    await rm(folder, { recursive: true, force: true })
  }
  const origin = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 100; tries += 1) {
    if (await fetch(origin).then(() => true, () => false)) return { url: `${origin}/hooks/${hook}`, control: control.url, close }
    await pause(50)
  }
  await close()
  throw new Error('webhook does not listen')
}

function hookFor(secret: string): object {
  return {
    id: hook,
    'http-methods': ['POST'],
    'execute-command': resolve('test/subjects/webhook/effect.sh'),
    'pass-arguments-to-command': [{ source: 'payload', name: 'id' }],
    // The answer waits for the command, and a command that fails is a 500.
    'include-command-output-in-response': true,
    'trigger-rule': {
      and: [
        { match: { type: 'payload-hmac-sha256', secret, parameter: { source: 'header', name: 'X-Shop-Signature' } } },
        { match: { type: 'regex', regex: '.', parameter: { source: 'payload', name: 'id' } } },
      ],
    },
    'trigger-rule-mismatch-http-response-code': 401,
  }
}

/** What the command left in its folder, and the faults that it meets there. */
function observe(folder: string): Observable {
  const effects = join(folder, 'effects')
  const faults = join(folder, 'faults')
  return {
    effects: (wanted) => {
      const entries = readdirSync(effects).map((name) => join(effects, name, 'id')).filter((file) => existsSync(file))
      const listed = entries.map((file) => ({ event: readFileSync(file, 'utf8'), at: statSync(file).mtime.toISOString() }))
      return listed.filter(({ event }) => wanted === undefined || event === wanted)
    },
    failNext: (event, times) => {
      const name = createHash('sha256').update(event).digest('hex')
      for (let fault = 1; fault <= times; fault += 1) writeFileSync(join(faults, `${name}.${fault}`), '')
    },
    reset: () => {
      for (const part of [effects, faults]) {
        rmSync(part, { recursive: true, force: true })
        mkdirSync(part)
      }
    },
  }
}
