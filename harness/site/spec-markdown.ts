/**
 * The Markdown that chapters are written in, as blocks: headings, paragraphs, quotes, lists of one level, tables, fenced code.
 * Chapters are ours; what they do not use is not read.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'quote'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'code'; readonly text: string }

/** A piece of running text. Emphasis and links hold pieces again. */
export type Piece =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'link'; readonly to: string; readonly pieces: readonly Piece[] }

const listItem = /^(?:[-*]|(\d+)\.) +(.*)$/

export function blocksOf(markdown: string): readonly Block[] {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  const take = (belongs: (line: string) => boolean): readonly string[] => {
    const from = at
    while (at < lines.length && belongs(lines[at] ?? '')) at += 1
    return lines.slice(from, at)
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const heading = /^(#{1,6}) +(.*?) *$/.exec(line)
    const fence = /^(`{3,}|~{3,})/.exec(line)?.[1]
    if (line.trim() === '') at += 1
    else if (heading) {
      at += 1
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
    } else if (fence !== undefined) {
      at += 1
      const text = take((each) => !each.startsWith(fence)).join('\n')
      at += 1
      blocks.push({ kind: 'code', text })
    } else if (line.startsWith('|') && /^\|[ :|-]+\|$/.test(lines[at + 1] ?? '')) {
      const [head = '', , ...rows] = take((each) => each.startsWith('|'))
      blocks.push({ kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) })
    } else if (line.startsWith('>')) {
      blocks.push({ kind: 'quote', lines: take((each) => each.startsWith('>')).map((each) => each.replace(/^> ?/, '')) })
    } else if (listItem.test(line)) {
      const ordered = /^\d/.test(line)
      blocks.push({ kind: 'list', ordered, items: itemsOf(take((each) => listItem.test(each) || /^ +\S/.test(each))) })
    } else blocks.push({ kind: 'paragraph', lines: take((each) => each.trim() !== '' && !/^(#{1,6} |`{3}|~{3}|\||>)/.test(each) && !listItem.test(each)) })
  }
  return blocks
}

/** Code in backticks, links, bare addresses in angle brackets, bold and italics; everything else is text. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(/`([^`]+)`|\[([^\]]+)\]\(([^()\s]+)\)|<(https?:[^>\s]+)>|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*/g)) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) })
    at = match.index + match[0].length
    const [, code, words, to, address, strong, emphasis] = match
    if (code !== undefined) pieces.push({ kind: 'code', text: code })
    else if (words !== undefined && to !== undefined) pieces.push({ kind: 'link', to, pieces: piecesOf(words) })
    else if (address !== undefined) pieces.push({ kind: 'link', to: address, pieces: [{ kind: 'text', text: address }] })
    else if (strong !== undefined) pieces.push({ kind: 'strong', pieces: piecesOf(strong) })
    else if (emphasis !== undefined) pieces.push({ kind: 'emphasis', pieces: piecesOf(emphasis) })
  }
  return at < text.length ? [...pieces, { kind: 'text', text: text.slice(at) }] : pieces
}

/** The anchor that GitHub gives a heading: small letters, blanks as dashes, no punctuation. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
}

/** A bar inside of a code span separates cells as well, unless a backslash stands before it (GitHub Flavored Markdown, 4.10). */
function cellsOf(row: string): readonly string[] {
  return row.replace(/^\| ?| ?\| *$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** A line that is indented goes on with the item before it. */
function itemsOf(lines: readonly string[]): readonly string[] {
  const items: string[] = []
  for (const line of lines) {
    const begun = listItem.exec(line)
    if (begun) items.push(begun[2] ?? '')
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return items
}
