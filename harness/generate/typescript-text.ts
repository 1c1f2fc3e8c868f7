import type { Json } from '../profile/json-pointer.ts'
import { isPlainKey } from './names.ts'
import type { About } from './shape.ts'

const width = 120

/** A text as a literal of TypeScript, in single quotes. */
export function stringLiteral(text: string): string {
  // JSON escapes control characters and lone surrogates; the line separators of Unicode it leaves.
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
}

/** A JSON value as an expression. A member `__proto__` is computed, or it would be no member. */
export function expressionOf(value: Json): string {
  if (typeof value === 'string') return stringLiteral(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => expressionOf(item)).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${name === '__proto__' ? "['__proto__']" : keyText(name)}: ${expressionOf(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** The name of a member, quoted where it has to be. */
export function keyText(name: string): string {
  return isPlainKey(name) ? name : stringLiteral(name)
}

/** A documentation comment with a line break behind it, or nothing when there is nothing to say. */
export function docComment(about: About, indent = '', first?: string): string {
  const sentence = [first, about.title, about.description].filter((text) => text !== undefined).map(sentenceOf).filter((text) => text !== '').join(' ')
  const format = about.format === undefined ? [] : [`Format: ${flat(about.format)}.`]
  const tags = [
    ...(about.deprecated ? ['@deprecated'] : []),
    ...(about.default === undefined ? [] : [`@default ${JSON.stringify(about.default)}`]),
    ...(about.examples ?? []).slice(0, 3).flatMap(exampleTag),
  ].map(plain)
  const lines = [...wrapped(plain([sentence, ...format].filter((text) => text !== '').join(' ')), width - indent.length - 3), ...tags]
  if (lines.length === 0) return ''
  if (lines.length === 1 && !lines[0]?.startsWith('@example')) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`
}

function exampleTag(example: Json): readonly string[] {
  if (typeof example !== 'object' || example === null) return [`@example ${expressionOf(example)}`]
  const lines = JSON.stringify(example, null, 2).split('\n')
  return ['@example', '```json', ...(lines.length > 30 ? [...lines.slice(0, 29), '…'] : lines), '```']
}

function sentenceOf(text: string): string {
  const line = flat(text)
  return line === '' || /[.!?…:;)]$/.test(line) ? line : `${line}.`
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** Nothing that ends the comment, or that an editor would act on. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  return text.replaceAll('*/', '*\\/').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ')
}

function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  // An at sign at the start of a line would begin a tag.
  return (line === '' ? lines : [...lines, line]).map((each) => each.replace(/^@/, '\\@'))
}
