import type { Json } from '../../harness/profile/json-pointer.ts'

/** An event as it is handed over for publication. */
export interface NewEvent {
  readonly type: string
  readonly data: Json
  readonly id?: string
  /** The resource that the event is about; its own stream carries it too. */
  readonly key?: string
}

/** An event as it stands in the log: the same for every client, on every connection. */
export interface StreamedEvent {
  /** Place in the order of publication, which never begins again. */
  readonly position: number
  readonly id: string
  readonly type: string
  /** The text that clients are to get, but for the kind of its line ends. */
  readonly data: string
  readonly key?: string
}

/**
 * Why an event is not accepted.
 *
 * A type or an id with a line end would write lines of its own, and a client drops an id with NUL. Ids travel back in a
 * header: visible ASCII, and no more of it than a browser sends to another origin without asking first (128 bytes).
 */
export function eventProblem({ type, id }: NewEvent): string | undefined {
  if (/[\r\n]/.test(type)) return 'The type has to be one line.'
  if (type.length > 256) return 'The type has to have at most 256 characters.'
  if (id !== undefined && !/^[\x21-\x7e]{1,128}$/.test(id)) return 'The id has to be made of 1 to 128 visible ASCII characters.'
  return undefined
}

/** A string is sent as it stands, any other value as its JSON text. */
export function dataText(data: Json): string {
  return typeof data === 'string' ? data : JSON.stringify(data)
}
