import type { ClientConnection, Control } from '../../attach/control.ts'
import { HarnessError } from '../../errors.ts'
import type { ConnectionLine } from '../../transcript/client-line.ts'
import { recordEvent } from './recorded-events.ts'
import type { SseClientStage } from './stage.ts'
import { endMark, type Asked } from './vocabulary.ts'

interface Opened {
  readonly name: string
  readonly path: string
  readonly asked: Asked
  /** Where it is known by its id: a target that was started again gives the same ids to others. */
  readonly control: Control
  readonly id: string
  readonly startedMs: number
  readonly states: { state: ClientConnection['state']; atMs: number; events: number }[]
  told: ClientConnection
  readMs: number
  closedMs?: number
  countAtClose?: number
}

const maxEvents = 2_000

/** The connections that the client under test holds for one case. */
export class Clients {
  readonly #stage: SseClientStage
  readonly #byName = new Map<string, Opened>()

  constructor(stage: SseClientStage) {
    this.#stage = stage
  }

  /** Resolves to false when the target cannot do what it is asked for. */
  async open(name: string, path: string, url: string, asked: Asked, types: readonly string[]): Promise<boolean> {
    const { clock } = this.#stage
    const startedMs = clock.elapsed()
    const control = this.#stage.control()
    const told = await control.connect({ url, ...asked, ...(control.manifest.capabilities['types'] === true ? { types } : {}) })
    if (told === 'absent') return false
    this.#byName.set(name, { name, path, asked, control, id: told.id, startedMs, states: [], told: { state: 'connecting', events: [], errors: 0 }, readMs: startedMs })
    return true
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  isClosed(name: string): boolean {
    return this.#byName.get(name)?.closedMs !== undefined
  }

  /** Asks the client what it has delivered so far. */
  async read(name: string): Promise<ClientConnection> {
    const opened = this.#byName.get(name)
    if (!opened) return { state: 'closed', events: [], errors: 0 }
    const told = await this.#controlOf(opened).connection(opened.id)
    opened.readMs = this.#stage.clock.elapsed()
    // A connection that is not known any more has delivered what it had delivered.
    if (told !== 'absent') opened.told = told
    const { state, events } = opened.told
    const last = opened.states.at(-1)
    if ((last?.state !== state || last.events !== events.length) && opened.states.length < 100) opened.states.push({ state, atMs: round(opened.readMs), events: events.length })
    return opened.told
  }

  async close(name: string): Promise<void> {
    const opened = this.#byName.get(name)
    if (!opened || opened.closedMs !== undefined) return
    await this.#controlOf(opened).closeConnection(opened.id)
    opened.closedMs = this.#stage.clock.elapsed()
    opened.countAtClose = (await this.read(name)).events.length
  }

  async closeAll(): Promise<void> {
    for (const opened of this.#byName.values()) {
      const { name, id, told } = opened
      if (opened.closedMs !== undefined) continue
      // Nothing is sent behind the end mark.
      if (!told.events.some(({ data }) => data.includes(endMark))) await this.read(name)
      await this.#controlOf(opened).closeConnection(id)
    }
  }

  async readClosed(): Promise<void> {
    for (const { name, closedMs } of this.#byName.values()) if (closedMs !== undefined) await this.read(name)
  }

  lines(id: string, label: string): readonly ConnectionLine[] {
    return [...this.#byName.values()].map((opened, index): ConnectionLine => ({
      kind: 'connection',
      id: `${label}.c${index + 1}`,
      case: id,
      client: opened.name,
      path: opened.path,
      asked: opened.asked,
      startedMs: round(opened.startedMs),
      states: opened.states,
      events: opened.told.events.slice(0, maxEvents).map(recordEvent),
      count: opened.told.events.length,
      errors: opened.told.errors,
      ...(opened.closedMs === undefined ? {} : { closedMs: round(opened.closedMs) }),
      ...(opened.countAtClose === undefined ? {} : { countAtClose: opened.countAtClose }),
      readMs: round(opened.readMs),
    }))
  }

  #controlOf({ control }: Opened): Control {
    if (control === this.#stage.control()) return control
    throw new HarnessError('bad-control', 'the client was started again while the case was played', 'this is handled where the case is played')
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
