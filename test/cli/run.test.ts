import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, conformance, deadUrl, serve, start } from './command.ts'

let folder = ''
const at = (...parts: readonly string[]) => join(folder, ...parts)
const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'conformance-run-'))
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Roles whose suites are written, in the order in which the reference is judged. */
const written = ['consumer', 'producer', 'sse-server', 'sse-client']

describe('a run against the reference', () => {
  it('is conformant in every written role, says what it judged, and is the same when judged again', async () => {
    const run = await conformance(['run', '--target', 'reference', '--out', at('reference'), '--reporter', 'pretty'])
    expect(run.code, run.err).toBe(0)
    const parts = run.out.split(/^(?=role: )/m).map((part) => part.split('\n'))
    expect(parts.map(([line]) => line?.replace(/ \(.*/, ''))).toEqual(written.map((role) => `role: ${role}`))
    for (const [, claim] of parts) expect(claim).toMatch(/^(conformant|partial): /)
    expect(run.out.match(/^CONFORMANT/gm)).toHaveLength(written.length)
    expect(run.out).not.toContain('\x1b')
    expect((await readdir(at('reference'))).toSorted()).toEqual(written.toSorted())
    for (const role of written) expect((await readdir(at('reference', role))).toSorted()).toEqual(['report.html', 'report.json', 'report.txt', 'transcript.ndjson'])

    const again = await conformance(['judge', at('reference')])
    expect(again.code, again.err).toBe(0)
    expect(again.out.match(/^the report says what its transcript says$/gm)).toHaveLength(written.length)
  }, 60_000)

  it('in one role writes every report of it, and no secret of an endpoint', async () => {
    const args = ['--role', 'producer', '--only', 'producer-delivery', '--skip', 'producer-delivery/burst', '--out', at('one'), '--reporter', 'pretty', '--reporter', `junit=${at('own.xml')}`]
    const run = await conformance(['run', '--target', 'reference', ...args])
    expect(run.code, run.err).toBe(0)
    expect(run.out).toMatch(/^partial: /)
    expect((await readdir(at('one'))).toSorted()).toEqual(['report.html', 'report.json', 'report.txt', 'report.xml', 'transcript.ndjson'])
    expect(await readFile(at('own.xml'), 'utf8')).toBe(await readFile(at('one', 'report.xml'), 'utf8'))
    const transcript = await readFile(at('one', 'transcript.ndjson'), 'utf8')
    // The profile names the prefix; what stands after it would be a secret.
    expect(transcript.match(/whsec_[\w+/=-]+/g)).toBeNull()
    expect(transcript.split('\\"secret\\":\\"[redacted]\\"').length).toBeGreaterThan(10)
  }, 30_000)

  it('that was tampered with is found out', async () => {
    await cp(at('reference', 'consumer'), at('tampered'), { recursive: true })
    const report = JSON.parse(await readFile(at('reference', 'consumer', 'report.json'), 'utf8'))
    const passed = report.verdicts.find((verdict: { outcome: string }) => verdict.outcome === 'passed')
    passed.outcome = 'failed'
    await writeFile(at('tampered', 'report.json'), JSON.stringify(report))
    const { code, out } = await conformance(['judge', at('tampered', 'report.json')])
    expect(code).toBe(1)
    expect(out).toContain(`${passed.case} ${passed.requirement}: the report says failed, the transcript passed`)
  })

  it('whose transcript was cut off is no report', async () => {
    await cp(at('reference', 'producer'), at('cut'), { recursive: true })
    const lines = (await readFile(at('reference', 'producer', 'transcript.ndjson'), 'utf8')).split('\n')
    await writeFile(at('cut', 'transcript.ndjson'), lines.slice(0, 5).join('\n'))
    const cut = await conformance(['judge', at('cut')])
    await writeFile(at('cut', 'transcript.ndjson'), [...lines.slice(0, 3), '{"kind":', ...lines.slice(4)].join('\n'))
    const malformed = await conformance(['judge', at('cut')])
    expect([cut.code, malformed.code]).toEqual([2, 2])
    expect(cut.err).toMatch(/error\[bad-report\]: .*transcript\.ndjson:5: .*\ncure: /)
    expect(malformed.err).toMatch(/error\[bad-report\]: .*transcript\.ndjson:4: /)
  })
})

it('a closed port is exit 3 and nothing about it is green', async () => {
  const { code, out } = await conformance(['run', '--target', await deadUrl(), '--secret', secret, '--out', at('dead')])
  expect(code).toBe(3)
  expect(out).not.toMatch(/^(CONFORMANT|conformant)/m)
  const report = JSON.parse(await readFile(at('dead', 'report.json'), 'utf8'))
  expect(report.summary.conformant).not.toBe(true)
  expect(report.summary.obstacle.code).toBe('unreachable')
}, 30_000)

it('secrets are in no artefact, although the target tells them', async () => {
  const token = 'token-that-nobody-may-read'
  const target = await serve((request, response) => {
    const authorization = request.headers.authorization ?? ''
    response.writeHead(request.method === 'POST' ? 401 : 405, { 'x-debug': secret, 'x-echo': authorization })
    response.end(`expected a signature with ${secret}, ${Buffer.from(secret.slice(6), 'base64').toString('hex')}, from ${authorization}`)
  })
  const reporters = ['pretty', 'json', 'junit', 'html', 'markdown', 'github', 'tap', 'sarif', 'ctrf', 'earl', 'har'].flatMap((name) => ['--reporter', `${name}=${at('leaky', `own-${name}`)}`])
  const args = ['run', '--target', target.url, '--secret', 'env:HOOK_SECRET', '--header', 'Authorization: env:HOOK_TOKEN', '--out', at('leaky'), ...reporters]
  const { code, out, err } = await conformance(args, { HOOK_SECRET: secret, HOOK_TOKEN: `Bearer ${token}` })
  await target.close()
  expect(code, err).toBe(1)
  const files = await readdir(at('leaky'))
  expect(files).toContain('own-github')
  const key = Buffer.from(secret.slice(6), 'base64')
  const spellings = [secret, secret.slice(6), key.toString('hex'), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex'), token, Buffer.from(token).toString('base64')]
  for (const text of [out, err, ...(await Promise.all(files.map((file) => readFile(at('leaky', file), 'utf8'))))]) {
    for (const spelling of spellings) expect(text).not.toContain(spelling)
  }
  expect(out).toContain("--secret env:HOOK_SECRET --header 'Authorization: env:HOOK_TOKEN'")
}, 30_000)

it('with the JSON reporter standard output is the report and nothing else', async () => {
  const { code, out, err } = await conformance(['run', '--target', 'reference', '--reporter', 'json', '--only', 'consumer-signature/untouched'])
  expect(code).toBe(0)
  expect(JSON.parse(out).report).toBe(1)
  expect(err).toMatch(/^role: consumer/)
})

describe('the role that is detected', () => {
  it('of an endless stream is sse-server, of a page with events feed-server, which is not written yet', async () => {
    const stream = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
      const drip = setInterval(() => response.write('data: again\n\n'), 5)
      response.once('close', () => clearInterval(drip))
    })
    const feed = await serve((_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"events":[]}'))
    const [streamed, fed] = await Promise.all([conformance(['run', '--target', stream.url, '--only', 'sse-server-stream/opened']), conformance(['run', '--target', feed.url, '--secret', secret])])
    await Promise.all([stream.close(), feed.close()])
    expect([streamed.code, fed.code]).toEqual([0, 2])
    expect(streamed.out).toMatch(/^role: sse-server \(detected: GET answered 200 with text\/event-stream/)
    expect(fed.err).toMatch(/error\[role-not-written\]: the target is a feed-server/)
  }, 30_000)

  it('comes from the manifest where there is one, and a manifest cannot name a file as profile', async () => {
    const manifest = { name: 'orders', version: '2.4.1', roles: ['consumer'], profile: join(folder, 'mine.yaml'), capabilities: {} }
    const target = await serve((request, response) => {
      if (request.url === '/.well-known/event-conformance') response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(manifest))
      else response.writeHead(405).end()
    })
    const [detected, run] = await Promise.all([conformance(['detect', target.url]), conformance(['run', '--target', target.url, '--secret', secret])])
    await target.close()
    expect(detected.code).toBe(0)
    expect(detected.out).toMatch(/^role: consumer \(detected: its manifest .*\)\nname: orders 2\.4\.1\n/)
    expect(run.code).toBe(2)
    expect(run.err).toMatch(/error\[unknown-profile\]: the target says/)
  })

  it('of a target that answers GET with 405 is consumer, of one that does not answer nothing', async () => {
    const target = await serve((_request, response) => response.writeHead(405).end())
    const [refusing, dead] = await Promise.all([conformance(['detect', target.url]), conformance(['detect', await deadUrl()])])
    await target.close()
    expect([refusing.code, refusing.out]).toEqual([0, 'role: consumer (detected: GET answered 405, which is what a webhook receiver does)\n'])
    expect(dead.code).toBe(3)
    expect(dead.err).toMatch(/^error\[unreachable\]: /)
  })
})

it('an interrupted run is exit 130', async () => {
  let arrived = () => {}
  const posted = new Promise<void>((resolve) => (arrived = resolve))
  const target = await serve((request, response) => {
    if (request.method === 'POST') arrived()
    else response.writeHead(405).end()
  })
  const { child, ended } = start(['run', '--target', target.url, '--secret', secret])
  await posted
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  await target.close()
}, 30_000)

it('the reference that is served is conformant by the command that it prints, and ends with SIGINT', async () => {
  const { child, ended } = start(['reference', 'consumer', '--profile', 'stripe'])
  const told = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      if (text.includes('Ctrl-C')) resolve(text)
    })
  })
  const [, command = ''] = /^try +npx conformance (.+)$/m.exec(told) ?? []
  const run = await conformance([...command.split(' '), '--only', 'consumer-signature'])
  child.kill('SIGINT')
  expect(run.code, run.out + run.err).toBe(0)
  expect(run.out).toMatch(/^role: consumer \(detected: its manifest/)
  expect((await ended).code).toBe(0)
}, 30_000)

it('the producer that is served faster than declared is conformant by the command that it prints', async () => {
  const { child, ended } = start(['reference', 'producer', '--time-scale', '500'])
  const told = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      if (text.includes('Ctrl-C')) resolve(text)
    })
  })
  const [, command = ''] = /^try +npx conformance (.+)$/m.exec(told) ?? []
  const run = await conformance([...command.split(' '), '--only', 'producer-retry/always-fails'])
  child.kill('SIGINT')
  expect(run.code, run.out + run.err).toBe(0)
  expect(run.out).toMatch(/^role: producer \(detected: its manifest/)
  expect(run.out).toMatch(/scaled\s+clock ×500/)
  expect((await ended).code).toBe(0)
}, 30_000)

it('list and explain know every case and rule of every written role', async () => {
  const [listed, rule, situation, retry] = await Promise.all([
    conformance(['list', '--reporter', 'json', '--level', 'must']),
    conformance(['explain', 'webhook-signature-covers-body']),
    conformance(['explain', 'consumer-signature/forged']),
    conformance(['explain', 'producer-retry/fails-once']),
  ])
  const { suites, rolesNotWritten } = JSON.parse(listed.out)
  const levels = new Set(suites.flatMap((suite: { cases: { requirements: { level: string }[] }[] }) => suite.cases.flatMap((each) => each.requirements.map(({ level }) => level))))
  expect([...levels]).toEqual(['MUST'])
  expect(new Set(suites.map(({ role }: { role: string }) => role))).toEqual(new Set(written))
  expect(rolesNotWritten).toEqual(['feed-server', 'feed-client'])
  expect(rule.out).toMatch(/A consumer MUST refuse .*\n/)
  expect(rule.out).toContain('spec/webhook-signature.md#webhook-signature-covers-body')
  expect(rule.out).toContain('consumer-signature/body-value-changed')
  expect(situation.out).toMatch(/steps +deliver an event/)
  expect(situation.out).toContain('control   consumer-signature/untouched')
  expect(retry.out).toContain('steps     open endpoint: it answers 500 to the first attempt, 200 to all later ones')
  expect(retry.out).toMatch(/ wait for 2 attempts at endpoint: the last is due after 5 s\n/)
})
