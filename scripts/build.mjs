#!/usr/bin/env node
/**
 * The whole build: validators, compiled profiles, bundles.
 *
 * `generated/` is rewritten only where its content changed, and each file at once, so that builds may run side by side.
 */
import { createHash } from 'node:crypto'
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

/** Whose code is in `dist/`: yaml as it is, the others as what they generate or as the schemas that it comes from. */
const bundledPackages = ['yaml', 'ajv', 'ajv-formats', 'fast-deep-equal', '@asyncapi/specs']

await mkdir(at('generated'), { recursive: true })
await compileValidators()
await compileProfiles()
await bundle()
await writeNotices()

/** `generated/validators.js`: one function a schema, free of any import. Skipped while its inputs are the same. */
async function compileValidators() {
  const extensions = (await readdir(at('schemas'))).filter((file) => /^x-.*\.json$/.test(file)).sort()
  const sources = await Promise.all(extensions.map((file) => readFile(at('schemas', file), 'utf8')))
  const specification = await readFile(join(dirname(require.resolve('@asyncapi/specs/package.json')), `schemas/${asyncapiVersions.at(-1)}-without-$id.json`), 'utf8')
  const versions = ['ajv', 'ajv-formats', '@asyncapi/specs', 'esbuild'].map((name) => require(`${name}/package.json`).version)
  const stamp = `// inputs ${digest([...versions, await readFile(fileURLToPath(import.meta.url), 'utf8'), ...extensions, ...sources].join('\n'))}\n`
  const output = at('generated/validators.js')
  if (existsSync(output) && existsSync(at('generated/validators.d.ts')) && (await readFile(output, 'utf8')).startsWith(stamp)) return

  const [{ default: Ajv }, { default: Ajv2020 }, { default: addFormats }, { default: standaloneCode }] = await Promise.all([
    import('ajv'),
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
    import('ajv/dist/standalone/index.js'),
  ])
  const code = { source: true, esm: true, lines: false }
  const plain = (module) => module.default ?? module

  const draft7 = new (plain(Ajv))({ strict: false, allErrors: true, inlineRefs: false, code })
  plain(addFormats)(draft7)
  draft7.addSchema(forEveryVersion(JSON.parse(specification)), 'asyncapi')

  const draft2020 = new (plain(Ajv2020))({ strict: true, strictRequired: false, strictTypes: false, allErrors: true, verbose: true, code })
  const own = {}
  sources.forEach((source, index) => {
    const schema = JSON.parse(source)
    draft2020.addSchema(schema)
    own[camelCase(parse(extensions[index]).name)] = schema.$id
  })

  const parts = { 'asyncapi.js': withoutSchemaPaths(plain(standaloneCode)(draft7, { asyncapi: 'asyncapi' })), 'own.js': withoutSchemaPaths(plain(standaloneCode)(draft2020, own)) }
  const result = await build({
    stdin: { contents: "export * from './asyncapi.js'\nexport * from './own.js'\n", resolveDir: root },
    plugins: [inMemory(parts)],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'error',
  })
  const names = ['asyncapi', ...Object.keys(own)]
  await replace(output, stamp + result.outputFiles[0].text)
  await replace(at('generated/validators.d.ts'), validatorTypes(names))
}

/**
 * The schema of the newest version for documents of every version: what it adds to the older ones is one binding. Bindings of
 * protocols other than HTTP are left to their own tools, and prose goes: all of it was half of the package.
 */
function forEveryVersion(schema) {
  schema.properties.asyncapi = { type: 'string', enum: asyncapiVersions }
  for (const [name, { properties }] of Object.entries(schema.definitions)) {
    if (!name.endsWith('BindingsObject')) continue
    for (const protocol of Object.keys(properties)) if (protocol !== 'http') properties[protocol] = {}
  }
  return withoutProse(schema)
}

/** Annotations that a validator does not read. A property that has such a name is an object, and stays. */
function withoutProse(value) {
  if (Array.isArray(value)) return value.map(withoutProse)
  if (typeof value !== 'object' || value === null) return value
  const isProse = ([name, member]) => (['title', 'description', 'markdownDescription'].includes(name) && typeof member === 'string') || (name === 'examples' && Array.isArray(member))
  return Object.fromEntries(Object.entries(value).filter((entry) => !isProse(entry)).map(([name, member]) => [name, withoutProse(member)]))
}

/** Errors say where in the document they are; where in the schema nobody reads. */
function withoutSchemaPaths(code) {
  return code.replaceAll(/schemaPath:"(?:[^"\\]|\\.)*",/g, '')
}

function validatorTypes(names) {
  return `export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly parentSchema?: unknown
}
export interface Validator {
  (data: unknown): boolean
  errors?: readonly SchemaError[] | null
}
${names.map((name) => `export declare const ${name}: Validator`).join('\n')}
`
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

function inMemory(files) {
  return {
    name: 'in-memory',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/(asyncapi|own)\.js$/ }, ({ path }) => ({ path: path.slice(2), namespace: 'memory' }))
      onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({ contents: files[path], resolveDir: root }))
    },
  }
}

function camelCase(name) {
  return name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase())
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex')
}

/** Writes by renaming, and not at all when nothing changed. */
async function replace(path, text) {
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return
  const partial = `${path}.${process.pid}.tmp`
  await writeFile(partial, text)
  await rename(partial, path)
}
