import type { Clock } from '../clock/clock.ts'
import { HarnessError } from '../errors.ts'
import { isFlaw, readConnection, readEffects, readId, readIds, readManifest } from './answers.ts'
import type { ClientConnection, ConnectionRequest, Control, Effect, Manifest, PublishedEvent } from './control.ts'
import { startJsonRpc } from './json-rpc-child.ts'
import type { JsonRpcChild } from './json-rpc-child.ts'

export interface ExecOptions {
  readonly clock: Clock
  /** Real milliseconds that one answer may take. Default 5000. */
  readonly deadlineMs?: number
  /** Told each line of the adapter's stderr. */
  readonly onLog?: (line: string) => void
}

/**
 * Starts a control adapter as a child process of the shell and asks for its manifest.
 *
 * @throws HarnessError `bad-exec` when it dies, is silent for the deadline, or answers with what is not JSON-RPC 2.0.
 */
export async function startExec(command: string, options: ExecOptions): Promise<Control> {
  const child = startJsonRpc(command, { deadlineMs: options.deadlineMs ?? 5_000, onLog: options.onLog ?? (() => {}) })
  const adapter = new ExecControl(child, options.clock)
  try {
    await adapter.start()
  } catch (error) {
    await adapter.close()
    throw error
  }
  return adapter
}

class ExecControl implements Control {
  readonly attachment = 'exec'
  #manifest: Manifest = { capabilities: {} }
  readonly #child: JsonRpcChild
  readonly #clock: Clock

  constructor(child: JsonRpcChild, clock: Clock) {
    this.#child = child
    this.#clock = clock
  }

  get manifest(): Manifest {
    return this.#manifest
  }

  /** An adapter without the method `manifest` is one that declares nothing. */
  async start(): Promise<void> {
    const answer = await this.#call('manifest')
    if (answer === 'absent') return
    const manifest = readManifest(answer.result)
    if (isFlaw(manifest)) throw badAnswer(manifest.flaw)
    this.#manifest = manifest
  }

  async reset(): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#call('reset'))
  }

  async effects(event?: string): Promise<readonly Effect[] | 'absent'> {
    const answer = await this.#call('effects', event === undefined ? {} : { event })
    if (answer === 'absent') return 'absent'
    const effects = readEffects(answer.result, event)
    if ('flaw' in effects) throw badAnswer(effects.flaw)
    return effects
  }

  async faults(event: string, times: number): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#call('faults', { event, times }))
  }

  async subscribe(url: string, secret: string, types?: readonly string[]): Promise<{ readonly id: string } | 'absent'> {
    const answer = await this.#call('subscribe', { url, secret, ...(types ? { types } : {}) })
    if (answer === 'absent') return 'absent'
    const id = readId(answer.result)
    if (isFlaw(id)) throw badAnswer(id.flaw)
    return id
  }

  async unsubscribe(id: string): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#call('unsubscribe', { id }))
  }

  async publish(events: readonly PublishedEvent[]): Promise<{ readonly ids: readonly string[] } | 'absent'> {
    const answer = await this.#call('publish', { events })
    if (answer === 'absent') return 'absent'
    const ids = readIds(answer.result)
    if (isFlaw(ids)) throw badAnswer(ids.flaw)
    return ids
  }

  async disconnect(): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#call('disconnect'))
  }

  async retain(keep: number): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#call('retain', { keep }))
  }

  async connect(request: ConnectionRequest): Promise<{ readonly id: string } | 'absent'> {
    const answer = await this.#call('connect', request)
    if (answer === 'absent') return 'absent'
    const id = readId(answer.result)
    if (isFlaw(id)) throw badAnswer(id.flaw)
    return id
  }

  async connection(id: string): Promise<ClientConnection | 'absent'> {
    const answer = await this.#call('connection', { id })
    if (answer === 'absent') return 'absent'
    const connection = readConnection(answer.result)
    if (isFlaw(connection)) throw badAnswer(connection.flaw)
    return connection
  }

  async closeConnection(id: string): Promise<'done' | 'absent'> {
    return doneOrAbsent(await this.#call('close', { id }))
  }

  close(): Promise<void> {
    return this.#child.close()
  }

  async #call(method: string, params: object = {}): Promise<{ readonly result: unknown } | 'absent'> {
    const end = this.#clock.begin()
    try {
      return await this.#child.call(method, params)
    } finally {
      end()
    }
  }
}

function doneOrAbsent(answer: object | 'absent'): 'done' | 'absent' {
  return answer === 'absent' ? 'absent' : 'done'
}

function badAnswer(flaw: string): HarnessError {
  return new HarnessError('bad-exec', `in an answer of the exec adapter, ${flaw}`, 'make the adapter answer as spec/control.md says')
}
