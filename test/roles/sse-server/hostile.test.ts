import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadProfile } from '../../../harness/profile/load.ts'
import type { Profile } from '../../../harness/profile/profile.ts'
import { run } from '../../../harness/run.ts'
import { suites } from '../../../suites/index.ts'

let profile: Profile

beforeAll(async () => {
  profile = await loadProfile('event-delivery')
})

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'

/** What a socket gets for its request. */
const hostile: Readonly<Record<string, (socket: Socket) => void>> = {
  'headers that never end': (socket) => endless(socket, 'X-More: and more\r\n', 'HTTP/1.1 200 OK\r\n'),
  'bytes that are not HTTP': (socket) => void socket.write('SSH-2.0-nothing\r\n'),
  'a reset at once': (socket) => void socket.resetAndDestroy(),
  'the end of the connection at once': (socket) => void socket.end(),
  'a line that never ends': (socket) => endless(socket, 'x'.repeat(65_536), `${head}data: `),
  'events as fast as they are read': (socket) => endless(socket, 'id: 1\ndata: x\n\n'.repeat(4000), head),
  'comments as fast as they are read': (socket) => endless(socket, ':\n'.repeat(30_000), head),
  'a broken chunk': (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
  'what is no gzip': (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\nno gzip at all'),
}

describe('a hostile target gets a calm verdict', () => {
  test.each(Object.entries(hostile))('%s', { timeout: 60_000 }, async (_, answer) => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
      socket.once('data', () => answer(socket))
    })
    const url = await listening(server)
    try {
      const { report } = await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, target: { kind: 'url', url }, selection: { only: ['sse-server-stream/opened', 'sse-server-stream/watched', 'sse-server-resume/by-itself', 'sse-server-retention/unknown-id'], skip: [], levels: [] }, budgetMs: 10_000 })
      expect(report.summary.claim).toBe('partial')
      expect(report.verdicts.filter(({ outcome }) => outcome === 'faulted')).toEqual([])
    } finally {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('nothing is ever answered', { timeout: 30_000 }, async () => {
    const server = createServer((socket) => socket.on('error', () => undefined))
    const url = await listening(server)
    try {
      const { report } = await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, target: { kind: 'url', url } })
      expect(report.summary).toMatchObject({ conformant: null, obstacle: { code: 'silent' } })
    } finally {
      server.close()
    }
  })

  test.each([401, 404, 503])('everything is answered %i: nothing is green', { timeout: 30_000 }, async (status) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => void socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`))
    })
    const url = await listening(server)
    try {
      const { report } = await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, target: { kind: 'url', url }, budgetMs: 20_000 })
      expect(report.verdicts.filter(({ outcome }) => outcome === 'passed')).toEqual([])
      expect(report.summary.conformant).not.toBe(true)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('nobody listens', async () => {
    const server = createServer()
    const url = await listening(server)
    await new Promise((resolve) => server.close(resolve))
    const { report } = await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, target: { kind: 'url', url } })
    expect(report.summary).toMatchObject({ conformant: null, obstacle: { code: 'unreachable' } })
  })
})

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream` // it listens on a port
}

/** Writes the same again and again, as long as somebody reads. */
function endless(socket: Socket, text: string, first: string): void {
  socket.write(first)
  const more = () => {
    while (!socket.destroyed && socket.write(text));
  }
  socket.on('drain', more)
  more()
}
