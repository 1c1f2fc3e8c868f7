import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../cli/run.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { HarnessError } from '../../harness/errors.ts'
import { build, conformance, root, serve, type Ended } from './command.ts'

let folder = ''
let url = ''
let asked = 0
let stop = async () => {}

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'conformance-usage-'))
  const target = await serve((_request, response) => response.writeHead(204).end())
  target.server.on('connection', () => (asked += 1))
  url = target.url
  stop = target.close
  await writeFile(join(folder, 'broken.yaml'), 'asyncapi: 3.0.0\ninfo:\n  title: Broken\n  version: 1.0.0\nchannels: {}\noperations: [\n')
  await writeFile(join(folder, 'event.json'), '{"id": "evt-1",')
  await writeFile(join(folder, 'foreign.json'), '{"kind": "nothing that the profile knows"}')
  await writeFile(join(folder, 'empty-secret'), '\n')
}, 60_000)

afterAll(async () => {
  await stop()
  await rm(folder, { recursive: true, force: true })
})

const secret = ['--secret', 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=']

type Fault = readonly [title: string, args: () => readonly string[], code: string, fact: RegExp, cure: RegExp]

/** A terminal that keeps what is printed. */
function deafTerminal(): Terminal & { readonly printed: string[] } {
  const printed: string[] = []
  const write = async (text: string) => void printed.push(text)
  return { printed, out: write, err: write, colour: false, width: 100, live: undefined, signal: new AbortController().signal }
}

describe('a command line with a fault is refused before anything is sent', () => {
  const faults: readonly Fault[] = [
    ['a flag without its value', () => ['--target'], 'usage', /--target lacks its value/, /URL/],
    ['a duration without unit', () => ['--target', url, '--budget', '60'], 'usage', /--budget 60/, /60s/],
    ['a flag of another role', () => ['--target', url, '--trigger', 'x'], 'usage', /producer/, /leave it out/],
    ['a flag of a producer for a consumer', () => ['--target', url, '--role', 'consumer', ...secret, '--listen', '127.0.0.1:0'], 'usage', /the role here is consumer/, /leave it out/],
    ['a flag of a consumer for a producer', () => ['--target', url, '--role', 'producer', '--concurrency', '2'], 'usage', /--concurrency is for the ro/, /leave it out/],
    ['a place to listen that is none', () => ['--target', url, '--role', 'producer', '--listen', '8080'], 'usage', /HOST:PORT/, /127\.0\.0\.1:8080/],
    ['a public URL that is none', () => ['--target', url, '--role', 'producer', '--public-url', 'tunnel.example:80'], 'usage', /--public-url/, /http:\/\/tunnel\.example:80/],
    ['a trigger for the reference', () => ['--target', 'reference', '--role', 'producer', '--trigger', 'x'], 'usage', /--trigger is given/, /name the URL/],
    ['one file for the reports of two roles', () => ['--target', 'reference', '--reporter', `junit=${join(folder, 'own.xml')}`], 'usage', /several roles/, /--role consumer/],
    ['a baseline that is not there', () => ['--target', url, ...secret, '--baseline', join(folder, 'none.json')], 'bad-baseline', /there is no baseline at /, /--update-baseline/],
    ['a header that is none', () => ['--target', url, ...secret, '--header', 'Authorization'], 'usage', /NAME: VALUE/, /--header/],
    ['two reporters on standard output', () => ['--target', url, ...secret, '--reporter', 'json', '--reporter', 'junit'], 'usage', /both print/, /=FILE/],
    ['an unknown role', () => ['--target', url, '--role', 'consumr'], 'unknown-role', /consumr/, /did you mean consumer/],
    ['a role that is not written yet', () => ['--target', url, '--role', 'feed-server'], 'role-not-written', /feed-server are not written yet/, /consumer, producer, sse-server, sse-client/],
    ['an unknown profile', () => ['--target', url, ...secret, '--profile', 'strip'], 'unknown-profile', /"strip"/, /did you mean stripe/],
    ['a host that is not loopback', () => ['--target', 'http://receiver.example/hook', ...secret], 'host-not-allowed', /receiver\.example/, /--allow-host receiver\.example/],
    ['a control API on a foreign host', () => ['--target', url, ...secret, '--control', 'http://receiver.example/c'], 'host-not-allowed', /receiver\.example/, /--allow-host/],
    ['a secret in a variable that is not set', () => ['--target', url, '--secret', 'env:NO_SUCH_VARIABLE'], 'bad-secret', /NO_SUCH_VARIABLE is not set/, /set it/],
    ['a secret in an empty file', () => ['--target', url, '--secret', `file:${join(folder, 'empty-secret')}`], 'bad-secret', /is empty/, /write the secret/],
    ['an event that is not JSON', () => ['--target', url, ...secret, '--profile', 'event-delivery', '--event', join(folder, 'event.json')], 'bad-event', /event\.json is not JSON/, /correct it/],
    ['an event without identity', () => ['--target', url, ...secret, '--profile', 'event-delivery', '--event', join(folder, 'foreign.json')], 'bad-event', /nothing at \/id/, /complete the event/],
  ]

  it.each(faults)('%s', async (_title, args, code, fact, cure) => {
    const before = asked
    const terminal = deafTerminal()
    const refused = runCommand(args(), terminal)
    await expect(refused).rejects.toBeInstanceOf(HarnessError)
    await expect(refused).rejects.toMatchObject({ code, exitCode: 2, message: expect.stringMatching(fact), cure: expect.stringMatching(cure) })
    expect(terminal.printed).toEqual([])
    expect(asked).toBe(before)
  })
})

describe('a fault ends the process with exit 2, the fact and the cure on standard error, and no stack', () => {
  const faults: readonly Fault[] = [
    ['an unknown command', () => ['rnu'], 'usage', /no command "rnu"/, /did you mean run\?/],
    ['a misspelled flag', () => ['run', '--tagret', url], 'usage', /no flag --tagret/, /--target/],
    ['a broken profile', () => ['run', '--target', url, ...secret, '--profile', join(folder, 'broken.yaml')], 'broken-profile', /broken\.yaml:[67]:\d+: /, /./],
    ['no secret', () => ['run', '--target', url], 'bad-secret', /no secret was given/, /the same secret.*--secret env:NAME.*--role producer/],
    ['an id that nothing has', () => ['explain', 'webhook-signature-cover-body'], 'usage', /webhook-signature-cover-body/, /did you mean webhook-signature-covers-body/],
  ]

  it.each(faults)('%s', async (_title, args, code, fact, cure) => {
    const ended = await conformance(args())
    expect(ended.code, ended.err).toBe(2)
    expect(faultOf(ended)).toEqual({ code, fact: expect.stringMatching(fact), cure: expect.stringMatching(cure) })
    expect(ended.out).toBe('')
  })
})

/** The two lines that every fault is told in. */
function faultOf({ err }: Ended): { readonly code: string; readonly fact: string; readonly cure: string } {
  const [, code = '', fact = '', cure = ''] = /^error\[([\w-]+)\]: (.+)\ncure: (.+)\n$/.exec(err) ?? []
  return { code, fact, cure }
}

it('a pattern that matches nothing and a selection that leaves nothing are exit 2', async () => {
  const [unmatched, empty] = await Promise.all([
    conformance(['run', '--target', 'reference', '--role', 'consumer', '--only', 'no-such-*']),
    conformance(['run', '--target', 'reference', '--role', 'consumer', '--only', 'consumer-signature', '--skip', 'consumer-*']),
  ])
  expect([unmatched.code, faultOf(unmatched).code, unmatched.out]).toEqual([2, 'unmatched-pattern', ''])
  expect([empty.code, faultOf(empty).code, empty.out]).toEqual([2, 'empty-selection', ''])
})

it('a plan sends nothing and shows every request without the secret', async () => {
  const before = asked
  const { code, out } = await conformance(['run', '--target', url, ...secret, '--plan', '--header', 'Authorization: Bearer planned-token', '--only', 'webhook-signature-covers-body'])
  expect(code).toBe(0)
  expect(asked).toBe(before)
  expect(out).toContain(`POST ${url}`)
  expect(out).toContain('consumer-signature/body-value-changed')
  expect(out).toMatch(/listeners: none/)
  expect(out).toContain('Authorization: [redacted]')
  expect(out).not.toContain('planned-token')
  expect(Number(/(\d+) requests/.exec(out)?.[1])).toBe(out.match(/^ +x\d+\.\d+ +POST /gm)?.length)
})

it('a plan for a producer sends nothing and shows endpoints with their answers, events and waits', async () => {
  const before = asked
  const terminal = deafTerminal()
  const flags = ['--role', 'producer', '--only', 'producer-retry/fails-once', '--trigger', 'emit.sh', '--listen', '127.0.0.1:8099', '--public-url', 'http://tunnel.example']
  expect(await runCommand(['--target', url, '--plan', ...flags], terminal)).toBe(0)
  expect(asked).toBe(before)
  const plan = terminal.printed.join('')
  expect(plan).toMatch(/^plan: 2 cases, 2 endpoints, 2 events, nothing is sent\n/)
  expect(plan).toContain('listener: 127.0.0.1, port 8099, reached by the target at http://tunnel.example/; ')
  expect(plan).toContain('events: the command emit.sh')
  expect(plan).toContain('open endpoint: it answers 500 to the first attempt, 200 to all later ones')
})

it('an unsupported runtime is told so before anything modern is loaded', async () => {
  const script = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.0' } }); import('./dist/conformance.js')"
  const seen = await new Promise<{ code: unknown; err: string }>((resolve) => {
    const child = execFile(process.execPath, ['--input-type=module', '--eval', script], { cwd: root }, (_error, _out, err) => resolve({ code: child.exitCode, err }))
  })
  expect(seen.code).toBe(5)
  expect(seen.err).toMatch(/^error\[runtime\]: Node 18\.19\.0 is too old\ncure: /)
})
