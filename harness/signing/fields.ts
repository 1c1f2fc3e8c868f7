import { HarnessError } from '../errors.ts'
import type { HeaderLine } from '../http/message.ts'
import { trimmed } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import { locate, readJsonText, valueAt } from './json-text.ts'
import { found, refused } from './outcome.ts'
import type { Found, SignedMessage } from './outcome.ts'
import type { SignatureField, SignatureScheme } from './scheme.ts'
import { timestampGrammar } from './timestamp.ts'
import { queryValues } from './url.ts'

/** A message with the parts of it that are parsed once, and only when something asks for them. */
export interface OpenMessage {
  readonly message: SignedMessage
  /** The text of a JSON body; `undefined` when the body is not JSON. */
  readonly json: () => string | undefined
}

/** Values of the parameters inside a signature header, by name. */
export type SignatureParams = ReadonlyMap<string, readonly ByteText[]>

/** Values longer than this are outside every grammar, so that no expression of a profile meets unbounded input. */
const maxMatchedLength = 4096

export function openMessage(message: SignedMessage): OpenMessage {
  let read: { readonly text: string | undefined } | undefined
  return { message, json: () => (read ??= { text: readJsonText(message.body) }).text }
}

/** The values of every header of that name, in order, without the white space around them (RFC 9110 §5.5). */
export function headerValues(headers: readonly HeaderLine[], name: string): readonly ByteText[] {
  const wanted = name.toLowerCase()
  return headers.filter(([other]) => other.toLowerCase() === wanted).map(([, value]) => trimmed(value, ' \t'))
}

/**
 * The named fields of a scheme, each exactly once and inside its grammar.
 *
 * `needed` fields must be present unless the scheme says `required: false`; the timestamp and what the scheme requires
 * always must. A field that is absent and may be is left out.
 */
export function readFields(
  scheme: SignatureScheme,
  open: OpenMessage,
  params: SignatureParams,
  names: Iterable<string>,
  needed: ReadonlySet<string>,
): Found<ReadonlyMap<string, ByteText>> {
  const values = new Map<string, ByteText>()
  for (const name of names) {
    const field = fieldOf(scheme, name)
    const stated = fieldValues(field, open, params)
    if (!stated.ok) return stated
    const [value = ''] = stated.value
    if (stated.value.length > 1) return refused('repeated-field')
    if (value !== '') {
      if (!isInGrammar(scheme, name, field, value)) return refused('field-grammar')
      values.set(name, value)
    } else if (name === scheme.timestamp?.field || (field.required ?? needed.has(name))) {
      return refused('missing-field')
    }
  }
  return found(values)
}

/** Every value that stands where a field is read from. */
export function fieldValues(field: SignatureField, { message, json }: OpenMessage, params: SignatureParams): Found<readonly ByteText[]> {
  if (field.in === 'header') return found(headerValues(message.headers, field.name))
  if (field.in === 'query') return found(queryValues(message.url, field.name))
  if (field.in === 'sigparam') return found(params.get(field.name) ?? [])
  const text = json()
  if (text === undefined) return refused('unreadable-body')
  return found(locate(text, field.pointer).map((place) => valueAt(text, place) ?? ''))
}

/** Whether the whole text matches a regular expression of a profile. Texts over 4,096 characters match none. */
export function matchesWhole(pattern: string, text: string, flags = ''): boolean {
  try {
    return text.length <= maxMatchedLength && new RegExp(`^(?:${pattern})$`, flags).test(text)
  } catch (cause) {
    throw new HarnessError('broken-profile', `x-signature has an invalid regular expression: ${pattern}`, 'Correct it in the profile.', { cause })
  }
}

function fieldOf(scheme: SignatureScheme, name: string): SignatureField {
  const field = Object.hasOwn(scheme.fields, name) ? scheme.fields[name] : undefined
  if (field !== undefined) return field
  throw new HarnessError('broken-profile', `x-signature uses the field "${name}" and does not say where it stands.`, 'Add it to x-signature.fields.')
}

/** Whether a value is one that the scheme allows in its field. */
export function isInGrammar(scheme: SignatureScheme, name: string, field: SignatureField, value: ByteText): boolean {
  const derived = scheme.timestamp?.field === name ? timestampGrammar(scheme.timestamp.unit) : undefined
  return [field.grammar ?? derived, field.charset].every((pattern) => pattern === undefined || matchesWhole(pattern, value))
}
