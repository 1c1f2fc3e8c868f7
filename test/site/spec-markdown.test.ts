import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorOf, blocksOf, piecesOf, type Piece } from '../../harness/site/spec-markdown.ts'

describe('blocks', () => {
  test.each([
    ['# One\n\ntext\nmore', [{ kind: 'heading', level: 1, text: 'One' }, { kind: 'paragraph', lines: ['text', 'more'] }]],
    ['> a\n> b', [{ kind: 'quote', lines: ['a', 'b'] }]],
    ['- a\n  more\n- b\n\n1. c', [{ kind: 'list', ordered: false, items: ['a more', 'b'] }, { kind: 'list', ordered: true, items: ['c'] }]],
    ['| a | b |\n|---|:-:|\n| `x` | |', [{ kind: 'table', head: ['a', 'b'], rows: [['`x`', '']] }]],
    ['```http\n# no heading\n\n| no table |\n```\nafter', [{ kind: 'code', text: '# no heading\n\n| no table |' }, { kind: 'paragraph', lines: ['after'] }]],
    ['text\n#### id\n> rule', [{ kind: 'paragraph', lines: ['text'] }, { kind: 'heading', level: 4, text: 'id' }, { kind: 'quote', lines: ['rule'] }]],
    ['```\nnever closed', [{ kind: 'code', text: 'never closed' }]],
  ])('%j', (markdown, blocks) => {
    expect(blocksOf(markdown)).toEqual(blocks)
  })
})

describe('pieces', () => {
  test.each<readonly [string, readonly Piece[]]>([
    ['a `*b*` c', [{ kind: 'text', text: 'a ' }, { kind: 'code', text: '*b*' }, { kind: 'text', text: ' c' }]],
    ['**MUST** *not*', [{ kind: 'strong', pieces: [{ kind: 'text', text: 'MUST' }] }, { kind: 'text', text: ' ' }, { kind: 'emphasis', pieces: [{ kind: 'text', text: 'not' }] }]],
    ['[`x`](y.md#z)', [{ kind: 'link', to: 'y.md#z', pieces: [{ kind: 'code', text: 'x' }] }]],
    ['<https://example.com/>', [{ kind: 'link', to: 'https://example.com/', pieces: [{ kind: 'text', text: 'https://example.com/' }] }]],
    ['5 * 3 * 2 <b>', [{ kind: 'text', text: '5 * 3 * 2 <b>' }]],
  ])('%j', (text, pieces) => {
    expect(piecesOf(text)).toEqual(pieces)
  })

  test('an anchor is the one that GitHub gives', () => {
    expect(anchorOf('Reading: from bytes to lines')).toBe('reading-from-bytes-to-lines')
  })
})

describe('the chapters', () => {
  const folder = join(import.meta.dirname, '../../spec')
  const chapters = readdirSync(folder).filter((name) => name.endsWith('.md'))

  test.each(chapters)('%s loses no word and keeps no markup', (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const words = (from: string) => from.replace(/^```\w*$/gm, '').replace(/\]\([^()\s]+\)/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').replace(/(?<= )\d+ /g, '').trim()
    const shown = blocksOf(text).map((block) => ('text' in block ? block.text : 'lines' in block ? block.lines.join(' ') : block.kind === 'list' ? block.items.join(' ') : [block.head, ...block.rows].flat().join(' ')))
    expect(words(shown.join(' '))).toBe(words(text))
    const plain = blocksOf(text).filter(({ kind }) => kind !== 'code').flatMap((block) => ('lines' in block ? [block.lines.join(' ')] : block.kind === 'list' ? block.items : block.kind === 'table' ? [block.head, ...block.rows].flat() : []))
    const left = plain.flatMap(piecesOf).filter((piece) => piece.kind === 'text').map((piece) => ('text' in piece ? piece.text : ''))
    expect(left.filter((piece) => /`|\*\*|\]\(|^#/.test(piece))).toEqual([])
  })
})
