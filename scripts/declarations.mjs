#!/usr/bin/env node
/**
 * `dist/types/`: the declarations that the entries of the package lead to, and no others.
 *
 * The compiler writes one for each file that an implementation imports; what no declaration imports is taken away again.
 * Entries are the `files` of `tsconfig.types.json`. Exit code 1 when something does not compile.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const project = join(root, 'tsconfig.types.json')
const { files: entries } = JSON.parse(readFileSync(project, 'utf8'))

const written = join(root, `dist/.types-${process.pid}`)
mkdirSync(written, { recursive: true })
try {
  const { status } = spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', project, '--outDir', written], { stdio: 'inherit' })
  if (status === 0) publish()
  else process.exitCode = 1
} finally {
  rmSync(written, { recursive: true, force: true })
}

function publish() {
  const reached = new Set()
  for (const entry of entries) reach(join(written, declarationOf(entry)), reached)
  for (const path of readdirSync(written, { recursive: true })) {
    const file = join(written, path)
    if (statSync(file).isFile() && !reached.has(file)) rmSync(file)
  }
  rmSync(join(root, 'dist/types'), { recursive: true, force: true })
  renameSync(written, join(root, 'dist/types'))
}

/** Adds a declaration and all that it imports, in `import` and `export … from` and in `import('…')` types. */
function reach(file, reached) {
  if (reached.has(file)) return
  reached.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, path] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) reach(resolve(dirname(file), declarationOf(path)), reached)
}

function declarationOf(path) {
  return path.replace(/\.[jt]s$/, '.d.ts')
}
