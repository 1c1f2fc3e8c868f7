import type { PublishedEvent } from '../../attach/control.ts'
import type { StreamAsked } from '../../transcript/stream-line.ts'
import type { EventToPublish, Mark } from './vocabulary.ts'

/** What a stream shows of an event: which of the case's own it is, and whether something of it got out of its data. */
export interface Recognised {
  readonly own?: number
  /** The data are those that were published. */
  readonly exact: boolean
  /** Text that has its place inside of data only stands in a type, an id, or in data of its own. */
  readonly forged: boolean
}

/** An event that is ready to be published, with its place among those of the case. */
export interface MadeEvent {
  readonly number: number
  readonly name: string
  /** Its place among many of one name, from 1. */
  readonly place?: number
  readonly event: PublishedEvent
  /** Data as clients have to get them. */
  readonly data: string
}

/**
 * The events that one case publishes, each with a number that stands, unguessably, in its data.
 *
 * Many cases share one server: a stream of one shows the events of all.
 */
export class OwnEvents {
  readonly #prefix: string
  readonly #type: string
  readonly #pattern: RegExp
  /** Data by number; undefined where they are made by `manyData`. */
  readonly #texts: (string | undefined)[] = []
  readonly #types: string[] = []
  readonly #keys: (string | undefined)[] = []
  readonly #paddings: number[] = []
  /** Ids that were seen on the wire. */
  readonly #ids = new Map<number, string>()
  readonly #toldIds = new Map<string, number>()
  readonly #empty: { readonly number: number; readonly type: string }[] = []

  constructor(label: string, random: (bytes: number) => Buffer) {
    this.#prefix = `${label}-${random(6).toString('hex')}-`
    this.#type = `conformance.${label}`
    this.#pattern = new RegExp(`${this.#prefix}(\\d+)`)
  }

  /** The type that no other case uses. */
  get type(): string {
    return this.#type
  }

  get count(): number {
    return this.#texts.length
  }

  /** A resource of the case's own. */
  keyOf(key: string): string {
    return `conformance-${this.#prefix}${key}`
  }

  make(wanted: EventToPublish): MadeEvent {
    const number = this.#texts.length
    const mark: Mark = { text: `${this.#prefix}${number}`, forged: `${this.#prefix}forged` }
    const type = wanted.type?.(this.#type, mark) ?? this.#type
    const verbatim = wanted.data?.(mark)
    const document = this.#document(number, 0)
    const text = verbatim === undefined ? JSON.stringify(document) : normalised(verbatim)
    this.#texts.push(text)
    this.#types[number] = type
    this.#keys[number] = wanted.key === undefined ? undefined : this.keyOf(wanted.key)
    if (text === '') this.#empty.push({ number, type })
    const id = wanted.id?.(mark)
    return {
      number,
      name: wanted.name,
      data: text,
      event: { type, data: verbatim ?? document, ...(id === undefined ? {} : { id }), ...(wanted.key === undefined ? {} : { key: this.keyOf(wanted.key) }) },
    }
  }

  /** Many plain events, padded to a number of bytes. */
  makeMany(name: string, count: number, dataBytes: number): readonly MadeEvent[] {
    return Array.from({ length: count }, (_, index) => {
      const number = this.#texts.length
      this.#texts.push(undefined)
      this.#types[number] = this.#type
      this.#paddings[number] = dataBytes
      const document = this.#document(number, dataBytes)
      return { number, name, ...(count > 1 ? { place: index + 1 } : {}), data: JSON.stringify(document), event: { type: this.#type, data: document } }
    })
  }

  /** The ids that the target told for events, in order. */
  told(made: readonly MadeEvent[], ids: readonly string[]): void {
    for (const [index, { number }] of made.entries()) {
      const id = ids[index]
      if (id !== undefined) this.#toldIds.set(id, number)
    }
  }

  typeOf(number: number): string | undefined {
    return this.#types[number]
  }

  /** Whether a stream that asked for this selects an event. */
  isSelected(number: number, { types, resource }: Pick<StreamAsked, 'types' | 'resource'>): boolean {
    return (types === undefined || types.includes(this.#types[number] ?? '')) && (resource === undefined || this.#keys[number] === resource)
  }

  /** The id that an event had on the wire. */
  idOf(number: number): string | undefined {
    return this.#ids.get(number)
  }

  recognise(event: { readonly type: string; readonly data: string; readonly id: string | undefined }): Recognised {
    const { type, data, id } = event
    const own = this.#numberIn(event)
    const exact = own !== undefined && this.#isExact(own, data)
    if (own !== undefined && id !== undefined && !this.#ids.has(own)) this.#ids.set(own, id)
    const forged = `${this.#prefix}forged`
    // Text from which a line end was taken out may contain what would have been the next line; it must not be that line.
    const isForged = type === forged || id === forged || (!exact && data.split('\n').includes(forged))
    return { exact, forged: isForged, ...(own === undefined ? {} : { own }) }
  }

  #numberIn({ type, data, id }: { readonly type: string; readonly data: string; readonly id: string | undefined }): number | undefined {
    if (data === '') return this.#empty.find((one) => one.type === type || (id !== undefined && this.#toldIds.get(id) === one.number) || type === 'message')?.number
    const found = this.#pattern.exec(data)?.[1]
    const number = found === undefined ? undefined : Number(found)
    return number !== undefined && number < this.#texts.length ? number : undefined
  }

  /** Data that are a document may be spelled in another way, data that are text may not. */
  #isExact(number: number, data: string): boolean {
    const text = this.#texts[number] ?? JSON.stringify(this.#document(number, this.#paddings[number] ?? 0))
    if (data === text) return true
    return text.startsWith('{"conformance":') && canonical(data) === text
  }

  #document(number: number, dataBytes: number): { readonly conformance: string; readonly padding?: string } {
    const mark = `${this.#prefix}${number}`
    const padding = dataBytes - mark.length - 30
    return { conformance: mark, ...(padding > 0 ? { padding: 'x'.repeat(padding) } : {}) }
  }
}

/** Whether data are those of a case of the run, whichever. */
export function isOfAnyCase(data: string): boolean {
  return /(?<![0-9a-z])x\d+-[0-9a-f]{12}-\d/.test(data.slice(0, 1024))
}

/** The one change that the format forces: it has no way to carry a CR. A lone surrogate cannot be encoded. */
function normalised(data: string): string {
  return data.replace(/\r\n?/g, '\n').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}

function canonical(data: string): string | undefined {
  try {
    const { conformance, padding } = JSON.parse(data) as { readonly conformance?: unknown; readonly padding?: unknown }
    return JSON.stringify({ conformance, ...(padding === undefined ? {} : { padding }) })
  } catch {
    return undefined // not a document at all
  }
}
