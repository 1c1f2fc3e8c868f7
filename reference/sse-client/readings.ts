import { streamClient, type StreamClient, type StreamClientOptions } from './client.ts'

/** What somebody asks to be read. */
export interface ReadingRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly lastEventId?: string
  /** The client closes itself inside its handler of this event, counted from 1. */
  readonly closeAfter?: number
}

/** What came of it, in the words of the control API. */
export interface Reading {
  readonly state: StreamClient['state']
  readonly events: readonly { readonly type: string; readonly data: string; readonly lastEventId: string }[]
  readonly errors: number
}

/** Clients that were asked for, and what each has delivered. */
export interface Readings {
  /** The id of the new one. */
  open(request: ReadingRequest): string
  /** Also of one that is closed. */
  read(id: string): Reading | undefined
  close(id: string): void
  clear(): void
}

/** Characters of data that are remembered for one client; it is closed when there are more. */
const maxCharacters = 64 * 1024 * 1024

export function createReadings(options: Pick<StreamClientOptions, 'reconnectMs' | 'policy' | 'parts'>): Readings {
  const readings = new Map<string, { readonly client: StreamClient; readonly read: () => Reading }>()
  let count = 0
  return {
    open(request) {
      count += 1
      readings.set(`conn-${count}`, begin(request, options))
      return `conn-${count}`
    },
    read: (id) => readings.get(id)?.read(),
    close: (id) => readings.get(id)?.client.close(),
    clear() {
      for (const { client } of readings.values()) client.close()
      readings.clear()
    },
  }
}

function begin({ url, closeAfter, ...given }: ReadingRequest, options: Pick<StreamClientOptions, 'reconnectMs' | 'policy' | 'parts'>): { readonly client: StreamClient; readonly read: () => Reading } {
  const events: { readonly type: string; readonly data: string; readonly lastEventId: string }[] = []
  let [errors, characters] = [0, 0]
  const client = streamClient(url, {
    ...options,
    ...given,
    onEvent({ type, data, lastEventId }) {
      events.push({ type, data, lastEventId })
      characters += data.length + 64
      if (events.length === closeAfter || characters > maxCharacters) client.close()
    },
    onError: () => (errors += 1),
  })
  return { client, read: () => ({ state: client.state, events, errors }) }
}
