import { createHmac } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { EventStreamParser } from '../../harness/sse/parser.ts'

const spec = fileURLToPath(new URL('../../spec', import.meta.url))
const chapters = (await readdir(spec)).filter((name) => name.endsWith('.md'))
const texts = new Map(await Promise.all(chapters.map(async (name) => [name, await readFile(join(spec, name), 'utf8')] as const)))

const fences = [...texts].flatMap(([name, text]) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = ''], index) => ({ where: `${name} #${index + 1}`, language, code })),
)

describe('examples in the chapters', () => {
  test.each(fences.filter(({ language }) => language === 'json').map(({ where, code }) => [where, code]))('%s is JSON', (_, code) => {
    expect(() => JSON.parse(code)).not.toThrow()
  })

  test.each(fences.filter(({ language }) => language === 'http').map(({ where, code }) => [where, code]))('%s is an HTTP message', (_, code) => {
    const { headers, body } = parsed(code)
    expect(code).toMatch(/^([A-Z]+ \/\S* HTTP\/1\.1|HTTP\/1\.1 [1-5]\d\d [A-Z].*)\n/)
    if (body !== '') expect(() => JSON.parse(body)).not.toThrow()
    if (headers.has('content-length')) expect(Number(headers.get('content-length'))).toBe(Buffer.byteLength(body))
  })

  test('the signed delivery verifies with the current secret and with the retired one', () => {
    const chapter = texts.get('webhook-signature.md') ?? ''
    const { headers, body } = parsed(fences.find(({ where, language }) => where.startsWith('webhook-signature') && language === 'http')?.code ?? '')
    const entries = (headers.get('webhook-signature') ?? '').split(' ')
    const secrets = [...new Set([...chapter.matchAll(/`whsec_([A-Za-z0-9+/]{43}=)`/g)].map(([, key = '']) => key))]
    const made = secrets.map((key) =>
      createHmac('sha256', Buffer.from(key, 'base64')).update(`${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`).digest('base64'),
    )
    expect(secrets).toHaveLength(2)
    expect(made.map((value) => `v1,${value}`)).toEqual([entries[1], entries[0]])
  })
})

describe('bytes of a stream in the chapters are read as the tables say', () => {
  test.each(rowsUnder('sse-client.md', '| chunks | data of the events |'))('%s: %s', (chunks, data) => {
    expect(readStream(codes(chunks)).events.map((event) => event.data)).toEqual(codes(data).map(textOf))
  })

  test.each(rowsUnder('sse-client.md', '| body | events, each with its last event id | sent on reconnection |'))('%s: %s, then %s', (body, events, sent) => {
    const read = readStream(codes(body))
    expect(read.events.map(({ data, lastEventId }) => `\`${data}\` with ${lastEventId === '' ? 'none' : `\`${lastEventId}\``}`).join(', ') || 'none').toBe(events)
    expect(read.lastEventId).toBe(sent === 'no header' ? '' : codes(sent)[0])
  })

  test.each(rowsUnder('sse-stream.md', '| published | written | read |').filter(([, written]) => written.startsWith('`')))('%s, written %s, is read as %s', (_, written, data) => {
    expect(readStream([...codes(written), '\\n']).events.map((event) => event.data)).toEqual([textOf(codes(data)[0] ?? '')])
  })
})

/** The cells of each row of the table with this head. */
function rowsUnder(chapter: string, head: string): readonly (readonly [string, string, string])[] {
  const [, after] = (texts.get(chapter) ?? '').split(`${head}\n`)
  if (after === undefined) throw new Error(`${chapter} has no table ${head}`)
  const rows = after.slice(0, after.indexOf('\n\n')).split('\n').slice(1)
  return rows.map((row) => {
    const [first = '', second = '', third = ''] = row.split('|').slice(1).map((cell) => cell.trim())
    return [first, second, third]
  })
}

function codes(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

function textOf(code: string): string {
  return code.replaceAll('\\n', '\n').replaceAll(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function bytesOf(code: string): Buffer {
  return Buffer.from(code.replaceAll('\\r', '\r').replaceAll('\\n', '\n').replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
}

function readStream(chunks: readonly string[]) {
  const events: { readonly data: string; readonly lastEventId: string }[] = []
  const parser = new EventStreamParser({ onEvent: ({ data, lastEventId }) => events.push({ data, lastEventId }) })
  for (const chunk of chunks) parser.push(bytesOf(chunk))
  parser.end()
  return { events, lastEventId: parser.lastEventId }
}

test('every link between chapters leads to a chapter', () => {
  for (const text of texts.values())
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(chapters).toContain(target)
})

function parsed(message: string): { headers: ReadonlyMap<string, string>; body: string } {
  const [head = '', body = ''] = message.replace(/\n$/, '').split('\n\n')
  const lines = head.split('\n').slice(1)
  return { headers: new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])), body }
}
