import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { HeaderLine } from '../../harness/http/message.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import type { SignedMessage } from '../../harness/signing/outcome.ts'
import type { SignatureScheme } from '../../harness/signing/scheme.ts'
import { timestampText } from '../../harness/signing/timestamp.ts'

const file = new URL('../../generated/profiles.json', import.meta.url)

/** Every built-in profile's scheme by the profile's name. The build writes the file from the types it is read as here. */
export const schemes: ReadonlyMap<string, SignatureScheme> = new Map(
  (JSON.parse(readFileSync(file, 'utf8')) as readonly Profile[]).map(({ name, signature }) => [name, signature]),
)

export function schemeNamed(name: string): SignatureScheme {
  const scheme = schemes.get(name)
  if (scheme === undefined) throw new Error(`No built-in profile is named ${name}.`)
  return scheme
}

/** Values for all configuration that a built-in scheme asks for. */
export function configOf(scheme: SignatureScheme): Readonly<Record<string, string>> {
  return Object.fromEntries((scheme.config ?? []).map((name) => [name, `https://consumer.example/${name}`]))
}

/** A value for every field: the moment for the timestamp, a token for the others. */
export function honestFields(scheme: SignatureScheme, atMs: number): Readonly<Record<string, string>> {
  const value = (name: string) => (name === scheme.timestamp?.field ? timestampText(scheme.timestamp.unit, atMs) : 'msg_2cA')
  return Object.fromEntries(Object.keys(scheme.fields).map((name) => [name, value(name)]))
}

/** Whether any value of the scheme is read from a JSON body. */
export function readsJson(scheme: SignatureScheme): boolean {
  const places = [...Object.values(scheme.fields), ...scheme.signature.sources]
  return places.some((place) => place.in === 'body' || place.in === 'item') || scheme.signed.some((part) => 'join' in part)
}

/** Whether any change of the body has to be noticed. */
export function coversBody(scheme: SignatureScheme): boolean {
  const signsNothing = scheme.signed.length === 0 && scheme.variants === undefined
  return !signsNothing && ['body', 'request'].includes(scheme.covers ?? 'body')
}

export function post(body: string | Buffer, headers: Readonly<Record<string, string>> | readonly HeaderLine[] = {}, url = 'https://consumer.example/hooks'): SignedMessage {
  return { method: 'POST', url, headers: isLines(headers) ? headers : Object.entries(headers), body: Buffer.from(body) }
}

function isLines(headers: Readonly<Record<string, string>> | readonly HeaderLine[]): headers is readonly HeaderLine[] {
  return Array.isArray(headers)
}

export const random = (bytes: number): Buffer => randomBytes(bytes)
