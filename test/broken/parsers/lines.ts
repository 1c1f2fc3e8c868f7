import { breaking } from './broken-parser.ts'
import { rightParts, type Field } from './parted-parser.ts'

/** Wrong about what a line is, and about its name and its value. */
export const lineFaults = [
  ...breaking('blank-line', {
    'takes a line of white space for a blank one': { isBlank: (line) => line.trim() === '' },
    'takes a line of control characters for a blank one': { isBlank: (line) => /^[\0-\x20]*$/.test(line) },
    'takes three dashes for the end of a block': { isBlank: (line) => line === '' || line === '---' },
    'ends an event with each of its lines': { data: (block, value) => block.dispatch(value), blank: (block) => block.clear() },
  }),
  ...breaking('comments', {
    'reads what stands behind the colon': { isComment: () => false, field: (line) => rightParts.field(line.replace(/^:/, '')) },
    'takes a comment for a blank line': { comment: (block) => rightParts.blank(block) },
    'forgets the block at a comment': { comment: (block) => block.clear() },
    'forgets the type at a comment': { comment: (block) => void (block.type = '') },
    'takes a comment for data': { comment: (block, line) => void block.lines.push(line.slice(1)) },
    'dies of NUL in a comment': { comment: (block, line) => void (block.dead = line.includes('\0')) },
  }),
  ...breaking('first-colon', {
    'splits at the last colon': { field: (line) => splitAt(line, line.lastIndexOf(':')) },
    'cuts the value at the second colon': { field: (line) => spaceOff([line.split(':')[0] ?? '', line.split(':')[1] ?? '']) },
    'splits at the first colon with a space behind it': { field: (line) => splitAt(line, line.includes(': ') ? line.indexOf(': ') : line.indexOf(':')) },
  }),
  ...breaking('one-space', {
    'asks for a space behind the colon': { field: (line) => (/^[^:]*(: |:?$)/.test(line) ? rightParts.field(line) : undefined) },
    'takes every space off': { field: (line) => valueChanged(line, (value) => value.replace(/^ +/, '')) },
    'takes a tab for the space': { field: (line) => valueChanged(line, (value) => value.replace(/^[ \t]/, '')) },
    'trims the start of values': { field: (line) => valueChanged(line, (value) => value.trimStart()) },
    'trims the end of values': { field: (line) => valueChanged(line, (value) => value.replace(/^ /, '').trimEnd()) },
    'keeps the space': { field: (line) => valueChanged(line, (value) => value) },
    'takes a character off, whatever it is': { field: (line) => valueChanged(line, (value) => value.slice(1)) },
    'trims ids and types': { id: (block, value) => rightParts.id(block, value.trim()), event: (block, value) => rightParts.event(block, value.trim()) },
  }),
  ...breaking('no-colon', {
    'ignores lines without a colon': { field: (line) => (line.includes(':') ? rightParts.field(line) : undefined) },
    'takes a line without a colon for its own value': { field: (line) => (line.includes(':') ? rightParts.field(line) : [line, line]) },
    'takes a line without a colon for data': { field: (line) => (line.includes(':') ? rightParts.field(line) : ['data', line]) },
    'ignores a bare id and a bare event': { field: (line) => (line === 'id' || line === 'event' ? undefined : rightParts.field(line)) },
  }),
  ...breaking('literal-names', {
    'folds names': { field: (line) => nameChanged(line, (name) => name.toLowerCase()) },
    'folds the first letter': { field: (line) => nameChanged(line, (name) => name.charAt(0).toLowerCase() + name.slice(1)) },
    'trims names': { field: (line) => nameChanged(line, (name) => name.trim()) },
    'compares the start of names': { field: (line) => nameChanged(line, (name) => ['data', 'event', 'id', 'retry'].find((known) => name.startsWith(known)) ?? name) },
    'takes the start of a name for it': { field: (line) => nameChanged(line, (name) => ['data', 'event', 'id', 'retry'].find((known) => name !== '' && known.startsWith(name)) ?? name) },
    'drops NUL from names': { field: (line) => nameChanged(line, (name) => name.replaceAll('\0', '')) },
    'drops hyphens from names': { field: (line) => nameChanged(line, (name) => name.replaceAll('-', '')) },
    'normalises names': { field: (line) => nameChanged(line, (name) => name.normalize('NFKC')) },
  }),
  ...breaking('unknown-fields', {
    'dies of an unknown field': { unknown: (block) => void (block.dead = true) },
    'forgets the block at an unknown field': { unknown: (block) => block.clear() },
    'takes an unknown field for data': { unknown: (block, _, line) => void block.lines.push(line) },
    'dies of names that every object has': { unknown: (block, name) => void (block.dead ||= name in {}) },
    'reads JSON lines as events': { unknown: (block, _, line) => void (line.startsWith('{') && block.dispatch(line)) },
    'takes type for event': { unknown: (block, name, line) => void (name === 'type' && rightParts.event(block, line.slice(6))) },
  }),
]

function splitAt(line: string, colon: number): Field {
  return colon === -1 ? [line, ''] : spaceOff([line.slice(0, colon), line.slice(colon + 1)])
}

function spaceOff([name, value]: Field): Field {
  return [name, value.replace(/^ /, '')]
}

function nameChanged(line: string, change: (name: string) => string): Field {
  const [name, value] = rightParts.field(line) ?? ['', '']
  return [change(name), value]
}

/** The value is everything behind the colon. */
function valueChanged(line: string, change: (value: string) => string): Field {
  const colon = line.indexOf(':')
  return colon === -1 ? [line, ''] : [line.slice(0, colon), change(line.slice(colon + 1))]
}
