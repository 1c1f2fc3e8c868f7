import { STATUS_CODES } from 'node:http'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { constants, createGzip } from 'node:zlib'
import { crossOriginHeaders, type RawExchange } from '../../http/raw-server.ts'
import { bytesOf, type Act, type Answer, type Cuts } from './answer.ts'

/** What went out, as far as it did. */
export interface Given {
  /** Body bytes before framing and compression; at most `keptBytes`. */
  readonly sent: Buffer
  readonly bytes: number
  readonly writes: number
  /** Offsets in the body at which a write ended, the first two hundred. */
  readonly cuts: readonly number[]
  /** Milliseconds on the run's clock before the end was handed to the socket; absent while the answer stays. */
  readonly endingMs?: number
  /** When each gate let through. */
  readonly gates: Readonly<Record<string, number>>
}

/** What an answer waits for besides the socket. */
export interface Giving {
  readonly now: () => number
  readonly gate: (name: string, gone: AbortSignal) => Promise<void>
  /** Told whenever something changed, so that what went out is known while the answer still stays. */
  readonly progress: (given: Given) => void
}

const keptBytes = 4096
const keptCuts = 200
/** Between two writes of one act: enough for the peer to read the one before. */
const betweenWritesMs = 1

/** Writes an answer to its exchange, piece by piece, until its end or until the client is gone. */
export async function giveAnswer(exchange: RawExchange, answer: Answer, giving: Giving): Promise<void> {
  await new Giver(exchange, answer, giving).give()
}

class Giver {
  readonly #exchange: RawExchange
  readonly #answer: Answer
  readonly #giving: Giving
  readonly #chunked: boolean
  #sent = Buffer.alloc(0)
  #bytes = 0
  #writes = 0
  readonly #cuts: number[] = []
  readonly #gates: Record<string, number> = {}
  #endingMs: number | undefined

  constructor(exchange: RawExchange, answer: Answer, giving: Giving) {
    this.#exchange = exchange
    this.#answer = answer
    this.#giving = giving
    this.#chunked = answer.raw === undefined && (answer.framing ?? 'chunked') === 'chunked' && exchange.request.version === '1.1' && !bodyless(answer)
  }

  async give(): Promise<void> {
    const { raw } = this.#answer
    if (raw === undefined) await this.#exchange.write(Buffer.from(this.#head(), 'latin1'))
    else await this.#write(bytesOf(raw), false)
    for (const act of this.#answer.acts) {
      if (this.#exchange.gone.aborted) break
      await this.#act(act)
    }
    if (!this.#exchange.gone.aborted && this.#answer.ending !== 'stay') await this.#end()
    this.#tell()
  }

  #head(): string {
    const { status, headers, acts } = this.#answer
    const framing = this.#answer.framing ?? 'chunked'
    const length = bodyless(this.#answer) ? (status === 204 ? [] : [['Content-Length', '0'] as const]) : typeof framing === 'object' ? [['Content-Length', String(framing.length)] as const] : this.#chunked ? [['Transfer-Encoding', 'chunked'] as const] : []
    const coding = acts.some((act) => act.do === 'send-compressed') ? [['Content-Encoding', 'gzip'] as const] : []
    const lines = [...headers, ...coding, ...crossOriginHeaders(this.#exchange.request.headers), ...length, ['Connection', 'close'] as const]
    return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Status'}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  }

  async #act(act: Act): Promise<void> {
    switch (act.do) {
      case 'pause':
        await pauseFor(act.ms, undefined, { signal: this.#exchange.gone }).catch(ignoreAbort)
        return
      case 'wait':
        this.#tell()
        await this.#giving.gate(act.gate, this.#exchange.gone)
        this.#gates[act.gate] = this.#giving.now()
        return
      case 'send':
        return this.#send(bytesOf(act.bytes), act.cuts)
      case 'send-compressed':
        return this.#sendCompressed(act.parts)
    }
  }

  async #send(bytes: Buffer, cuts: Cuts | undefined): Promise<void> {
    const pieces = piecesOf(bytes, cuts)
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await pauseFor(betweenWritesMs)
      if (!(await this.#write(piece, this.#chunked))) return
      this.#note(piece)
    }
    this.#tell()
  }

  async #sendCompressed(parts: readonly string[]): Promise<void> {
    const gzip = createGzip()
    let ready: Buffer[] = []
    gzip.on('data', (bytes: Buffer) => ready.push(bytes))
    for (const part of parts) {
      await new Promise<void>((resolve) => gzip.write(part, () => gzip.flush(constants.Z_SYNC_FLUSH, () => resolve())))
      const bytes = Buffer.concat(ready)
      ready = []
      if (!(await this.#write(bytes, this.#chunked))) break
      this.#note(Buffer.from(part))
      await pauseFor(betweenWritesMs)
    }
    gzip.destroy()
    this.#tell()
  }

  async #end(): Promise<void> {
    // From here on the client may know of the end: nothing that follows is early before this.
    this.#endingMs = this.#giving.now()
    this.#tell()
    if (this.#answer.ending === 'reset') return this.#exchange.reset()
    if (this.#chunked && this.#answer.ending === 'end') await this.#exchange.write(Buffer.from('0\r\n\r\n'))
    this.#exchange.end()
  }

  #write(bytes: Buffer, chunk: boolean): Promise<boolean> {
    if (!chunk || bytes.length === 0) return this.#exchange.write(bytes)
    return this.#exchange.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]))
  }

  #note(piece: Buffer): void {
    if (this.#sent.length < keptBytes) this.#sent = Buffer.concat([this.#sent, piece.subarray(0, keptBytes - this.#sent.length)])
    this.#bytes += piece.length
    this.#writes += 1
    if (this.#cuts.length < keptCuts) this.#cuts.push(this.#bytes)
  }

  #tell(): void {
    this.#giving.progress({ sent: this.#sent, bytes: this.#bytes, writes: this.#writes, cuts: [...this.#cuts], ...(this.#endingMs === undefined ? {} : { endingMs: this.#endingMs }), gates: { ...this.#gates } })
  }
}

/** RFC 9112, section 6.3: such answers end with their head. */
function bodyless({ status, acts }: Answer): boolean {
  return status === 204 || (acts.length === 0 && status !== 200)
}

function piecesOf(bytes: Buffer, cuts: Cuts | undefined): readonly Buffer[] {
  if (cuts === undefined) return [bytes]
  const ends = cuts === 'every-byte' ? Array.from({ length: bytes.length }, (_, index) => index + 1) : [...cuts, bytes.length]
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter((piece) => piece.length > 0)
}

function ignoreAbort(reason: unknown): void {
  if (!(reason instanceof Error) || reason.name !== 'AbortError') throw reason
}
