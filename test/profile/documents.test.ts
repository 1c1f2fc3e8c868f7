import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Parser } from '@asyncapi/parser'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { isObject, SourceDocument } from '../../harness/profile/locate.ts'
import type { Located } from '../../harness/profile/locate.ts'
import { readProfile } from '../../harness/profile/read.ts'
import { schemaValidator } from './schema-store.ts'

const spec = new URL('../../spec/', import.meta.url)
const files = ['asyncapi.yaml', ...readdirSync(new URL('profiles/', spec)).map((file) => `profiles/${file}`)]
const documents = files.map((file) => {
  const path = fileURLToPath(new URL(file, spec))
  const text = readFileSync(path, 'utf8')
  return { file, path, text, document: new SourceDocument(parse(text), { name: file, hash: '' }) }
})

const refusals: string[] = []
const offline = (schema: string) => ({ schema, order: 1, canRead: true, read: (uri: { toString(): string }) => { refusals.push(uri.toString()); return '{}' } })
const parser = new Parser({ __unstable: { resolver: { cache: false, resolvers: ['http', 'https', 'file'].map(offline) } } })

describe.each(documents)('$file', ({ text, document, path, file }) => {
  test('is an AsyncAPI document without errors', async () => {
    const { document: parsed, diagnostics } = await parser.parse(text)
    const errors = diagnostics.filter(({ severity }) => severity === 0).map(({ message, path: at }) => `${at.join('/')}: ${message}`)
    expect(errors).toEqual([])
    expect(parsed).toBeDefined()
    expect(refusals).toEqual([])
  }, 30_000)

  test('has examples that fit their payload and header schemas', () => {
    const checked = messages(document).flatMap((message) => checkExamples(document, message))
    expect(checked.length).toBeGreaterThan(0)
    expect(checked.filter((problem) => problem !== '')).toEqual([])
  })

  test('is what the built-in profile of its name was compiled from', async () => {
    const name = file === 'asyncapi.yaml' ? 'event-delivery' : file.replace(/^profiles\/|\.yaml$/g, '')
    expect(builtInProfiles().find((profile) => profile.name === name)).toEqual(JSON.parse(JSON.stringify(await readProfile(path, name))))
  })

  test('names where its facts come from', () => {
    expect(document.root.value).toMatchObject({ info: { description: expect.stringMatching(/https:\/\//) as string } })
  })
})

test('the parser asks this test, not the network, for what is elsewhere', async () => {
  await parser.parse(JSON.stringify({ asyncapi: '3.0.0', info: { title: 'Elsewhere', version: '1.0.0' }, channels: { webhook: { $ref: 'https://example.invalid/webhook.json' } } }))
  expect(refusals.splice(0)).toContain('https://example.invalid/webhook.json')
}, 30_000)

test('every extension is valid under its schema', () => {
  const ajv = schemaValidator()
  const found = documents.flatMap(({ file, document }) => extensionsIn(document.root.value).map(([name, value]) => ({ file, name, value })))
  expect(new Set(found.map(({ name }) => name))).toEqual(new Set(['x-signature', 'x-acknowledgement', 'x-rate-limit', 'x-delivery', 'x-subscription', 'x-event-stream', 'x-feed', 'x-handshake']))
  const wrong = found.filter(({ name, value }) => !ajv.validate(`urn:event-delivery-conformance:schema:${name}`, value))
  expect(wrong.map(({ file, name }) => `${file} ${name}`)).toEqual([])
})

function messages(document: SourceDocument): readonly Located[] {
  const components = document.member(document.root, 'components')
  return components === undefined ? [] : document.members(document.member(components, 'messages')).map((message) => document.withTraits(message))
}

/** One entry an example: what is wrong with it, or nothing. */
function checkExamples(document: SourceDocument, message: Located): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  const schemaOf = (key: string): object => ({ ...(isObject(message.value) && isObject(message.value[key]) ? message.value[key] : {}), components: document.member(document.root, 'components')?.value })
  const payload = ajv.compile(schemaOf('payload'))
  const headers = ajv.compile(schemaOf('headers'))
  return document.members(document.member(message, 'examples')).map(({ value }) => {
    if (!isObject(value)) return 'the example is not an object'
    if (!payload(value['payload'])) return `${String(value['name'])}: payload${ajv.errorsText(payload.errors)}`
    if (value['headers'] !== undefined && !headers(value['headers'])) return `${String(value['name'])}: headers${ajv.errorsText(headers.errors)}`
    return ''
  })
}

function extensionsIn(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const own = /^x-(signature|acknowledgement|rate-limit|delivery|subscription|event-stream|feed|handshake)$/.test(key) && isObject(value)
    return own ? [[key, member] as const] : key === 'examples' || key === 'properties' ? [] : extensionsIn(member)
  })
}
