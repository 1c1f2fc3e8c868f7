import { spawn, type ChildProcess } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serveInProcess } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { exchange } from '../../harness/http/client.ts'
import { createJournal } from '../../reference/producer/journal.ts'
import type { Consequence, ProducerRecord } from '../../reference/producer/records.ts'
import { fileStore, memoryStore, type Store } from '../../reference/producer.ts'
import { bench } from './producer-bench.ts'

let folder = ''
const closing: (() => unknown)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'producer-store-'))
})

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await rm(folder, { recursive: true, force: true })
})

const removed = (endpoint: string): ProducerRecord => ({ kind: 'removed', endpoint })

describe.each<readonly [string, (path: string) => () => Store]>([
  ['memory', () => { const store = memoryStore(); return () => store }],
  ['a file', (path) => () => fileStore(path)],
])('a store in %s', (_, make) => {
  test('gives back what was appended, in order, and what was written anew in its place', async () => {
    const open = make(join(folder, 'journal'))
    const first = open()
    expect(await first.load()).toEqual([])
    await Promise.all([first.append([removed('1'), removed('2')]), first.append([]), first.append([removed('3')])])
    await first.close()
    const second = open()
    expect(await second.load()).toEqual([removed('1'), removed('2'), removed('3')])
    await Promise.all([second.append([removed('4')]), second.rewrite([removed('3 and 4')]), second.append([removed('5')])])
    await second.close()
    const third = open()
    expect(await third.load()).toEqual([removed('3 and 4'), removed('5')])
    await third.close()
  })
})

describe('a store in a file', () => {
  test('drops a line that a crash left half-written, and goes on after the last whole one', async () => {
    const path = join(folder, 'journal')
    await writeFile(path, `${JSON.stringify(removed('1'))}\n{"kind":"remo`)
    const store = fileStore(path)
    expect(await store.load()).toEqual([removed('1')])
    await store.append([removed('2')])
    await store.close()
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(removed('1'))}\n${JSON.stringify(removed('2'))}\n`)
  })

  test('refuses a file that is no journal, and one that cannot be opened', async () => {
    const path = join(folder, 'journal')
    await appendFile(path, 'not a record\n')
    await expect(fileStore(path).load()).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('line 1 of') })
    await expect(fileStore(join(folder, 'missing', 'journal')).load()).rejects.toMatchObject({ code: 'usage' })
  })

  test('takes nothing more once it could not keep something', async () => {
    const store = fileStore(join(folder, 'journal'))
    await expect(store.append([removed('1')])).rejects.toThrow('not open')
    await store.load()
    await expect(store.append([removed('2')])).rejects.toThrow('not open')
    await store.close()
  })
})

describe('a producer', () => {
  test('accepts nothing that its store does not keep', async () => {
    const full: Store = { ...memoryStore(), append: (records) => (records.some(({ kind }) => kind === 'published') ? Promise.reject(new Error('no space left')) : Promise.resolve()) }
    const { endpoint, publish, clock } = await bench('event-delivery', { store: full })
    const made = await endpoint([{ do: 'answer', status: 200 }])
    expect(await publish({ id: 'one' })).toMatchObject({ status: 500 })
    await clock.sleep(60_000)
    expect(made.attempts).toEqual([])
  })

  test('goes on where another left off: endpoints, attempts made, known ids, dead letters, figures', async () => {
    const store = memoryStore()
    const before = await bench('event-delivery', { store })
    const failing = await before.endpoint([{ do: 'answer', status: 500 }])
    await before.publish({ id: 'one' })
    await before.clock.sleep(200_000)
    await before.sender.close()
    expect(failing.attempts).toHaveLength(4)

    const after = await bench('event-delivery', { store })
    expect(await after.call('GET', `/api/v1/webhooks/${failing.id}`)).toMatchObject({ status: 200, body: { url: failing.url } })
    expect(await after.publish({ id: 'one' })).toMatchObject({ body: { ids: ['one'] } })
    await after.clock.sleep(3_600_000)
    expect(failing.attempts).toHaveLength(5)
    expect(after.sender.deadLetters()).toMatchObject([{ event: { id: 'one' }, attempts: 5, reason: 'attempts_exhausted' }])
    expect(await after.call('GET', `/api/v1/webhooks/${failing.id}/health`)).toMatchObject({ body: { totalDeliveries: 5, failureCount: 5, status: 'failed' } })
  })
})

test('a journal is written anew when most of it is about what is over, and loses nothing by that', async () => {
  const path = join(folder, 'journal')
  const journal = createJournal(fileStore(path), 100)
  await journal.open()
  await journal.record(endpointRecord('wh-1'), published('still-due'))
  for (let index = 0; index < 150; index += 1) await journal.record(published(`evt-${index}`), attempted(`evt-${index}`, index === 7 ? { kind: 'given-up', reason: 'permanent_status' } : { kind: 'acknowledged' }))
  await journal.close()
  expect((await readFile(path, 'utf8')).trim().split('\n').length).toBeLessThan(200)
  expect(await readdir(folder)).toEqual(['journal'])

  const reopened = createJournal(fileStore(path))
  await reopened.open()
  closing.push(() => reopened.close())
  const { state } = reopened
  expect([...state.deliveries.values()]).toEqual([{ event: 'still-due', endpoint: 'wh-1', attempts: 0, dueAt: 1 }])
  expect([...state.events.keys()]).toEqual(['still-due'])
  expect(state.endpoints.get('wh-1')).toMatchObject({ attempts: 150, failures: 1 })
  expect(state.deadLetters).toMatchObject([{ event: { id: 'evt-7' }, reason: 'permanent_status' }])
  expect(['still-due', 'evt-0', 'evt-149', 'evt-150'].map((id) => state.knows(id))).toEqual([true, true, true, false])
})

describe('a producer that is killed', () => {
  let program = ''
  let programs = ''

  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'producer-program-'))
    program = join(programs, 'producer.mjs')
    await build({ entryPoints: [fileURLToPath(new URL('durable-producer.ts', import.meta.url))], outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' })
  })
  afterAll(() => rm(programs, { recursive: true, force: true }))

  test('delivers every one of two hundred events that it had accepted, and its endpoints and attempts are what they were', async () => {
    const taken = new Set<string>()
    let takes = 60
    const receiver = await receive((id, response) => {
      if (takes === 0) return // Silence: the rest is in flight or queued when the process dies.
      takes -= 1
      taken.add(id)
      response.writeHead(204).end()
    })
    const first = await start(program, join(folder, 'journal'))
    expect(await post(first.url, '/api/v1/webhooks', { url: receiver, events: ['order.created'], secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` })).toBe(201)
    const ids = Array.from({ length: 200 }, (_, index) => `evt-${index}`)
    for (let from = 0; from < 200; from += 20) {
      expect(await post(first.url, '/conformance/events', { events: ids.slice(from, from + 20).map((id) => ({ type: 'order.created', data: { id }, id })) })).toBe(202)
    }
    await until(() => takes === 0)
    first.child.kill('SIGKILL')
    await first.ended
    expect(taken.size).toBe(60)

    takes = Number.POSITIVE_INFINITY
    await start(program, join(folder, 'journal'))
    await until(() => taken.size === 200)
    expect([...taken].toSorted()).toEqual(ids.toSorted())
  })

  /** A receiver of its own: it has to outlive the sender, on real time. */
  async function receive(answer: (id: string, response: ServerResponse) => void): Promise<string> {
    const clock = liveClock()
    const { url, close } = await serveInProcess(async (message: IncomingMessage, response: ServerResponse) => {
      for await (const _ of message) { /* The headers say it all. */ }
      answer(String(message.headers['webhook-id']), response)
    }, clock)
    closing.push(close)
    return url
  }
})

function endpointRecord(id: string): ProducerRecord {
  return { kind: 'endpoint', endpoint: { id, url: 'https://client.example.com/', secret: 'none', createdAt: 0, disabled: false, failing: false, attempts: 0, failures: 0 } }
}

function published(id: string): ProducerRecord {
  return { kind: 'published', event: { id, type: 'order.created', at: 1, headers: [], body: '{}' }, endpoints: ['wh-1'] }
}

function attempted(event: string, then: Consequence): ProducerRecord {
  return { kind: 'attempted', event, endpoint: 'wh-1', startedAt: 1, endedAt: 2, then }
}

async function start(program: string, journal: string): Promise<{ readonly url: string; readonly child: ChildProcess; readonly ended: Promise<void> }> {
  const child = spawn(process.execPath, [program, journal], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  closing.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', () => reject(new Error('the producer ended before it listened')))
  })
  return { url, child, ended }
}

async function post(base: string, path: string, body: unknown): Promise<number | undefined> {
  const { reply } = await exchange({ method: 'POST', url: new URL(path, base).href, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify(body)) }, { deadlineMs: 10_000 }, liveClock())
  return reply?.status
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it did not happen within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

