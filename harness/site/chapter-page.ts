import { markup, type Markup } from '../report/html/markup.ts'
import { chapterPath, rulePath } from './address.ts'
import { framed, outside, own, upFrom } from './page.ts'
import { resultsOf, type Site } from './plan.ts'
import { tally } from './results.ts'
import { anchorOf, blocksOf, piecesOf, type Block, type Piece } from './spec-markdown.ts'
import type { Chapter } from './specification.ts'

/** What the drawing of a chapter knows beside its words. */
interface Drawing {
  readonly site: Site
  readonly chapter: Chapter
  /** From the page to the site's folder. */
  readonly up: string
}

/** A chapter of the specification, with what was found beside each of its rules. */
export function chapterPage(site: Site, chapter: Chapter): string {
  const path = chapterPath(chapter.name)
  const drawing: Drawing = { site, chapter, up: upFrom(path) }
  const sections = sectionsOf(blocksOf(chapter.text))
  const below = sections.findIndex((section) => 'kind' in section && section.kind === 'heading' && section.level === 2)
  const parts = sections.map((section, index) => ('rule' in section ? duty(section, index > below && below >= 0 ? 3 : 2, drawing) : drawn(section, drawing)))
  const main = markup`<article class="chapter" id="text">${parts}${turning(drawing)}</article>`
  return framed(site, { path, title: `${chapter.title}: ${site.title}`, skipTo: { id: 'text', words: 'Skip to the chapter' }, main, wide: true })
}

/** A rule's own blocks: from its heading, which is of the fourth level, to the next one or to prose that follows its paragraph. */
interface DutySection {
  readonly rule: string
  readonly blocks: readonly Block[]
}

/** The blocks in order, those of each rule together: its sentence and the paragraph after it. */
function sectionsOf(blocks: readonly Block[]): readonly (Block | DutySection)[] {
  const sections: (Block | DutySection)[] = []
  let at = 0
  while (at < blocks.length) {
    const block = blocks[at]
    if (block?.kind === 'heading' && block.level === 4) {
      const from = at + 1
      at = from
      while (at < from + 2 && ['quote', 'paragraph'].includes(blocks[at]?.kind ?? '')) at += 1
      sections.push({ rule: block.text, blocks: blocks.slice(from, at) })
    } else {
      at += 1
      if (block) sections.push(block)
    }
  }
  return sections
}

/** Its heading is one level below the one that it stands under, so that no level is left out. */
function duty({ rule, blocks }: DutySection, level: 2 | 3, drawing: Drawing): Markup {
  const { site, up } = drawing
  const known = site.rules.find(({ id }) => id === rule)
  const results = resultsOf(site, rule)
  const aside = known?.exception === undefined || results.length > 0 ? tally(results, rule, up) : markup`<p>Nothing from outside can show it.</p>`
  const name = markup`<a href="${up}${rulePath(rule)}">${own(rule)}</a>`
  return markup`<section class="duty" id="${rule}">${level === 2 ? markup`<h2>${name}</h2>` : markup`<h3>${name}</h3>`}<div>${blocks.map((block) => drawn(block, drawing))}</div><aside aria-label="Results of ${rule}">${aside}</aside></section>`
}

function drawn(block: Block, drawing: Drawing): Markup {
  const text = (words: string) => inline(piecesOf(words), drawing)
  switch (block.kind) {
    case 'heading': {
      const content = text(block.text)
      if (block.level === 1) return markup`<h1>${content}</h1>`
      return block.level === 2 ? markup`<h2 id="${anchorOf(block.text)}">${content}</h2>` : markup`<h3 id="${anchorOf(block.text)}">${content}</h3>`
    }
    case 'quote':
      return markup`<blockquote>${text(block.lines.join(' '))}</blockquote>`
    case 'paragraph':
      return markup`<p>${text(lined(block.lines))}</p>`
    case 'list': {
      const items = block.items.map((item) => markup`<li>${text(item)}`)
      return block.ordered ? markup`<ol>${items}</ol>` : markup`<ul>${items}</ul>`
    }
    case 'table':
      return markup`<div class="wide" tabindex="0"><table><thead><tr>${block.head.map((cell) => (cell === '' ? markup`<td>` : markup`<th scope="col">${text(cell)}`))}</thead><tbody>${block.rows.map((row) => markup`<tr>${row.map((cell) => markup`<td>${text(cell)}`)}`)}</tbody></table></div>`
    case 'code':
      return markup`<pre tabindex="0">${own(block.text)}</pre>`
  }
}

/** The lines of a paragraph as one text; `Fix:`, `Source:` and `Exception:` begin a line of their own. */
function lined(lines: readonly string[]): string {
  return lines.reduce((text, line) => (text === '' ? line : `${text}${/^(Fix|Source|Exception): /.test(line) ? lineBreak : ' '}${line}`), '')
}

/** A character that no chapter has, in place of a line end. */
const lineBreak = '\u0001'

function inline(pieces: readonly Piece[], drawing: Drawing): Markup {
  return markup`${pieces.map((piece) => {
    switch (piece.kind) {
      case 'text':
        return piece.text.split(lineBreak).map((part, index) => (index === 0 ? own(part) : markup`<br>${own(part)}`))
      case 'code':
        return markup`<code>${own(piece.text)}</code>`
      case 'strong':
        return markup`<strong>${inline(piece.pieces, drawing)}</strong>`
      case 'emphasis':
        return markup`<em>${inline(piece.pieces, drawing)}</em>`
      case 'link':
        return link(piece.to, inline(piece.pieces, drawing), drawing)
    }
  })}`
}

/** A link to another chapter leads to its page; one to any other file of the project stays text, for a site has only these. */
function link(to: string, words: Markup, { site, up }: Drawing): Markup {
  if (/^https?:/.test(to)) return outside(to, to)
  const [, file = '', hash = ''] = /^(?:\.\/)?([^#]*)(#.*)?$/.exec(to) ?? []
  if (file === '') return markup`<a href="${hash}">${words}</a>`
  const chapter = site.specification.chapters.find(({ name }) => `${name}.md` === file)
  return chapter ? markup`<a href="${up}${chapterPath(chapter.name)}${hash}">${words}</a>` : words
}

/** The chapters before and after. */
function turning({ site, chapter, up }: Drawing): Markup {
  const { chapters } = site.specification
  const index = chapters.indexOf(chapter)
  const [before, after] = [chapters[index - 1], chapters[index + 1]]
  return markup`<nav aria-label="Chapters"><p>${before && markup`← <a href="${up}${chapterPath(before.name)}">${own(before.title)}</a>`} ${after && markup`<a href="${up}${chapterPath(after.name)}">${own(after.title)}</a> →`}</p></nav>`
}
