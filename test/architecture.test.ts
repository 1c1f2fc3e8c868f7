import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folders = ['spec', 'schemas', 'harness', 'suites', 'cli', 'embed', 'reference', 'examples', 'scripts', 'bench'].filter((folder) => existsSync(join(root, folder)))

/** From each folder, the folders that its files may import from besides their own. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  schemas: [],
  harness: ['spec', 'schemas', 'generated', 'package.json'],
  suites: ['harness', 'spec'],
  reference: ['harness', 'spec'],
  cli: ['harness', 'suites', 'spec', 'reference', 'generated', 'package.json'],
  // What other test runners import: the command's door without its flags.
  embed: ['harness', 'suites', 'spec', 'reference'],
  examples: ['harness'],
  bench: ['harness', 'suites', 'reference', 'spec'],
  // Scripts are the workshop: the kill matrix needs the broken targets.
  scripts: ['harness', 'suites', 'cli', 'reference', 'spec', 'test', 'generated'],
}

/** What a suite may import: the vocabulary of its role and nothing below it. */
const suiteVocabulary = [/^harness\/roles\/[a-z-]+\/index\.ts$/, /^harness\/judge\.ts$/, /^suites\/[a-z-]+\.ts$/, /^suites\/vectors\/[a-z-]+\.json$/]

interface Import {
  readonly from: string
  readonly to: string
}

describe('the arrows between folders', () => {
  const imports = folders.flatMap((folder) => sourcesIn(folder).flatMap(importsOf))

  test('there is something to check', () => {
    expect(imports.length).toBeGreaterThan(100)
  })

  test.each(folders)('%s imports only what it may', (folder) => {
    const allowed = arrows[folder] ?? []
    const wrong = imports.filter(({ from, to }) => top(from) === folder && !to.startsWith('node:') && to.includes('/') && isOurs(to) && top(to) !== folder && !allowed.includes(top(to)))
    expect(wrong).toEqual([])
  })

  test('a suite imports the vocabulary of its role and nothing else', () => {
    const wrong = imports.filter(({ from, to }) => top(from) === 'suites' && !suiteVocabulary.some((pattern) => pattern.test(to)))
    expect(wrong).toEqual([])
  })

  test('a suite neither waits nor reads a clock, nor names a provider', () => {
    const words = /\bawait\b|\bfetch\(|\bsetTimeout\b|\bDate\.now\b|\bMath\.random\b|\b(stripe|slack|github|shopify|svix|twilio)\b/i
    const lines = sourcesIn('suites').flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n').map((line) => `${file}: ${line}`)).filter((line) => words.test(line))
    expect(lines).toEqual([])
  })

  test('no file of the project is past four hundred lines, generated ones excepted', () => {
    const long = folders.flatMap(sourcesIn).filter((file) => !['spec/requirements.ts', 'spec/requirement-set.ts', 'schemas/models.ts'].includes(file)).filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400)
    expect(long).toEqual([])
  })
})

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/[\s}]from '([^']+)'|\bimport\('([^']+)'\)/g)].map(([, named, dynamic]) => named ?? dynamic ?? '').map((target) => ({
    from: file,
    to: target.startsWith('.') ? relative(root, join(root, file, '..', target)) : target,
  }))
}

function top(path: string): string {
  return path.split('/')[0] ?? path
}

function isOurs(path: string): boolean {
  return !path.startsWith('node:') && ['generated', 'test', ...folders].includes(top(path))
}
