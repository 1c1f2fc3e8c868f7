import type { BodyFraming } from '../../http/message.ts'
import { leafPointers, parseJson, valueAt, withValueAt, type Json } from '../../profile/json-pointer.ts'
import { keptPointers } from './sample.ts'
import type { Made } from './vocabulary.ts'

/** A change of the body before it is signed. */
export type BodyChange = (body: Buffer, made: Made) => Buffer

const emoji = Buffer.from('\u{1F600}')

/** A character of four bytes stands at the end of one string value. */
export const withUnicode: BodyChange = (body, made) => editFreeText(body, made, (text) => `${text} \u00e9\u{1F600}`)

/** One string value grows until the body has this many bytes. */
export function withPadding(bytes: number): BodyChange {
  return (body, made) => editFreeText(body, made, (text) => text + 'x'.repeat(Math.max(0, bytes - body.length)))
}

/** The members of the outermost object in reverse order. */
export const reordered: BodyChange = (body) => {
  const document = parseJson(body.toString())
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return body
  return Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(document).reverse())))
}

/** A member of the outermost object is set. */
export function withMember(name: string, value: Json): BodyChange {
  return (body) => {
    const document = parseJson(body.toString())
    return document === undefined ? body : Buffer.from(JSON.stringify(withValueAt(document, `/${name}`, value)))
  }
}

/** The time of the event, spelled by a function of now. */
export function withEventTime(spell: (nowMs: number) => string): BodyChange {
  return (body, { profile, nowMs }) => {
    const place = profile.acknowledgement.eventTime
    const document = parseJson(body.toString())
    if (place?.in !== 'body' || document === undefined) return body
    return Buffer.from(JSON.stringify(withValueAt(document, place.pointer, spell(nowMs))))
  }
}

/** Writes that end inside the first character of four bytes: after one, two and three of them. */
export function cutInsideCharacter(transfer: BodyFraming['transfer']): (body: Buffer) => BodyFraming {
  return (body) => {
    const at = body.indexOf(emoji)
    return { transfer, cuts: at < 0 ? [Math.floor(body.length / 2)] : [at + 1, at + 2, at + 3] }
  }
}

/** Edits the last string value that is no identity, type or time. */
function editFreeText(body: Buffer, { profile }: Made, edit: (text: string) => string): Buffer {
  const document = parseJson(body.toString())
  if (document === undefined) return body
  const kept = keptPointers(profile)
  const pointer = leafPointers(document).findLast((at) => typeof valueAt(document, at) === 'string' && !kept.some((other) => at.endsWith(other)))
  if (pointer === undefined) return Buffer.from(JSON.stringify(withValueAt(document, '/note', edit(''))))
  return Buffer.from(JSON.stringify(withValueAt(document, pointer, edit(String(valueAt(document, pointer))))))
}
