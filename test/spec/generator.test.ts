import { execFile } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { requirements } from '../../spec/requirements.ts'

const script = fileURLToPath(new URL('../../scripts/spec.mjs', import.meta.url))
const realSpec = fileURLToPath(new URL('../../spec', import.meta.url))

const readme = 'Version: 1.2.3\n\n1. [Door](door.md)\n'
const knock = `#### door-knock-first

> A consumer **MUST** knock, as in \`knock **twice**\`, before
> it [enters](house.md).

*Consumer.* People are startled
otherwise.
Fix: Knock.
Source: RFC 1, section 2.
`

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A folder with `spec/` in it, so that messages read like those of the project. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spec-generator-'))
  folders.push(folder)
  await mkdir(join(folder, 'spec'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'spec', name), text)
  return folder
}

function generate(cwd: string, ...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [script, ...args], { cwd, timeout: 20_000 }, (_, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

async function read(folder: string, name: string): Promise<string> {
  return readFile(join(folder, 'spec', name), 'utf8')
}

describe('a folder of chapters', () => {
  test('becomes JSON with plain sentences and the facts of each block', async () => {
    const folder = await folderWith({ 'README.md': readme, 'door.md': `# Door\n\n${knock}\nProse may follow a block.\n` })
    expect(await generate(folder, '--dir', 'spec')).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(await read(folder, 'requirements.json'))).toEqual({
      specVersion: '1.2.3',
      requirements: [
        {
          id: 'door-knock-first',
          level: 'MUST',
          role: 'consumer',
          chapter: 'door',
          sentence: 'A consumer MUST knock, as in knock **twice**, before it enters.',
          why: 'People are startled otherwise.',
          fix: 'Knock.',
          source: 'RFC 1, section 2.',
          status: 'active',
        },
      ],
    })
  })

  test('is read in the order of the links, then of the blocks', async () => {
    const folder = await folderWith({
      'README.md': 'Version: 1.0.0\n\n[Window](window.md), then [Door](./door.md#door-knock-first), then [Window](window.md) again\n',
      'door.md': knock,
      'window.md': `${knock.replace('door-knock-first', 'window-z-open')}\n${knock.replace('door-knock-first', 'window-a-shut')}`,
    })
    await generate(folder, '--dir', 'spec')
    const { requirements: found } = JSON.parse(await read(folder, 'requirements.json')) as { requirements: { id: string }[] }
    expect(found.map(({ id }) => id)).toEqual(['window-z-open', 'window-a-shut', 'door-knock-first'])
  })

  test('may leave the fix out of an exception and of a MAY', async () => {
    const without = knock.replace('Fix: Knock.\n', '')
    const folder = await folderWith({
      'README.md': readme,
      'door.md': `${without}Exception: Nobody hears it.\n\n${without.replace('door-knock-first', 'door-knock-twice').replace('MUST', 'MAY')}`,
    })
    expect(await generate(folder, '--dir', 'spec')).toMatchObject({ code: 0 })
    const { requirements: found } = JSON.parse(await read(folder, 'requirements.json')) as { requirements: unknown[] }
    expect(found).toMatchObject([
      { status: 'exception', exception: 'Nobody hears it.', fix: '' },
      { status: 'active', level: 'MAY', fix: '' },
    ])
  })

  test('counts MUST NOT as MUST and SHOULD NOT as SHOULD', async () => {
    const folder = await folderWith({
      'README.md': readme,
      'door.md': `${knock.replace('MUST', 'MUST NOT')}\n${knock.replace('door-knock-first', 'door-knock-twice').replace('MUST', 'SHOULD NOT')}`,
    })
    await generate(folder, '--dir', 'spec')
    const { requirements: found } = JSON.parse(await read(folder, 'requirements.json')) as { requirements: unknown[] }
    expect(found).toMatchObject([{ level: 'MUST' }, { level: 'SHOULD' }])
  })

  test('has nothing to say about headings and key words inside a code fence', async () => {
    const folder = await folderWith({ 'README.md': readme, 'door.md': `~~~md\n#### Not an id\n\`\`\`\nMUST\n~~~\n\n${knock}` })
    expect(await generate(folder, '--dir', 'spec')).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a fault in a chapter is told with its line and a cure', () => {
  const faults: readonly (readonly [fault: string, files: Readonly<Record<string, string>>, message: string])[] = [
    ['an id without a rule', { 'door.md': knock.replace('door-knock-first', 'Door') }, 'spec/door.md:1: the heading `Door` is not a requirement id'],
    ['an id of 41 characters', { 'door.md': knock.replace('door-knock-first', `door-${'k'.repeat(36)}`) }, 'spec/door.md:1: the id door-'],
    ['an id that is used twice', { 'door.md': `${knock}\n${knock}` }, 'spec/door.md:11: duplicate id door-knock-first, first used at spec/door.md:1'],
    ['no sentence', { 'door.md': knock.replaceAll(/^>.*\n/gm, '') }, 'spec/door.md:1: door-knock-first: no sentence'],
    ['no level', { 'door.md': knock.replace('**MUST**', 'does') }, 'spec/door.md:3: door-knock-first: the sentence has no level'],
    ['two levels', { 'door.md': knock.replace('enters', '**MAY** enter') }, 'spec/door.md:3: door-knock-first: the sentence has more than one level'],
    ['no role', { 'door.md': knock.replace('*Consumer.* ', '') }, 'spec/door.md:1: door-knock-first: no role'],
    ['an unknown role', { 'door.md': knock.replace('Consumer.', 'Burglar.') }, 'spec/door.md:1: door-knock-first: unknown role Burglar'],
    ['no reason', { 'door.md': knock.replace('People are startled\notherwise.', '') }, 'spec/door.md:1: door-knock-first: no reason'],
    ['no source', { 'door.md': knock.replace(/Source:.*\n/, '') }, 'spec/door.md:1: door-knock-first: no source'],
    ['a MUST without a fix', { 'door.md': knock.replace('Fix: Knock.\n', '') }, 'spec/door.md:1: door-knock-first: a MUST without a fix'],
    ['two fixes', { 'door.md': knock.replace('Source:', 'Fix: Ring.\nSource:') }, 'spec/door.md:9: door-knock-first: two lines `Fix:`'],
    ['a source apart from its block', { 'door.md': knock.replace('Source:', '\nSource:') }, 'spec/door.md:10: door-knock-first: `Source:` stands apart from its block'],
    ['a duty outside a block', { 'door.md': `Doors MUST close.\n\n${knock}` }, 'spec/door.md:1: MUST outside the sentence of a requirement'],
    ['a duty in a reason', { 'door.md': knock.replace('are startled', 'SHOULD sleep') }, 'spec/door.md:6: SHOULD outside the sentence of a requirement'],
    ['a chapter without a place', { 'door.md': knock, 'attic.md': '# Attic\n' }, 'spec/attic.md:1: attic.md has no place in the order of chapters'],
    ['a link to no chapter', { 'door.md': knock, 'README.md': `${readme}2. [Attic](attic.md)\n` }, 'spec/README.md:4: the chapter attic.md does not exist'],
    ['no version', { 'door.md': knock, 'README.md': '[Door](door.md)\n' }, 'spec/README.md:1: no version'],
    ['no requirement at all', { 'door.md': '# Door\n' }, 'spec/README.md:1: no chapter has a requirement'],
  ]

  test.each(faults)('%s', async (_, files, message) => {
    const folder = await folderWith({ 'README.md': readme, ...files })
    const { code, stderr } = await generate(folder, '--dir', 'spec')
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^ {2}\S.*\.$/m)
    expect(code).toBe(1)
    expect(await readdir(join(folder, 'spec'))).not.toContain('requirements.json')
  })

  test('every fault is told in one run', async () => {
    const folder = await folderWith({ 'README.md': readme, 'door.md': `${knock.replace(/Source:.*\n/, '')}\n#### Door\n` })
    const { stderr } = await generate(folder, '--dir', 'spec')
    expect(stderr).toMatch(/^spec\/door\.md:1: .*\n.*\nspec\/door\.md:10: /)
    expect(stderr).toContain('2 problems; nothing was written')
  })

  test('a folder that does not exist is wrong usage', async () => {
    const folder = await folderWith({})
    expect(await generate(folder, '--dir', 'words')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('--check', () => {
  test('passes on what was just written, with line ends of either kind', async () => {
    const folder = await folderWith({ 'README.md': readme, 'door.md': knock })
    await generate(folder, '--dir', 'spec')
    expect(await generate(folder, '--dir', 'spec', '--check')).toMatchObject({ code: 0, stderr: '' })
    await writeFile(join(folder, 'spec', 'door.md'), knock.replaceAll('\n', '\r\n'))
    expect(await generate(folder, '--dir', 'spec', '--check')).toMatchObject({ code: 0, stderr: '' })
  })

  test('names each stale file, writes nothing and exits 1', async () => {
    const folder = await folderWith({ 'README.md': readme, 'door.md': knock })
    await generate(folder, '--dir', 'spec')
    const before = await read(folder, 'requirements.ts')
    await appendFile(join(folder, 'spec', 'door.md'), '\nA word more.\n')
    const words = await generate(folder, '--dir', 'spec', '--check')
    expect(words.code).toBe(1)
    expect(words.stderr).toContain('spec/requirements.ts is stale')
    expect(words.stderr).not.toContain('requirements.json')
    expect(await read(folder, 'requirements.ts')).toBe(before)
    await rm(join(folder, 'spec', 'requirements.json'))
    expect((await generate(folder, '--dir', 'spec', '--check')).stderr).toContain('spec/requirements.json is stale')
  })

  test('tells a change of words from a change of rules by the two digests', async () => {
    const digests = async (text: string) => {
      const folder = await folderWith({ 'README.md': readme, 'door.md': text })
      await generate(folder, '--dir', 'spec')
      return [...(await read(folder, 'requirements.ts')).matchAll(/'(sha256:[0-9a-f]{64})'/g)].map(([, found]) => found)
    }
    const [words, rules] = await digests(knock)
    expect(await digests(knock.replace('Knock.', 'Ring.'))).toEqual([expect.not.stringContaining(words ?? ''), rules])
    expect((await digests(knock.replace('MUST', 'SHOULD')))[1]).not.toBe(rules)
  })

  test('passes on the project', async () => {
    expect(await generate(realSpec, '--check')).toMatchObject({ code: 0, stderr: '' })
  })
})

test('the generated files and the chapters of the project have the same ids, each once', async () => {
  const headings: string[] = []
  for (const name of (await readdir(realSpec)).filter((one) => one.endsWith('.md')))
    for (const [, id] of (await readFile(join(realSpec, name), 'utf8')).matchAll(/^#### (.+)$/gm)) headings.push(`${name} ${id}`)
  const json = JSON.parse(await readFile(join(realSpec, 'requirements.json'), 'utf8')) as { requirements: unknown }
  expect(requirements.map(({ id, chapter }) => `${chapter}.md ${id}`).sort()).toEqual(headings.sort())
  expect(json.requirements).toEqual(requirements)
})
