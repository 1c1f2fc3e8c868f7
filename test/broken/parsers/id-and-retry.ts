import { breaking } from './broken-parser.ts'
import { CharacterSplitter, rightParts, type Block, type LineSplitter } from './parted-parser.ts'

/** Wrong about ids, about the reconnection time, about the end of the body, and about sizes. */
export const idAndRetryFaults = [
  ...breaking('id', {
    'gives an id to its own event only': { blank: (block) => ownIdOnly(block) },
    'keeps the first id for ever': { id: (block, value) => void (block.lastEventId === '' && rightParts.id(block, value)) },
    'takes 0 for no id': { id: (block, value) => void (value !== '0' && rightParts.id(block, value)) },
    'reads ids as numbers': { id: (block, value) => rightParts.id(block, value === '' ? '' : String(Number(value))) },
    'keeps the first id of a block': { id: (block, value) => void (block.id === undefined && rightParts.id(block, value)) },
    'ignores an id behind data': { id: (block, value) => void (block.lines.length === 0 && rightParts.id(block, value)) },
    'cuts ids at 128 characters': { id: (block, value) => rightParts.id(block, value.slice(0, 128)) },
  }),
  ...breaking('id-nul', {
    'takes an id with NUL': { id: (block, value) => void (block.id = value) },
    'takes an id with NUL for an empty one': { id: (block, value) => void (block.id = value.includes('\0') ? '' : value) },
    'drops NUL from ids': { id: (block, value) => void (block.id = value.replaceAll('\0', '')) },
    'forgets the id of the block at one with NUL': { id: (block, value) => void (block.id = value.includes('\0') ? undefined : value) },
  }),
  ...breaking('id-reset', {
    'ignores an empty id': { id: (block, value) => void (value !== '' && rightParts.id(block, value)) },
    'resets the id for one event': { blank: (block) => resettingOnce(block) },
  }),
  ...breaking('id-without-data', {
    'commits ids with events only': { blank: (block) => void (block.lines.length > 0 ? rightParts.blank(block) : block.clear()) },
    'keeps the id of a block without data for the next event': { blank: (block) => keepingId(block) },
  }),
  ...breaking('id-committed', {
    'commits an id with its line': { id: (block, value) => committing(block, value) },
    'commits the id of an unfinished block at the end': { end: (block) => block.commitId() },
  }),
  ...breaking('unfinished-event', {
    'dispatches an unfinished block at the end': { end: (block, rest, takeLine) => flush(block, rest, takeLine) },
    'dispatches an unfinished block whose lines are ended': { end: (block) => rightParts.blank(block) },
    'dispatches an unfinished block whose last line is not ended': { end: (block, rest, takeLine) => void (rest !== '' && flush(block, rest, takeLine)) },
  }),
  ...breaking('unfinished-line', {
    'takes the unfinished line at the end': { end: (_, rest, takeLine) => void (rest !== '' && takeLine(rest)) },
  }),
  ...breaking('retry-digits', {
    'reads digits and ignores what follows': retrying((value) => Number.parseInt(value, 10)),
    'reads any number': retrying((value) => (value === '' ? Number.NaN : Number(value))),
    'takes nothing for zero': retrying((value) => (/^[0-9]*$/.test(value) ? Number(value) : Number.NaN)),
    'takes a sign': retrying((value) => (/^[-+]?[0-9]+$/.test(value) ? Math.abs(Number(value)) : Number.NaN)),
    'trims before it looks': retrying((value) => (/^[0-9]+$/.test(value.trim()) ? Number(value) : Number.NaN)),
    'reads digits of every script': retrying((value) => (/^\p{Nd}+$/u.test(value) ? Number(value.replace(/./gu, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))) : Number.NaN)),
    'reads a leading zero as octal': retrying((value) => (/^[0-9]+$/.test(value) ? Number.parseInt(value, value.startsWith('0') && value !== '0' ? 8 : 10) : Number.NaN)),
    'reads seconds': retrying((value) => (/^[0-9]+$/.test(value) ? 1000 * Number(value) : Number.NaN)),
    'wraps at 32 bits': retrying((value) => (/^[0-9]+$/.test(value) ? Number(BigInt.asUintN(32, BigInt(value))) : Number.NaN)),
    'ignores zero': retrying((value) => (/^[0-9]+$/.test(value) ? Number(value) || Number.NaN : Number.NaN)),
    'passes over what is no digit': retrying((value) => Number(value.replace(/[^0-9]/g, '') || Number.NaN)),
    'dies of what is no number': { retry: (block, value) => void (/^[0-9]+$/.test(value) ? rightParts.retry(block, value) : (block.dead = true)) },
  }),
  ...breaking('retry-at-line', {
    'takes the reconnection time at the blank line': retryingAtBlankLine(),
  }),
  ...breaking('retry-kept', {
    'goes back to the default at a bad value': { retry: (block, value) => (/^[0-9]+$/.test(value) ? rightParts.retry(block, value) : block.options.onRetry?.(3000)) },
    'takes the first reconnection time only': retryingOnce(),
  }),
  ...breaking('long-line', {
    'cuts lines at 65,536 characters': { splitter: () => new LimitedSplitter(65_536, (line, limit) => [line.slice(0, limit)]) },
    'drops lines beyond 262,144 characters': { splitter: () => new LimitedSplitter(262_144, () => []) },
    'drops a character in 65,536': { data: (block, value) => void block.lines.push(value.slice(0, 65_536) + value.slice(65_537)) },
  }),
]

function retrying(read: (value: string) => number) {
  return {
    retry: (block: Block, value: string) => {
      const ms = read(value)
      if (!Number.isNaN(ms)) block.options.onRetry?.(ms)
    },
  }
}

function retryingOnce() {
  // A block lives as long as its parser.
  const retried = new WeakSet<Block>()
  return {
    retry: (block: Block, value: string) => {
      if (retried.has(block) || !/^[0-9]+$/.test(value)) return
      retried.add(block)
      rightParts.retry(block, value)
    },
  }
}

function retryingAtBlankLine() {
  const values = new WeakMap<Block, string>()
  return {
    retry: (block: Block, value: string) => void (/^[0-9]+$/.test(value) && values.set(block, value)),
    blank: (block: Block) => {
      const value = values.get(block)
      values.delete(block)
      if (value !== undefined) rightParts.retry(block, value)
      rightParts.blank(block)
    },
  }
}

function ownIdOnly(block: Block): void {
  block.lastEventId = ''
  rightParts.blank(block)
}

function resettingOnce(block: Block): void {
  const before = block.lastEventId
  const resets = block.id === ''
  rightParts.blank(block)
  if (resets) block.lastEventId = before
}

function keepingId(block: Block): void {
  if (block.lines.length > 0) return rightParts.blank(block)
  const { id } = block
  block.clear()
  block.id = id
}

function committing(block: Block, value: string): void {
  rightParts.id(block, value)
  block.commitId()
}

function flush(block: Block, rest: string, takeLine: (line: string) => void): void {
  if (rest !== '') takeLine(rest)
  rightParts.blank(block)
}

class LimitedSplitter implements LineSplitter {
  readonly #lines = new CharacterSplitter()
  readonly #limit: number
  readonly #beyond: (line: string, limit: number) => readonly string[]

  constructor(limit: number, beyond: (line: string, limit: number) => readonly string[]) {
    this.#limit = limit
    this.#beyond = beyond
  }

  get rest(): string {
    return this.#lines.rest
  }

  push(text: string): readonly string[] {
    return this.#lines.push(text).flatMap((line) => (line.length > this.#limit ? this.#beyond(line, this.#limit) : [line]))
  }
}
