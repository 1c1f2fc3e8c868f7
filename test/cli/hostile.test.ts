import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderers } from '../../harness/report/render.ts'
import { hostile } from '../report/fixture.ts'
import { build, conformance, type Ended } from './command.ts'

/** Fit for a header: one line without NUL, and bytes that are no UTF-8 behind it. */
const inHeader = Buffer.concat([Buffer.from(hostile.replace(/[\r\n\0]/g, ' ')), Buffer.of(0xff, 0xc3, 0x28, 0x9b, 0x33, 0x31, 0x6d)])
const inBody = Buffer.concat([Buffer.from(hostile), Buffer.of(0xed, 0xa0, 0x80, 0xc0, 0xaf, 0xfe)])
/** Plain text, in which a tag is nothing. */
const readAsText = /\.(?:txt|md|markdown|github|tap)$/
const harmless = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u

/** A target that answers on the socket with whatever may act on a reader; the answers take turns. */
function hostileTarget(): { readonly server: Server; readonly sockets: Set<Socket> } {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    socket.on('data', (bytes) => {
      const head = bytes.toString('latin1')
      if (!/^(?:GET|POST|PUT) /.test(head)) return
      if (head.includes('/.well-known/')) return void socket.end(answer('200 OK', Buffer.from(JSON.stringify({ name: hostile, version: hostile, roles: ['consumer', 'sse-server'], control: '/control' }))))
      if (/^\w+ \/control/.test(head)) return void socket.end(answer('404 Not Found', inBody))
      if (/accept: text\/event-stream/i.test(head)) return void socket.end(answer('200 OK', Buffer.concat([Buffer.from(`id: ${hostile.replace(/[\r\n\0]/g, ' ')}\nevent: <script>alert(1)</script>\ndata: `), inBody, Buffer.from('\n\n')]), 'text/event-stream'))
      turn += 1
      if (turn % 3 === 0) return void socket.end(Buffer.concat([Buffer.from('HTTP/1.1 401 No\r\nx-large: '), Buffer.alloc(turn % 2 === 0 ? 1_000_000 : 50_000, 'm'), Buffer.from('\r\ncontent-length: 0\r\n\r\n')]))
      if (turn % 3 === 1) return void socket.end(Buffer.concat([Buffer.from('HTTP/1.1 500 '), inHeader, Buffer.from('\r\n\r\n'), inBody]))
      socket.end(answer('204 <script>alert(1)</script>', inBody))
    })
  })
  return { server, sockets }
}

function answer(status: string, body: Buffer, type = 'text/html'): Buffer {
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\nx-note: `), inHeader, Buffer.from(`\r\ncontent-length: ${body.length}\r\n\r\n`), body])
}

describe('a target that answers with whatever acts on a reader', () => {
  const { server, sockets } = hostileTarget()
  let folder = ''
  let url = ''
  const said: (readonly [command: string, ended: Ended])[] = []
  const at = (...names: readonly string[]) => join(folder, ...names)
  const say = async (command: string, args: readonly string[]) => {
    const ended = await conformance(args)
    said.push([command, ended])
    return ended
  }
  const reporters = Object.keys(renderers).filter((name) => name !== 'pretty')
  const play = (out: string, role: string, ...more: readonly string[]) =>
    say(`run ${role}`, ['run', '--target', url, '--role', role, '--out', at(out), '--reporter', 'pretty', ...reporters.flatMap((name) => ['--reporter', `${name}=${at(out, `own.${name}`)}`]), '--attest', at('key.pem'), ...more])

  beforeAll(async () => {
    await build()
    folder = await mkdtemp(join(tmpdir(), 'conformance-hostile-'))
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    await writeFile(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await writeFile(at('key.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hook`
    const secret = ['--secret', 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=']
    await play('consumer', 'consumer', ...secret, '--only', 'consumer-signature/*', '--only', 'consumer-refusal/*')
    await play('more', 'consumer', ...secret, '--only', 'consumer-signature/*', '--seed', '2')
    await play('stream', 'sse-server', '--only', 'sse-server-stream/*', '--budget', '20s')
    await say('judge', ['judge', at('consumer')])
    await say('merge', ['merge', at('consumer'), at('more'), '--out', at('merged'), '--attest', at('key.pem'), ...reporters.flatMap((name) => ['--reporter', `${name}=${at('merged-own')}.${name}`])])
    for (const format of ['pretty', 'markdown', 'json']) await say(`diff ${format}`, ['diff', at('consumer'), at('stream'), '--reporter', format])
    await say('verify', ['verify', at('consumer'), '--key', at('key.pub')])
    await say('badge', ['badge', at('consumer')])
  }, 300_000)

  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  test('was heard: what it said is in the transcript and in the reports', async () => {
    const transcript = `${await readFile(at('consumer', 'transcript.ndjson'), 'utf8')}${await readFile(at('more', 'transcript.ndjson'), 'utf8')}`
    for (const told of ['alert(1)', '\\u202e', '\\u001b[31m', 'x-large', 'the header section is longer than 65536 bytes']) expect(transcript).toContain(told)
    for (const name of ['html', 'har']) expect(await readFile(at('consumer', `own.${name}`), 'utf8'), name).toContain('alert(1)')
    expect(await readFile(at('stream', 'transcript.ndjson'), 'utf8')).toContain('alert(1)')
  })

  test('acts on no terminal and no build log in what any command prints', () => {
    for (const [command, { code, out, err }] of said) {
      expect([command, [0, 1, 3].includes(code ?? 5)]).toEqual([command, true])
      expect(out.length + err.length, command).toBeGreaterThan(0)
      for (const text of [out, err]) {
        expect(harmless.exec(text)?.[0].codePointAt(0)?.toString(16), command).toBeUndefined()
        expect(text, command).not.toMatch(/^\s*::[a-z]|##\[error|##vso/im)
        expect(text.length, command).toBeLessThan(500_000)
      }
    }
  })

  test('acts on nobody who opens a file of the folder, whatever its format', async () => {
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !entry.name.startsWith('key.')).map((entry) => join(entry.parentPath, entry.name))
    for (const name of [...reporters.map((each) => `own.${each}`), 'transcript.ndjson', 'attestation.dsse.json', 'badge.svg', 'badge.json']) expect(names).toContain(at('consumer', name))
    for (const file of names) {
      const bytes = await readFile(file)
      const text = bytes.toString('utf8')
      expect(Buffer.from(text).equals(bytes), `${file} is UTF-8`).toBe(true)
      expect(harmless.exec(text)?.[0].codePointAt(0)?.toString(16), file).toBeUndefined()
      expect(text, file).not.toMatch(/##(?:vso|\[error)/i)
      expect(text, file).not.toContain('m'.repeat(5000))
      expect(text, file).not.toMatch(file.endsWith('html') ? /<script>alert|<img src=x/ : readAsText.test(file) ? /(?!)/ : /<\/script/)
      if (!/github/.test(file)) expect(text, file).not.toMatch(/^\s*::[a-z]/im)
    }
  })

  test('is verified like any other, for its report is as it was written', () => {
    const { code, out } = said.find(([command]) => command === 'verify')?.[1] ?? { code: undefined, out: '' }
    expect(out).toMatch(/^VERIFIED: /m)
    expect(code).toBe(0)
  })
})
