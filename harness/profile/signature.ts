import type { SignatureField, SignatureScheme, SignatureTimestamp, SignedPart } from '../signing/scheme.ts'
import { checkExtension } from './extensions.ts'
import type { Located, SourceDocument } from './locate.ts'

/** What a timestamp looks like when the document does not say, by unit. */
const grammars: Readonly<Record<SignatureTimestamp['unit'], string>> = {
  s: '^[0-9]{1,12}$',
  ms: '^[0-9]{1,15}$',
  rfc3339: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$',
}

/** What the schema of `x-signature` guarantees; defaults are still missing. */
type WrittenScheme = Omit<SignatureScheme, 'fields' | 'signed'> & Partial<Pick<SignatureScheme, 'fields' | 'signed'>>

/**
 * `x-signature` with its defaults: an empty `fields` and `signed`, `covers`, `max: 16` for a list, and the grammar of the timestamp.
 *
 * Ends the run when a name leads nowhere or a regular expression is none.
 */
export function compileSignature(document: SourceDocument, located: Located): SignatureScheme {
  checkExtension(document, 'x-signature', located)
  // The schema has just been checked.
  const written = located.value as WrittenScheme
  const scheme = withDefaults(written)
  checkNames(document, located, scheme)
  checkExpressions(document, located, scheme)
  checkTags(document, located, scheme)
  return scheme
}

function withDefaults(written: WrittenScheme): SignatureScheme {
  const fields = { ...written.fields }
  const signed = written.signed ?? []
  const { timestamp } = written
  const field = timestamp === null ? undefined : fields[timestamp.field]
  if (timestamp !== null && field !== undefined) fields[timestamp.field] = { grammar: grammars[timestamp.unit], ...field }
  return {
    ...written,
    fields,
    signature: written.signature.list === undefined ? written.signature : { max: 16, ...written.signature },
    signed,
    covers: written.covers ?? (signed.length === 0 && written.variants === undefined ? 'nothing' : 'body'),
  }
}

function checkNames(document: SourceDocument, located: Located, scheme: SignatureScheme): void {
  const names = Object.keys(scheme.fields).join(', ') || 'none'
  const check = (parts: readonly SignedPart[], below: readonly (string | number)[]): void => {
    parts.forEach((part, index) => {
      if ('field' in part && scheme.fields[part.field] === undefined) {
        document.fail(located, [...below, index], `the signed content names the field "${part.field}", which x-signature does not define (defined: ${names})`, `add "${part.field}" under fields, with the place it is read from`)
      }
      if ('config' in part && !(scheme.config ?? []).includes(part.config)) {
        document.fail(located, [...below, index], `the signed content names the configured value "${part.config}", which config does not list`, `add "${part.config}" to config`)
      }
    })
  }
  check(scheme.signed, ['signed'])
  scheme.variants?.forEach((variant, index) => check(variant.signed, ['variants', index, 'signed']))
  if (scheme.timestamp !== null && scheme.fields[scheme.timestamp.field] === undefined) {
    document.fail(located, ['timestamp', 'field'], `the timestamp is read from the field "${scheme.timestamp.field}", which x-signature does not define (defined: ${names})`, `add "${scheme.timestamp.field}" under fields, with the place it is read from`)
  }
}

function checkExpressions(document: SourceDocument, located: Located, scheme: SignatureScheme): void {
  const check = (expression: string | undefined, below: readonly (string | number)[]): void => {
    if (expression === undefined) return
    try {
      new RegExp(expression)
    } catch (cause) {
      document.fail(located, below, `${JSON.stringify(expression)} is not a regular expression: ${cause instanceof Error ? cause.message : String(cause)}`, 'write it as in JavaScript, without slashes around it')
    }
  }
  for (const [name, { grammar, charset }] of Object.entries<SignatureField>(scheme.fields)) {
    check(grammar, ['fields', name, 'grammar'])
    check(charset, ['fields', name, 'charset'])
  }
  scheme.signature.sources.forEach((source, index) => {
    if ('pattern' in source) check(source.pattern, ['signature', 'sources', index, 'pattern'])
  })
}

/** A tag selects the algorithm: with tags every scheme has one, without there is nothing to select by. */
function checkTags(document: SourceDocument, located: Located, scheme: SignatureScheme): void {
  const tagged = scheme.signature.tag !== undefined
  const wrong = Object.keys(scheme.schemes).find((name) => (name !== '') !== tagged)
  if (wrong !== undefined) {
    document.fail(
      located,
      ['schemes', wrong],
      tagged ? 'a scheme has no tag although signature.tag is declared' : `the scheme "${wrong}" has a tag although signature.tag is not declared`,
      tagged ? 'name it by its tag, such as v1' : 'declare signature.tag, or name the only scheme ""',
    )
  }
  const parameter = Object.entries(scheme.fields).find(([, field]) => field.in === 'sigparam')
  if (parameter !== undefined && !tagged) {
    document.fail(located, ['fields', parameter[0]], `the field "${parameter[0]}" is a parameter of the signature header, whose values have no tags`, 'declare signature.list and signature.tag')
  }
}
