import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readProfileSource, type ProfileSource } from '../../harness/generate/documents.ts'

/** What a document of these tests has beyond its delivered message. */
export interface Parts {
  readonly payload: unknown
  readonly headers?: unknown
  readonly examples?: readonly unknown[]
  readonly acknowledgement?: object
  /** Further delivered messages, by name. */
  readonly messages?: Readonly<Record<string, object>>
  readonly schemas?: Readonly<Record<string, unknown>>
  /** Further channels. */
  readonly channels?: Readonly<Record<string, object>>
  readonly title?: string
  readonly name?: string
}

const signature = { signature: { sources: [{ in: 'header', name: 'x-signature' }], encoding: 'hex' }, schemes: { '': { alg: 'hmac-sha256', key: { encoding: 'utf8' } } }, signed: [{ part: 'body' }], timestamp: null }

/** An AsyncAPI document that delivers messages with these payloads. */
export function documentOf({ payload, headers, examples = [{ payload: { id: '1' } }], acknowledgement, messages = {}, schemas = {}, channels = {}, title = 'Shop' }: Parts): object {
  const delivered = { first: { payload, ...(headers ? { headers } : {}), examples, 'x-signature': signature }, ...Object.fromEntries(Object.entries(messages).map(([name, message]) => [name, { 'x-signature': signature, ...message }])) }
  return {
    asyncapi: '3.0.0',
    info: { title, version: '1' },
    channels: { webhook: { address: null, messages: delivered }, ...channels },
    operations: { deliver: { action: 'send', channel: { $ref: '#/channels/webhook' }, messages: Object.keys(delivered).map((name) => ({ $ref: `#/channels/webhook/messages/${name}` })), ...(acknowledgement ? { 'x-acknowledgement': acknowledgement } : {}) } },
    components: { schemas },
  }
}

/** Reads a document from a folder that is gone afterwards, with other files beside it. */
export async function sourceOf(parts: Parts, beside: Readonly<Record<string, unknown>> = {}): Promise<ProfileSource> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-generate-'))
  try {
    const files: Readonly<Record<string, unknown>> = { [parts.name ?? 'shop.json']: documentOf(parts), ...beside }
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
    }
    return await readProfileSource(join(folder, parts.name ?? 'shop.json'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
