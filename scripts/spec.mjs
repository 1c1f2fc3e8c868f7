/**
 * Turns the chapters of the specification into data: `requirements.json` for any language, `requirements.ts` for this one,
 * and the frozen set of the version, `sets/VERSION.json` where `npm run freeze` wrote one, into `requirement-set.ts`.
 *
 *   node scripts/spec.mjs            write the files
 *   node scripts/spec.mjs --check    write nothing; exit 1 when one of them is stale
 *   … --dir FOLDER                   another folder than `spec`
 *
 * `README.md` of the folder gives the version and, by its links, the order of the chapters; every other `.md` file of the
 * folder is a chapter. The grammar of a requirement block is told in docs/decisions/0001-requirement-blocks.md. Every
 * problem is reported as `file:line: fact` with its cure, all of them at once. Exit codes: 0 done, 1 problems or stale, 2 usage.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { digestOfSet, readFrozenSet } from './frozen-set.mjs'
import { renderJson, renderSet, renderTypeScript } from './spec-render.mjs'

const roles = ['consumer', 'producer', 'sse-server', 'sse-client', 'feed-server', 'feed-client']
const idGrammar = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/
const idLength = 40
const levelInBold = /\*\*(MUST|SHOULD|MAY)( NOT)?\*\*/g
const normativeWord = /\b(MUST|SHOULD|SHALL|MAY|REQUIRED|RECOMMENDED|OPTIONAL)\b/

main()

function main() {
  const { dir, check } = options()
  const { version, chapters, requirements, problems } = readSpecification(dir)
  const frozen = readFrozenSet(dir, version, requirements, problems)
  if (problems.length > 0) {
    problems.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
    for (const { file, line, fact, cure } of problems) process.stderr.write(`${shown(file)}:${line}: ${fact}\n  ${cure}\n`)
    process.stderr.write(`${problems.length} problem${problems.length === 1 ? '' : 's'}; nothing was written\n`)
    process.exitCode = 1
    return
  }
  const facts = {
    specVersion: version,
    specHash: digest(chapters.map(({ text }) => text).join('')),
    requirementSet: digestOfSet(frozen ?? { requirements, cases: [] }),
    frozen,
    requirements,
    roles,
  }
  for (const [name, text] of [['requirements.json', renderJson(facts)], ['requirements.ts', renderTypeScript(facts)], ['requirement-set.ts', renderSet(facts)]]) {
    const file = join(dir, name)
    if (existsSync(file) && normalised(file) === text) continue
    if (check) {
      process.stderr.write(`${shown(file)} is stale: the chapters say something else\n  Run \`npm run spec\` and commit what it writes.\n`)
      process.exitCode = 1
    } else {
      writeFileSync(file, text)
      process.stdout.write(`wrote ${shown(file)}\n`)
    }
  }
  const exceptions = requirements.filter(({ status }) => status === 'exception').length
  const provisional = frozen ? requirements.filter(({ id }) => !frozen.requirements.some((one) => one.id === id)).length : 0
  process.stdout.write(`${requirements.length} requirements, ${exceptions} of them exceptions${frozen ? `, ${provisional} provisional` : ''}, in ${chapters.length} chapters\n`)
}

function options() {
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, dir: { type: 'string' } } })
    const dir = values.dir === undefined ? fileURLToPath(new URL('../spec', import.meta.url)) : resolve(values.dir)
    if (!existsSync(dir)) throw new Error(`no such folder: ${dir}`)
    return { dir, check: values.check }
  } catch (error) {
    process.stderr.write(`${error.message}\n  Usage: node scripts/spec.mjs [--check] [--dir FOLDER]\n`)
    process.exit(2)
  }
}

/** The whole folder as one value. Problems are collected, never thrown, so that one run shows them all. */
function readSpecification(dir) {
  const problems = []
  const { version, names } = readOrder(dir, problems)
  const chapters = names.map((name) => ({ name: name.slice(0, -'.md'.length), file: join(dir, name), text: normalised(join(dir, name)) }))
  const requirements = []
  const seen = new Map()
  for (const chapter of chapters) {
    for (const block of blocksOf(chapter, problems)) {
      const first = seen.get(block.id)
      if (first !== undefined) {
        problems.push({ ...block.at, fact: `duplicate id ${block.id}, first used at ${shown(first.file)}:${first.line}`, cure: 'An id names one rule forever: give the later rule an id of its own.' })
        continue
      }
      seen.set(block.id, block.at)
      const requirement = requirementOf(chapter, block, problems)
      if (requirement !== undefined) requirements.push(requirement)
    }
  }
  if (requirements.length === 0 && problems.length === 0)
    problems.push({ file: join(dir, 'README.md'), line: 1, fact: 'no chapter has a requirement', cure: 'A requirement starts with a heading such as `#### webhook-signature-required`.' })
  return { version, chapters, requirements, problems }
}

/** Version and chapter order, from `README.md`: the line `Version: 1.2.3` and the first link to each chapter. */
function readOrder(dir, problems) {
  const file = join(dir, 'README.md')
  const present = readdirSync(dir).filter((name) => name.endsWith('.md') && name !== 'README.md').sort()
  if (!existsSync(file)) {
    problems.push({ file, line: 1, fact: 'the specification has no README.md', cure: 'Write one with a `Version:` line and a link to each chapter, in reading order.' })
    return { version: '0.0.0', names: present }
  }
  const text = normalised(file)
  const version = /^Version: (\d+\.\d+\.\d+)$/m.exec(text)?.[1]
  if (version === undefined) problems.push({ file, line: 1, fact: 'no version', cure: 'Add a line such as `Version: 0.1.0`.' })
  const linked = []
  text.split('\n').forEach((content, index) => {
    for (const [, name] of content.matchAll(/\]\((?:\.\/)?([a-z0-9-]+\.md)(?:#[^)]*)?\)/g)) {
      if (linked.includes(name)) continue
      linked.push(name)
      if (!present.includes(name))
        problems.push({ file, line: index + 1, fact: `the chapter ${name} does not exist`, cure: 'Write the chapter or take the link away.' })
    }
  })
  for (const name of present)
    if (!linked.includes(name))
      problems.push({ file: join(dir, name), line: 1, fact: `${name} has no place in the order of chapters`, cure: 'Link it in README.md where it belongs.' })
  return { version: version ?? '0.0.0', names: linked.filter((name) => present.includes(name)) }
}

/** The blocks of a chapter in order. A block runs from its `####` heading to the next heading; code fences are skipped. */
function blocksOf({ file, text }, problems) {
  const blocks = []
  let block
  let fence
  text.split('\n').forEach((content, index) => {
    const at = { file, line: index + 1 }
    const mark = /^(```+|~~~+)/.exec(content)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && content.trim() === mark) fence = undefined
      return
    }
    if (mark !== undefined) {
      fence = mark
      return
    }
    const heading = /^(#{1,6})\s+(.*?)\s*$/.exec(content)
    if (heading !== null) {
      block = heading[1] === '####' ? { id: heading[2], at, lines: [] } : undefined
      if (block !== undefined && idIsValid(block, problems)) blocks.push(block)
      return
    }
    block?.lines.push({ at, content })
    const normative = normativeWord.exec(content.replaceAll(/`[^`]*`/g, ''))?.[1]
    if (normative !== undefined && !(block !== undefined && content.startsWith('>')))
      problems.push({ ...at, fact: `${normative} outside the sentence of a requirement`, cure: 'Make it a requirement with an id, or say it without the key word.' })
  })
  return blocks
}

function idIsValid({ id, at }, problems) {
  if (!idGrammar.test(id)) {
    problems.push({ ...at, fact: `the heading \`${id}\` is not a requirement id`, cure: 'Write <channel>-<topic>-<rule> in kebab-case; headings of the fourth level are kept for requirements.' })
    return false
  }
  if (id.length > idLength) {
    problems.push({ ...at, fact: `the id ${id} has ${id.length} characters`, cure: `Shorten it to ${idLength}.` })
    return false
  }
  return true
}

/** One block as data; `undefined` when something is missing, with a problem for each thing that is. */
function requirementOf(chapter, { id, at, lines }, problems) {
  const before = problems.length
  const problem = (fact, cure, where = at) => problems.push({ ...where, fact: `${id}: ${fact}`, cure })
  const { sentence, sentenceAt, role, why, fields } = partsOf(lines, problem)
  const levels = [...sentence.matchAll(levelInBold)]
  const level = levels[0]?.[1]
  const roleId = role?.toLowerCase().replaceAll(' ', '-')
  if (sentence === '') problem('no sentence', 'Write the rule as a quote: `> A consumer **MUST** …`.')
  else if (level === undefined) problem('the sentence has no level', 'Put exactly one of **MUST**, **MUST NOT**, **SHOULD**, **SHOULD NOT**, **MAY** in bold.', sentenceAt)
  else if (levels.length > 1) problem('the sentence has more than one level', 'Split it into requirements of one level word each.', sentenceAt)
  if (roleId === undefined) problem('no role', 'Begin the paragraph after the sentence with the role in italics, such as `*Consumer.*`.')
  else if (!roles.includes(roleId)) problem(`unknown role ${role}`, `Use one of ${roles.join(', ')}.`)
  else if (why === '') problem('no reason', 'Say after the role which real fault the rule prevents.')
  if (!fields.Source) problem('no source', 'Add a line `Source: …` with the document and section.')
  if (!fields.Fix && !fields.Exception && (level === 'MUST' || level === 'SHOULD'))
    problem(`a ${level} without a fix`, 'Add a line `Fix: …` that names the likely repair, or `Exception: …` when nothing can show the rule.')
  if (problems.length > before) return undefined
  return {
    id,
    level,
    role: roleId,
    chapter: chapter.name,
    sentence: plain(sentence),
    why: plain(why),
    fix: plain(fields.Fix ?? ''),
    source: plain(fields.Source),
    status: fields.Exception ? 'exception' : 'active',
    ...(fields.Exception ? { exception: plain(fields.Exception) } : {}),
  }
}

/** Cuts a block into the quoted sentence and the paragraph `*Role.* why`, `Fix:`, `Source:`, `Exception:`; what follows is prose. */
function partsOf(lines, problem) {
  const text = lines.slice(lines.findIndex(({ content }) => content.trim() !== ''))
  const end = text.findIndex(({ content }) => !content.startsWith('>'))
  const quote = end < 0 ? text : text.slice(0, end)
  const rest = text.slice(quote.length)
  const start = rest.findIndex(({ content }) => content.trim() !== '')
  const paragraph = start < 0 ? [] : rest.slice(start)
  const stop = paragraph.findIndex(({ content }) => content.trim() === '')
  const fields = {}
  let open = 'why'
  for (const { at, content } of stop < 0 ? paragraph : paragraph.slice(0, stop)) {
    const label = /^(Fix|Source|Exception):\s*(.*)$/.exec(content)
    if (label !== null && fields[label[1]] !== undefined) problem(`two lines \`${label[1]}:\``, 'Keep one.', at)
    if (label !== null) open = label[1]
    fields[open] = [fields[open], (label?.[2] ?? content).trim()].filter(Boolean).join(' ')
  }
  for (const { at, content } of stop < 0 ? [] : paragraph.slice(stop))
    if (/^(Fix|Source|Exception):/.test(content)) problem(`\`${content.split(':')[0]}:\` stands apart from its block`, 'Take the blank line before it away.', at)
  const role = /^\*([A-Za-z ]+)\.\*\s*/.exec(fields.why ?? '')
  return {
    sentence: quote.map(({ content }) => content.replace(/^>\s?/, '').trim()).join(' ').trim(),
    sentenceAt: quote[0]?.at,
    role: role?.[1],
    why: (fields.why ?? '').slice(role?.[0].length ?? 0),
    fields,
  }
}

/** Markdown without its markup: code keeps its text, a link its words. */
function plain(markdown) {
  return markdown
    .split(/(`[^`]*`)/)
    .map((piece) =>
      piece.startsWith('`') ? piece.slice(1, -1) : piece.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/<(https?:[^>]*)>/g, '$1').replaceAll(/\*{1,2}([^*]+)\*{1,2}/g, '$1'),
    )
    .join('')
}

/** Text with line feeds only, so that a checkout with other line ends has the same digests. */
function normalised(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
}

function digest(text) {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function shown(file) {
  return relative(process.cwd(), file).replaceAll('\\', '/')
}
