import { breaking } from './broken-parser.ts'
import { rightParts, type Block } from './parted-parser.ts'

/** Wrong about data, about the type, and about what is dispatched. */
export const dataAndTypeFaults = [
  ...breaking('data-lines', {
    'keeps the last data line': { data: (block, value) => void (block.lines = [value]) },
    'keeps the first data line': { data: (block, value) => void (block.lines.length === 0 && block.lines.push(value)) },
    'joins data lines without LF': joining((lines) => lines.join('')),
    'joins data lines with a space': joining((lines) => lines.join(' ')),
    'joins data lines with CRLF': joining((lines) => lines.join('\r\n')),
    'loses an empty first line': { data: (block, value) => void (block.lines.join('') === '' ? (block.lines = [value]) : block.lines.push(value)) },
    'loses empty lines': joining((lines) => (lines.some((line) => line !== '') ? lines.filter((line) => line !== '') : lines).join('\n')),
    'loses a line that equals the one before': { data: (block, value) => void (block.lines.at(-1) !== value && block.lines.push(value)) },
    'starts anew where another field comes between': { id: (block, value) => startAnew(block, () => rightParts.id(block, value)), event: (block, value) => startAnew(block, () => rightParts.event(block, value)) },
  }),
  ...breaking('one-newline', {
    'removes every LF at the end': joining((lines) => lines.join('\n').replace(/\n+$/, '')),
    'removes no LF': joining((lines) => `${lines.join('\n')}\n`),
    'removes an LF too many': joining((lines) => lines.join('\n').replace(/\n$/, '')),
    'trims data': joining((lines) => lines.join('\n').replace(/^\n+|\n+$/g, '')),
  }),
  ...breaking('empty-data', {
    'dispatches no empty data': { blank: (block) => blankWith(block, block.lines.join('\n') !== '') },
    'dispatches no empty data without a type': { blank: (block) => blankWith(block, block.type !== '' || block.lines.join('\n') !== '') },
  }),
  ...breaking('no-data-no-event', {
    'dispatches at each blank line': { blank: (block) => dispatchAlways(block, true) },
    'dispatches a block that has a type only': { blank: (block) => dispatchAlways(block, block.type !== '') },
    'dispatches a block that has an id only': { blank: (block) => dispatchAlways(block, block.id !== undefined) },
    'dispatches the last data again': { blank: (block) => void (block.commitId(), block.lines.length > 0 && block.dispatch(block.lines.join('\n')), (block.type = ''), (block.id = undefined)), data: (block, value) => void (block.lines = [value]) },
  }),
  ...breaking('nul-data', {
    'drops NUL from data': { data: (block, value) => void block.lines.push(value.replaceAll('\0', '')) },
    'cuts data at NUL': { data: (block, value) => void block.lines.push(value.split('\0')[0] ?? '') },
    'makes U+FFFD of NUL': { data: (block, value) => void block.lines.push(value.replaceAll('\0', '\ufffd')) },
    'ignores a data line with NUL': { data: (block, value) => void (value.includes('\0') || block.lines.push(value)) },
    'ignores a type with NUL': { event: (block, value) => void (value.includes('\0') || (block.type = value)) },
  }),
  ...breaking('type', {
    'ignores the type': { event: () => {} },
    'keeps the first type': { event: (block, value) => void (block.type === '' && (block.type = value)) },
    'appends types': { event: (block, value) => void (block.type = value === '' ? '' : block.type + value) },
    'ignores a type behind data': { event: (block, value) => void (block.lines.length === 0 && (block.type = value)) },
    'keeps the names of connection events for itself': { event: (block, value) => void (block.type = value === 'error' || value === 'open' ? '' : value) },
    'knows no type that every object has': { event: (block, value) => void (block.type = value in {} ? '' : value) },
  }),
  ...breaking('type-empty', {
    'ignores an empty type': { event: (block, value) => void (value !== '' && (block.type = value)) },
    'dispatches an empty type as it is': dispatchingEmptyTypes(),
  }),
  ...breaking('type-cleared', {
    'keeps the type after an event': { blank: (block) => keepingType(block, true) },
    'keeps the type after a block without data': { blank: (block) => keepingType(block, block.lines.length === 0) },
  }),
  ...breaking('many-lines', {
    'takes 65,536 data lines': { data: (block, value) => void (block.lines.length < 65_536 && block.lines.push(value)) },
    'dies of more than 50,000 data lines': { data: (block, value) => void (block.dead = block.lines.push(value) > 50_000) },
  }),
]

function joining(join: (lines: readonly string[]) => string) {
  return {
    blank: (block: Block) => {
      block.commitId()
      if (block.lines.length > 0) block.dispatch(join(block.lines))
      block.clear()
    },
  }
}

function dispatchingEmptyTypes() {
  const emptied = new WeakSet<Block>()
  return {
    event: (block: Block, value: string) => {
      block.type = value
      if (value === '') emptied.add(block)
    },
    blank: (block: Block) => {
      if (block.type === '' && emptied.delete(block)) block.options.onEvent({ type: '', data: block.lines.join('\n'), lastEventId: block.lastEventId, id: block.id })
      else rightParts.blank(block)
    },
  }
}

function startAnew(block: Block, take: () => void): void {
  block.lines = []
  take()
}

function blankWith(block: Block, dispatches: boolean): void {
  if (!dispatches) block.lines = []
  rightParts.blank(block)
}

function dispatchAlways(block: Block, withoutData: boolean): void {
  if (withoutData && block.lines.length === 0) block.lines.push('')
  rightParts.blank(block)
}

function keepingType(block: Block, keeps: boolean): void {
  const { type } = block
  rightParts.blank(block)
  if (keeps) block.type = type
}
