import type { IncomingMessage } from 'node:http'
import type { HeaderLine } from '../../harness/http/message.ts'

/** A request before its body is read. */
export interface RequestHead {
  readonly method: string
  /** Absolute: the scheme of the signature may cover it. */
  readonly url: string
  /** Names as written, in order, duplicates kept. */
  readonly headers: readonly HeaderLine[]
}

/** A whole request: the body is the bytes that came over the wire. */
export interface ReceivedRequest extends RequestHead {
  readonly body: Buffer
}

/** The head of a message; its URL is made from the configured origin, since the sender chooses what `Host` says. */
export function headOf(message: IncomingMessage, origin: string | undefined): RequestHead {
  const headers = message.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [[name, all[index + 1] ?? ''] as const] : []))
  return { method: message.method ?? '', url: `${origin ?? `http://${message.headers.host ?? 'localhost'}`}${message.url ?? '/'}`, headers }
}

/** The body as bytes, or `too-large` as soon as it is known to exceed the limit. Rejects when the sender breaks off. */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer | 'too-large'> {
  if (Number(message.headers['content-length'] ?? 0) > limit) return 'too-large'
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) { // no encoding was set: chunks are buffers
    size += chunk.length
    if (size > limit) return 'too-large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The value of the only header of that name; undefined when it is absent or ambiguous. */
export function headerOf({ headers }: RequestHead, name: string): string | undefined {
  const values = headers.filter(([written]) => written.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  return values.length === 1 ? values[0] : undefined
}

/** The media type in lower case, without its parameters. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase()
}
