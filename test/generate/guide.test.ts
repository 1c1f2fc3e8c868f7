import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readProfileSource } from '../../harness/generate/documents.ts'
import { fixtureFiles } from '../../harness/generate/fixture-files.ts'
import { defaultSignedAtMs, fixturesOf } from '../../harness/generate/fixtures.ts'
import { mocksModule } from '../../harness/generate/mocks.ts'
import { typesModule } from '../../harness/generate/types.ts'
import { faultsOf, load, root } from './typescript.ts'

const models = 'event-delivery-conformance/models'
let guide = ''
let folder = ''

beforeAll(async () => {
  guide = await readFile(join(root, 'docs/guide/types.md'), 'utf8')
  folder = await mkdtemp(join(root, 'node_modules/.guide-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const fileOf = (name: string) => new RegExp(`<!-- file: ${name.replaceAll('.', '\\.')} -->\n\`\`\`ts\n(.*?)\`\`\``, 's').exec(guide)?.[1] ?? expect.fail(`the guide shows no ${name}`)

async function transpiled(name: string, text: string): Promise<string> {
  const file = join(folder, name.replace(/\.ts$/, '.mjs'))
  await writeFile(file, ts.transpileModule(text.replaceAll(/'\.\/(\w+)\.ts'/g, "'./$1.mjs'"), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText)
  return file
}

describe('the guide to types', () => {
  test('shows a receiver that compiles against the models and does what it says', async () => {
    const receiver = fileOf('receiver.ts').replaceAll(`'${models}'`, "'./models.ts'")
    const text = typesModule(await readProfileSource('event-delivery'))
    expect(faultsOf(new Map([['models.ts', text], ['receiver.ts', receiver]]), { types: ['node'] })).toEqual([])
    await transpiled('models.ts', text)
    const { receive } = (await import(/* @vite-ignore */ pathToFileURL(await transpiled('receiver.ts', receiver)).href)) as { receive: (delivery: object, ship: (order: object, id: string) => void) => number }
    const shipped: string[] = []
    const answers = [{ type: 'order.created' }, { type: 'order.cancelled' }, { type: 'order.created', data: 'text' }].map((event) =>
      receive({ headers: { 'webhook-id': 'evt-1' }, body: Buffer.from(JSON.stringify({ id: 'evt-1', timestamp: 'now', source: 'test', data: {}, ...event })) }, (_, id) => shipped.push(id)),
    )
    expect([...answers, receive({ headers: {}, body: Buffer.from('{') }, () => {})]).toEqual([204, 204, 400, 400])
    expect(shipped).toEqual(['evt-1'])
  }, 180_000)

  test('shows the words of an error', async () => {
    const { parseOrderCreated } = (await load(typesModule(await readProfileSource('event-delivery')))) as { parseOrderCreated: (value: unknown) => unknown }
    const parse = () => parseOrderCreated({ id: 'evt-1', type: 'order.created', timestamp: 'now', source: 'test', data: 'card' })
    expect(parse).toThrow(/^not a valid OrderCreated: \/data: expected an object, saw a text$/)
    expect(guide).toContain('```text\nnot a valid OrderCreated: /data: expected an object, saw a text\n```')
  })

  test('shows a test with mocks that compiles, and what it prints', async () => {
    const text = mocksModule(await readProfileSource('event-delivery'))
    const program = fileOf('producer.ts')
    expect(faultsOf(new Map([['mocks.ts', text], ['producer.ts', program]]), { types: ['node'] })).toEqual([])
    await transpiled('mocks.ts', text)
    const { stdout } = await promisify(execFile)(process.execPath, [await transpiled('producer.ts', program)], { env: { PATH: process.env['PATH'] ?? '' } })
    const shown = /```text\n(\[ 'evt-1' \].*?)```/s.exec(guide)?.[1]
    expect(stdout).toBe(`${shown ?? ''}\n`)
  }, 180_000)

  test('names files that there are', async () => {
    const { profile } = await readProfileSource('stripe')
    const files = fixtureFiles(fixturesOf(profile, { url: 'http://localhost:3000/webhooks', signedAtMs: defaultSignedAtMs }))
    const named = [...guide.matchAll(/sh \/tmp\/stripe\/(\S+)/g)].map(([, name]) => name ?? '')
    expect(named.length).toBe(1)
    for (const name of named) expect(files.has(name), name).toBe(true)
    for (const variant of ['valid', 'tampered-body', 'wrong-secret', 'expired']) expect(guide).toContain(`\`${variant}\``)
  })
})
