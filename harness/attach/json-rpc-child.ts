import { HarnessError } from '../errors.ts'
import { isRecord } from './answers.ts'
import { startChild } from './child.ts'
import type { Child } from './child.ts'

/** A child process that answers JSON-RPC 2.0, one message a line. */
export interface JsonRpcChild {
  /** Resolves to `absent` for a method (-32601) or a parameter (-32602) that the child does not know. */
  call(method: string, params: object): Promise<{ readonly result: unknown } | 'absent'>
  close(): Promise<void>
}

export interface JsonRpcOptions {
  readonly deadlineMs: number
  readonly onLog: (line: string) => void
}

interface Pending {
  readonly method: string
  readonly settle: (answer: { readonly result: unknown } | 'absent' | HarnessError) => void
}

/** Starts the child; what goes wrong with it is the rejection of the calls that wait and of all later ones. */
export function startJsonRpc(command: string, options: JsonRpcOptions): JsonRpcChild {
  return new LineRpc(command, options)
}

class LineRpc implements JsonRpcChild {
  readonly #child: Child
  readonly #deadlineMs: number
  readonly #pending = new Map<number, Pending>()
  #calls = 0
  #fault: HarnessError | undefined

  constructor(command: string, { deadlineMs, onLog }: JsonRpcOptions) {
    this.#deadlineMs = deadlineMs
    this.#child = startChild(command, {
      onLine: (line) => this.#read(line),
      onLog,
      onEnd: (how) => this.#fail(`the exec adapter ${how}`),
    })
  }

  call(method: string, params: object): Promise<{ readonly result: unknown } | 'absent'> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault)
    this.#calls += 1
    const id = this.#calls
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => settle(badExec(`the exec adapter does not answer "${method}" within ${this.#deadlineMs} ms`)), this.#deadlineMs)
      const settle: Pending['settle'] = (answer) => {
        clearTimeout(deadline)
        this.#pending.delete(id)
        if (answer instanceof HarnessError) reject(answer)
        else resolve(answer)
      }
      this.#pending.set(id, { method, settle })
      this.#child.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  }

  async close(): Promise<void> {
    this.#fail('the exec adapter was closed')
    await this.#child.close()
  }

  #read(line: string): void {
    const message = parsed(line)
    if (!isRecord(message) || message['jsonrpc'] !== '2.0') return this.#fail('the exec adapter printed a line that is not JSON-RPC 2.0')
    // A notification asks for nothing, and the answer to a call that was given up comes too late.
    if ('method' in message) return
    const { id, error } = message
    if (id === null && isRecord(error)) return this.#fail(`the exec adapter could not read a call: ${String(error['message'])}`)
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (pending === undefined) return
    if (error === undefined || error === null) {
      pending.settle('result' in message ? { result: message['result'] } : badExec(`the exec adapter answers "${pending.method}" with neither result nor error`))
    } else if (isRecord(error) && (error['code'] === -32601 || error['code'] === -32602)) pending.settle('absent')
    else pending.settle(badExec(`the exec adapter answers "${pending.method}" with an error: ${isRecord(error) ? String(error['message']) : 'not an object'}`))
  }

  #fail(fact: string): void {
    this.#fault ??= badExec(fact)
    for (const { settle } of this.#pending.values()) settle(this.#fault)
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function badExec(fact: string): HarnessError {
  return new HarnessError('bad-exec', fact, 'run the adapter by hand: it reads one JSON-RPC 2.0 call a line and prints one answer a line, its log goes to stderr')
}
