import { createHmac } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

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

test('every link between chapters leads to a chapter', () => {
  for (const text of texts.values())
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(chapters).toContain(target)
})

function parsed(message: string): { headers: ReadonlyMap<string, string>; body: string } {
  const [head = '', body = ''] = message.replace(/\n$/, '').split('\n\n')
  const lines = head.split('\n').slice(1)
  return { headers: new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])), body }
}
