import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { detectRole } from '../../cli/detect.ts'
import { runCommand } from '../../cli/run.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { HarnessError } from '../../harness/errors.ts'
import { scaledClock } from '../../harness/clock/scaled-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { TranscriptLine } from '../../harness/transcript/line.ts'
import { producer, type Producer } from '../../reference/producer.ts'
import { deadUrl, serve } from './command.ts'

let folder = ''
let made: Producer
let target: Awaited<ReturnType<typeof serve>>
const asked: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-producer-'))
  made = producer({ profile: await loadProfile('event-delivery'), clock: scaledClock(500) })
  target = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    void made.handler(request, response)
  })
  // Emits as a script of the user's would: by a way of its own, here the same server.
  await writeFile(
    join(folder, 'emit.mjs'),
    `import { appendFile } from 'node:fs/promises'
     let text = ''
     for await (const chunk of process.stdin) text += chunk
     await appendFile(process.argv[3], text)
     const { status } = await fetch(new URL('/conformance/events', process.argv[2]), { method: 'POST', body: text, headers: { 'content-type': 'application/json' } })
     process.exit(status === 202 ? 0 : 1)`,
  )
})

afterAll(async () => {
  await made.close()
  await target.close()
  await rm(folder, { recursive: true, force: true })
})

function terminal(): Terminal & { readonly printed: string[] } {
  const printed: string[] = []
  const write = async (text: string) => void printed.push(text)
  return { printed, out: write, err: write, colour: false, width: 100, live: undefined, signal: new AbortController().signal }
}

it('a producer is judged without a secret, through a listener, a public URL and a trigger of the user', async () => {
  const port = new URL(await deadUrl()).port
  const [out, log] = [join(folder, 'out'), join(folder, 'emitted')]
  await appendFile(log, '')
  const told = terminal()
  const trigger = `"${process.execPath}" "${join(folder, 'emit.mjs')}" ${target.url} "${log}"`
  const flags = ['--role', 'producer', '--trigger', trigger, '--listen', `127.0.0.1:${port}`, '--public-url', `http://localhost:${port}/`, '--only', 'producer-retry/fails-once']
  expect(await runCommand(['--target', target.url, ...flags, '--out', out], told), told.printed.join('')).toBe(0)

  const lines = (await readFile(join(out, 'transcript.ndjson'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as TranscriptLine)
  const urls = lines.flatMap((line) => (line.kind === 'endpoint' ? [line.url] : []))
  expect(urls.length).toBeGreaterThan(1)
  for (const url of urls) expect(url).toMatch(new RegExp(`^http://localhost:${port}/[\\w-]{16,}/`))
  expect(lines[0]).toMatchObject({ kind: 'run', target: { role: 'producer', attachment: ['url', 'control'] }, run: { clock: 'scaled', timeScale: 500 } })
  expect((await readFile(log, 'utf8')).trim().split('\n')).toHaveLength(lines.filter(({ kind }) => kind === 'emission').length)
})

it('a producer is known by its manifest, and flags of a consumer are refused before its API is called', async () => {
  const detected = await detectRole(target.url, [], new AbortController().signal)
  expect(detected).toMatchObject({ role: 'producer', why: expect.stringMatching(/manifest/) })
  asked.length = 0
  const refused = runCommand(['--target', target.url, '--concurrency', '2'], terminal())
  await expect(refused).rejects.toBeInstanceOf(HarnessError)
  await expect(refused).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/the role here is producer/) })
  expect(asked).toEqual(['GET /.well-known/event-conformance'])
})

it('a target that says nothing of itself is no producer, and the words say how to tell', async () => {
  const silent = await serve((_request, response) => response.writeHead(404).end())
  const { role, why } = await detectRole(silent.url, [], new AbortController().signal)
  await silent.close()
  expect([role, why]).toEqual(['consumer', expect.stringMatching(/--role producer$/)])
})
