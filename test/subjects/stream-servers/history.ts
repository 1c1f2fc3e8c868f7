import type { Publication } from './stream-control.ts'

export interface KeptEvent {
  readonly id: string
  readonly type: string
  readonly data: string
}

/** The replay that a library leaves to its user, by the book: ids that never come again, and a gap that is told. */
export class History {
  #events: KeptEvent[] = []
  #keep = 100_000
  #count = 0
  #epoch = 0

  add({ id, type, data }: Publication): KeptEvent {
    const known = this.#events.find((event) => event.id === id)
    if (known) return known
    this.#count += 1
    const event = { id: id ?? `${this.#epoch}-${this.#count}`, type, data }
    this.#events.push(event)
    this.#trim()
    return event
  }

  /** The events after this one; undefined for an id that is not kept. */
  after(id: string): readonly KeptEvent[] | undefined {
    const at = this.#events.findIndex((event) => event.id === id)
    return at === -1 ? undefined : this.#events.slice(at + 1)
  }

  retain(keep: number): void {
    this.#keep = keep
    this.#trim()
  }

  reset(): void {
    this.#events = []
    this.#keep = 100_000
    this.#epoch += 1
  }

  #trim(): void {
    if (this.#events.length > this.#keep) this.#events.splice(0, this.#events.length - this.#keep)
  }
}
