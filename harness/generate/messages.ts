import { findDelivery } from '../profile/compile.ts'
import { isObject, type Located, type SourceDocument } from '../profile/locate.ts'
import type { PlacedSchema, ProfileSource } from './documents.ts'

/** A message of the document, traits merged, as far as types are concerned. */
export interface Message {
  /** Its key in the document, which is what its authors call it. */
  readonly name: string
  readonly payload?: PlacedSchema
  readonly headers?: PlacedSchema
}

/** The messages that a document describes: those that deliver events, and all others with a payload, in the document's order. */
export function messagesOf({ document, documents }: ProfileSource): { readonly delivered: readonly Message[]; readonly others: readonly Message[] } {
  const delivered = (findDelivery(document)?.messages ?? []).map((message) => messageOf(document, message, documents.main))
  const channels = document.members(document.member(document.root, 'channels'))
  const all = channels.flatMap((channel) => document.members(document.member(channel, 'messages'))).map((message) => messageOf(document, document.withTraits(message), documents.main))
  const seen = new Set(delivered.map(placeOfPayload))
  const others = all.filter((message) => {
    const place = placeOfPayload(message)
    if (place === undefined || seen.has(place)) return false
    seen.add(place)
    return true
  })
  return { delivered, others }
}

function messageOf(document: SourceDocument, message: Located, file: string): Message {
  // The message's own place is the strongest, hence the last.
  const path = message.paths.at(-1) ?? []
  const schemaAt = (key: 'payload' | 'headers'): PlacedSchema | undefined => {
    const written = isObject(message.value) ? message.value[key] : undefined
    if (written === undefined) return undefined
    if (!isObject(written) || written['schema'] === undefined || written['schemaFormat'] === undefined) return { schema: written, place: { file, path: [...path, key] } }
    if (!/json|asyncapi/i.test(String(written['schemaFormat']))) document.fail({ value: written, paths: [[...path, key]] }, ['schemaFormat'], `the ${key} is described in ${String(written['schemaFormat'])}, which is not read here`, 'describe it with JSON Schema')
    return { schema: written['schema'], place: { file, path: [...path, key, 'schema'] } }
  }
  const [payload, headers] = [schemaAt('payload'), schemaAt('headers')]
  return { name: String(path.at(-1) ?? 'message'), ...(payload && { payload }), ...(headers && { headers }) }
}

/** Two messages with the same reference have the same payload. */
function placeOfPayload({ payload }: Message): string | undefined {
  if (payload === undefined) return undefined
  const reference = isObject(payload.schema) ? payload.schema['$ref'] : undefined
  return typeof reference === 'string' ? reference : payload.place.path.join('/')
}
