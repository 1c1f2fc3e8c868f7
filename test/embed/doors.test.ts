import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { build, root } from '../cli/command.ts'

beforeAll(build, 60_000)

/** Packages that loading a built file, or anything it may load later, asks for. */
async function packagesOf(file: string): Promise<readonly string[]> {
  const { metafile } = await bundle({ entryPoints: [join(root, 'dist', file)], bundle: true, write: false, metafile: true, outdir: 'out', splitting: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' })
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path))
  return [...new Set(imported)].filter((path) => !path.startsWith('node:') && !builtinModules.includes(path)).sort()
}

describe('the doors of the package', () => {
  it.each(['index.js', 'conformance.js', 'suites.js', 'models.js'])('%s asks for no package at all', async (file) => {
    expect(await packagesOf(file)).toEqual([])
  })

  it('the doors for test runners ask for their own peer and nothing else', async () => {
    expect(await packagesOf('vitest.js')).toEqual(['vitest'])
    expect(await packagesOf('msw.js')).toEqual(['msw'])
  })
})
