import type { SignatureScheme } from '../signing/scheme.ts'
import { valueAt } from './json-pointer.ts'
import type { Json } from './json-pointer.ts'
import { isObject } from './locate.ts'
import type { Located, SourceDocument } from './locate.ts'
import type { Acknowledgement, SampleEvent, ValuePlace } from './profile.ts'

/**
 * The examples of a message as deliveries, less the headers that identify or sign one: those are made anew for each delivery.
 *
 * An example with a string as payload is sent as it stands, so that a document can fix every byte.
 */
export function compileSamples(document: SourceDocument, message: Located, signature: SignatureScheme, acknowledgement: Acknowledgement): readonly SampleEvent[] {
  const made = madeHeaders(signature, acknowledgement)
  const contentType = textOf(document.member(message, 'contentType')) ?? textOf(document.member(document.root, 'defaultContentType')) ?? 'application/json'
  const messageName = textOf(document.member(message, 'name')) ?? String(message.paths.at(-1)?.at(-1) ?? 'example')
  const examples = document.members(document.member(message, 'examples')).filter(({ value }) => isObject(value) && value['payload'] !== undefined)
  return examples.map((example, index) => {
    const payload = isObject(example.value) ? example.value['payload'] : undefined
    checkPointers(document, example, payload, acknowledgement)
    return {
      name: textOf(document.member(example, 'name')) ?? (index === 0 ? messageName : `${messageName}-${index + 1}`),
      headers: headersOf(document, example).filter(([name]) => name.toLowerCase() !== 'content-type' && !made(name)),
      contentType: headersOf(document, example).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? contentType,
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    }
  })
}

function headersOf(document: SourceDocument, example: Located): readonly (readonly [string, string])[] {
  const headers = document.member(example, 'headers')
  if (!isObject(headers?.value)) return []
  return Object.entries(headers.value).map(([name, value]) => {
    const text = String(value)
    if (/[\r\n\0]/.test(text) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      document.fail(headers, [name], `the example's header ${JSON.stringify(name)} cannot be sent`, 'give it a token as name and one line as value')
    }
    return [name, text] as const
  })
}

/** Whether a header is made by the harness for every delivery. */
function madeHeaders(signature: SignatureScheme, { deduplication }: Acknowledgement): (name: string) => boolean {
  const names = new Set<string>()
  const patterns: RegExp[] = []
  const add = (place: { readonly in: string; readonly name?: string }): void => {
    if (place.in === 'header' && place.name !== undefined) names.add(place.name.toLowerCase())
  }
  Object.values(signature.fields).forEach(add)
  signature.guards?.forEach(add)
  signature.legacy?.forEach(({ name }) => names.add(name.toLowerCase()))
  deduplication?.places.forEach(add)
  deduplication?.also.forEach(add)
  for (const source of signature.signature.sources) {
    if ('pattern' in source) patterns.push(new RegExp(source.pattern, 'i'))
    else add(source)
  }
  return (name) => names.has(name.toLowerCase()) || patterns.some((pattern) => pattern.test(name))
}

/** An identity that is set beside the one the target reads would make every repeat look like a fault of the target. */
function checkPointers(document: SourceDocument, example: Located, payload: unknown, { deduplication, eventType, eventTime }: Acknowledgement): void {
  if (typeof payload === 'string') return
  const places: readonly (ValuePlace | undefined)[] = [...(deduplication?.places ?? []), ...(deduplication?.also ?? []), eventType, eventTime]
  for (const place of places) {
    // The payload came out of YAML or JSON.
    if (place?.in === 'body' && valueAt(payload as Json, place.pointer) === undefined) {
      document.fail(example, ['payload'], `the example has nothing at ${place.pointer}, which x-acknowledgement names`, 'correct the pointer, or complete the example')
    }
  }
}

function textOf(located: Located | undefined): string | undefined {
  return typeof located?.value === 'string' ? located.value : undefined
}
