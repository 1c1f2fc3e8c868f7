import type { PublishedEvent } from '../../attach/control.ts'
import type { Clock } from '../../clock/clock.ts'
import type { PublicationLine } from '../../transcript/stream-line.ts'
import type { MadeEvent, OwnEvents } from './own-events.ts'

/** What became of a call to publish. */
export interface Published {
  readonly outcome: 'accepted' | 'refused' | 'failed'
  readonly detail?: string
  readonly ids?: readonly string[]
}

export type Publish = (events: readonly PublishedEvent[]) => Promise<Published>

interface PublisherSetting {
  readonly case: string
  readonly own: OwnEvents
  readonly clock: Clock
  /** Absent where the harness cannot make the target publish. */
  readonly publish: Publish | undefined
  readonly redact: (text: string) => string
}

const keptText = 256
const keptIds = 20

/** Publishes the events of one case and remembers what the target said. */
export class Publisher {
  readonly lines: PublicationLine[] = []
  readonly #setting: PublisherSetting

  constructor(setting: PublisherSetting) {
    this.#setting = setting
  }

  get able(): boolean {
    return this.#setting.publish !== undefined
  }

  /** One call for these events, which stand in a row and have one type. */
  async publish(made: readonly MadeEvent[], round?: number): Promise<Published> {
    const { publish, clock, own, redact } = this.#setting
    const [first] = made
    if (!publish || !first) return { outcome: 'refused', detail: 'there is no way to make the target publish' }
    const beforeMs = clock.elapsed()
    const told = await publish(made.map(({ event }) => event))
    const { type, key, id } = first.event
    if (told.ids) own.told(made, told.ids)
    this.lines.push({
      kind: 'publication',
      case: this.#setting.case,
      name: first.name,
      first: first.number,
      count: made.length,
      ...(first.place === undefined ? {} : { place: first.place }),
      type: type.slice(0, keptText),
      ...(key === undefined ? {} : { key }),
      ...(id === undefined ? {} : { id: id.slice(0, keptText) }),
      data: first.data.slice(0, keptText),
      dataLength: first.data.length,
      ...(round === undefined ? {} : { round }),
      beforeMs: rounded(beforeMs),
      afterMs: rounded(clock.elapsed()),
      outcome: told.outcome,
      ...(told.detail === undefined ? {} : { detail: redact(told.detail).slice(0, 300) }),
      ...(told.ids && told.ids.length <= keptIds ? { ids: told.ids.map((text) => redact(text).slice(0, keptText)) } : {}),
    })
    return told
  }
}

export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
