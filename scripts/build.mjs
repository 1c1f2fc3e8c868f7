#!/usr/bin/env node
/**
 * The whole build: schemas, compiled profiles, bundles.
 *
 * `generated/` is rewritten only where its content changed, and each file at once, so that builds may run side by side.
 */
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, parse } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const at = (...parts) => join(root, ...parts)

/** The browser build of yaml is the one written as ES modules: no `require` is left in the bundle. */
const alias = { yaml: join(dirname(require.resolve('yaml/package.json')), 'browser/index.js') }

/** Documents of these versions are read. */
const asyncapiVersions = ['3.0.0', '3.1.0']

/** What of others is in `dist/`: code, and a schema. */
const bundledPackages = ['yaml', 'ajv-formats', '@asyncapi/specs']

await mkdir(at('generated'), { recursive: true })
await compileSchemas()
await compileProfiles()
await bundle()
await writeNotices()

/** `generated/schemas.json`: the schemas that documents of users are held to, by name. */
async function compileSchemas() {
  const specification = await readFile(join(dirname(require.resolve('@asyncapi/specs/package.json')), `schemas/${asyncapiVersions.at(-1)}-without-$id.json`), 'utf8')
  const extensions = (await readdir(at('schemas'))).filter((file) => /^x-.*\.json$/.test(file)).sort()
  const own = await Promise.all(extensions.map(async (file) => [parse(file).name, withoutExamples(JSON.parse(await readFile(at('schemas', file), 'utf8')))]))
  await replace(at('generated/schemas.json'), `${JSON.stringify({ asyncapi: forEveryVersion(JSON.parse(specification)), ...Object.fromEntries(own) })}\n`)
}

/** Their descriptions stay: they say what is allowed where a value has the wrong form. */
function withoutExamples(schema) {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== 'examples'))
}

/**
 * The schema of the newest version for documents of every version: what it adds to the older ones is one binding. Bindings of
 * protocols other than HTTP are left to their own tools, and prose and what nothing leads to go.
 */
function forEveryVersion(schema) {
  schema.properties.asyncapi = { type: 'string', enum: asyncapiVersions }
  for (const [name, { properties }] of Object.entries(schema.definitions)) {
    if (!name.endsWith('BindingsObject')) continue
    for (const protocol of Object.keys(properties)) if (protocol !== 'http') properties[protocol] = {}
  }
  return withoutProse({ ...schema, definitions: reachable(schema) })
}

/** The definitions that the schema leads to. */
function reachable({ definitions, ...schema }) {
  const found = new Map()
  const follow = (value) => {
    if (typeof value !== 'object' || value === null) return
    const name = typeof value.$ref === 'string' ? value.$ref.split('/')[2] : undefined
    if (name in definitions && !found.has(name)) {
      found.set(name, definitions[name])
      follow(definitions[name])
    }
    Object.values(value).forEach(follow)
  }
  follow(schema)
  return Object.fromEntries(found)
}

/** Annotations that a validator does not read. A property that has such a name is an object, and stays. */
function withoutProse(value) {
  if (Array.isArray(value)) return value.map(withoutProse)
  if (typeof value !== 'object' || value === null) return value
  const isProse = ([name, member]) => (['title', 'description', 'markdownDescription'].includes(name) && typeof member === 'string') || (name === 'examples' && Array.isArray(member))
  return Object.fromEntries(Object.entries(value).filter((entry) => !isProse(entry)).map(([name, member]) => [name, withoutProse(member)]))
}

/** `generated/profiles.json`: every document of `spec/` as the value that a run reads, the project's own first. */
async function compileProfiles() {
  const module = at(`generated/.compile-${process.pid}.mjs`)
  try {
    await build({
      entryPoints: [at('harness/profile/read.ts')],
      outfile: module,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      alias,
      logLevel: 'error',
    })
    const { readProfile } = await import(pathToFileURL(module).href)
    const documents = (await readdir(at('spec/profiles'))).filter((file) => file.endsWith('.yaml')).sort()
    const profiles = [await readProfile(at('spec/asyncapi.yaml'), 'event-delivery')]
    for (const file of documents) profiles.push(await readProfile(at('spec/profiles', file), parse(file).name))
    await replace(at('generated/profiles.json'), `${JSON.stringify(profiles, null, 1)}\n`)
  } catch (error) {
    if (error?.name !== 'HarnessError') throw error
    console.error(`${error.message}\n  ${error.cure}`)
    process.exit(1)
  } finally {
    await rm(module, { force: true })
  }
}

/** `dist/`: the command and the library with everything they need inside; scripts keep their development packages outside. */
async function bundle() {
  const options = {
    outdir: at('dist'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    splitting: true,
    legalComments: 'none',
    logLevel: 'error',
    chunkNames: 'chunks/[name]-[hash]',
    // Optional peers: whoever imports what needs them has them.
    external: ['vitest', 'msw'],
    alias,
  }
  const product = [
    { in: at('cli/conformance.ts'), out: 'conformance' },
    { in: at('embed/index.ts'), out: 'index' },
    { in: at('suites/index.ts'), out: 'suites' },
    { in: at('schemas/models.ts'), out: 'models' },
    { in: at('embed/vitest.ts'), out: 'vitest' },
    { in: at('embed/msw.ts'), out: 'msw' },
  ].filter((entry) => existsSync(entry.in))
  const scripts = (await readdir(at('scripts')))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ in: at('scripts', file), out: `scripts/${parse(file).name}` }))

  const results = []
  if (product.length > 0) results.push(await build({ ...options, minify: true, entryPoints: product, write: false }))
  // Their chunks lie beside them: `dist/scripts` is not published.
  if (scripts.length > 0) results.push(await build({ ...options, chunkNames: 'scripts/chunks/[name]-[hash]', entryPoints: scripts, packages: 'external', write: false }))
  const files = results.flatMap((result) => result.outputFiles)
  await Promise.all([...new Set(files.map((file) => dirname(file.path)))].map((folder) => mkdir(folder, { recursive: true })))
  const command = at('dist/conformance.js')
  await Promise.all(files.map(({ path, text }) => replace(path, path === command && !text.startsWith('#!') ? `#!/usr/bin/env node\n${text}` : text)))
  await removeStale(new Set(files.map((file) => file.path)))
  if (existsSync(command)) await chmod(command, 0o755)
}

/** `dist/THIRD-PARTY.txt`: the licences that ask to travel with the code. */
async function writeNotices() {
  const notices = bundledPackages.map(async (name) => {
    const { version, license } = require(`${name}/package.json`)
    const text = await readFile(join(dirname(require.resolve(`${name}/package.json`)), 'LICENSE'), 'utf8')
    return `${name} ${version}, ${license}\n\n${text.trim()}\n`
  })
  await replace(at('dist/THIRD-PARTY.txt'), (await Promise.all(notices)).join(`\n${'-'.repeat(80)}\n\n`))
}

/** Chunks of an earlier build would otherwise be published. */
async function removeStale(written) {
  for (const folder of ['dist', 'dist/chunks', 'dist/scripts', 'dist/scripts/chunks']) {
    if (!existsSync(at(folder))) continue
    for (const entry of await readdir(at(folder), { withFileTypes: true })) {
      const path = at(folder, entry.name)
      if (entry.isFile() && entry.name.endsWith('.js') && !written.has(path)) await rm(path, { force: true })
    }
  }
}

/** Writes by renaming, and not at all when nothing changed. */
async function replace(path, text) {
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return
  const partial = `${path}.${process.pid}.tmp`
  await writeFile(partial, text)
  await rename(partial, path)
}
