import { HarnessError } from '../errors.ts'
import { bytesOf } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import type { OpenMessage } from './fields.ts'
import { formContent } from './form.ts'
import { locate, valueAt } from './json-text.ts'
import type { JsonSpan } from './json-text.ts'
import { found, refused } from './outcome.ts'
import type { Found } from './outcome.ts'
import type { SignatureScheme, SignedPart, SignedVariant } from './scheme.ts'
import { decodeHubspotUrl, queryValues } from './url.ts'

/** Everything that signed content is made of. */
export interface ContentSource {
  readonly open: OpenMessage
  /** The spelling of the URL that is signed. */
  readonly url: string
  readonly fields: ReadonlyMap<string, ByteText>
  readonly config: Readonly<Record<string, string>>
  /** The key's bytes, for schemes that hash them with the content. */
  readonly secret: Buffer
  /** The item of a batch whose own signature this is. */
  readonly item: JsonSpan | undefined
}

/**
 * What of a message is signed: the first variant whose condition holds, or the scheme's only content.
 *
 * @throws HarnessError `broken-profile` when nothing is signed though the scheme has a MAC, whose value would be constant.
 */
export function variantOf(scheme: SignatureScheme, url: string): SignedVariant {
  const variant = scheme.variants?.find(({ when }) => when === undefined || queryValues(url, when.queryHas).length > 0) ?? { signed: scheme.signed }
  const isMac = Object.values(scheme.schemes).some(({ alg }) => alg !== 'shared-secret')
  if (isMac && variant.signed.length === 0) {
    throw new HarnessError('broken-profile', 'x-signature has a MAC or signature algorithm and signs nothing.', 'Name the signed parts in x-signature.signed.')
  }
  return variant
}

/** Names of the fields that stand in the signed content. */
export function signedFields(parts: readonly SignedPart[]): ReadonlySet<string> {
  return new Set(parts.flatMap((part) => ('field' in part ? [part.field] : [])))
}

/** Whether the secret itself is part of what is hashed. */
export function signsSecret(parts: readonly SignedPart[]): boolean {
  return parts.some((part) => 'part' in part && part.part === 'secret')
}

/** The bytes that are signed: the parts in order, nothing between them. A field that is absent and may be adds nothing. */
export function contentOf(parts: readonly SignedPart[], source: ContentSource): Found<Buffer> {
  const pieces: Buffer[] = []
  for (const part of parts) {
    const piece = partContent(part, source)
    if (!piece.ok) return piece
    pieces.push(piece.value)
  }
  return found(Buffer.concat(pieces))
}

function partContent(part: SignedPart, source: ContentSource): Found<Buffer> {
  const { message } = source.open
  if ('lit' in part) return found(Buffer.from(part.lit, 'utf8'))
  if ('field' in part) return found(bytesOf(source.fields.get(part.field) ?? ''))
  if ('config' in part) return found(Buffer.from(configured(part.config, source.config), 'utf8'))
  if ('join' in part) return joinContent(part, source)
  switch (part.part) {
    case 'body':
      return found(message.body)
    case 'method':
      return found(Buffer.from(message.method, 'utf8'))
    case 'secret':
      return found(source.secret)
    case 'url':
      return found(Buffer.from(part.decode === 'hubspot' ? decodeHubspotUrl(source.url) : source.url, 'utf8'))
    case 'form':
      return found(formContent(part, message.body))
  }
}

function configured(name: string, config: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(config, name) ? config[name] : undefined
  if (value !== undefined && value !== '') return value
  throw new HarnessError('usage', `The signature scheme signs the configured value "${name}", and none was given.`, `Configure "${name}".`)
}

function joinContent(part: Extract<SignedPart, { readonly join: string }>, { open, item }: ContentSource): Found<Buffer> {
  const text = open.json()
  if (text === undefined) return refused('unreadable-body')
  const values: ByteText[] = []
  for (const pointer of part.of) {
    const places = locate(text, pointer, item)
    if (places.length > 1) return refused('repeated-field')
    const [place] = places
    values.push((place === undefined ? undefined : valueAt(text, place)) ?? part.missing)
  }
  return found(bytesOf(values.join(part.join)))
}
