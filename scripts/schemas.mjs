/**
 * Writes the schemas of the project's own TypeScript types to `schemas/`, JSON Schema 2020-12.
 *
 *   node scripts/schemas.mjs            write the files
 *   node scripts/schemas.mjs --check    write nothing; exit 1 when one of them is stale
 *   … --dir FOLDER                      another folder than `schemas`
 *
 * A type gives names, kinds and descriptions; JSDoc tags such as `@pattern` and `@minimum` say what TypeScript has no words for;
 * `schemas/examples/NAME.json` is a list of examples. The shapes of documents that users write are no types of ours and stay
 * handwritten: docs/decisions/0015-schemas-from-types.md. Exit codes: 0 done, 1 stale or types at fault, 2 usage.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { convertedSchema } from './schema-conversion.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Each schema by its name, with its title and the type that it is generated from. */
const published = {
  report: { type: 'Report', title: 'Report' },
  transcript: { type: 'TranscriptLine', title: 'Transcript line' },
  baseline: { type: 'BaselineFile', title: 'Baseline' },
  configuration: { type: 'ConfigurationFile', title: 'Configuration' },
  'control-manifest': { type: 'ManifestAnswer', title: 'Control API: manifest' },
  'control-effects': { type: 'EffectsAnswer', title: 'Control API: effects' },
  'control-faults': { type: 'FaultsRequest', title: 'Control API: faults' },
  'control-subscriptions': { type: 'SubscriptionRequest', title: 'Control API: a subscription' },
  'control-events': { type: 'EventsRequest', title: 'Control API: events' },
  'control-events-answer': { type: 'EventsAnswer', title: 'Control API: ids of events' },
  'control-retention': { type: 'RetentionRequest', title: 'Control API: retention' },
  'control-connections': { type: 'ConnectionRequest', title: 'Control API: a connection to open' },
  'control-connection': { type: 'ConnectionAnswer', title: 'Control API: state of a connection' },
  'control-created': { type: 'CreatedAnswer', title: 'Control API: id of what was created' },
}

/** Types whose schema is handwritten, by the schema that has their shape. */
const handwritten = { Profile: 'profile' }

await main()

async function main() {
  const { dir, check } = options()
  const types = await typesOf('tsconfig.schemas.json')
  const stale = []
  for (const [name, { type, title }] of Object.entries(published)) {
    const examples = JSON.parse(readFileSync(join(root, 'schemas/examples', `${name}.json`), 'utf8'))
    const text = `${JSON.stringify(convertedSchema(types.getSchemaForSymbol(type), { id: urn(name), title, examples }), null, 2)}\n`
    const file = join(dir, `${name}.json`)
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
    if (check) stale.push(`${shown(file)} is stale: the type ${type} or its examples say something else\n  Run \`npm run schemas\` and commit what it writes.\n`)
    else {
      writeFileSync(file, text)
      process.stdout.write(`wrote ${shown(file)}\n`)
    }
  }
  for (const file of readdirSync(dir).filter((entry) => /^control-.*\.json$/.test(entry) && !Object.hasOwn(published, entry.slice(0, -'.json'.length)))) {
    stale.push(`${shown(join(dir, file))} is generated from no type\n  Remove it, or name its type in scripts/schemas.mjs.\n`)
  }
  for (const text of stale) process.stderr.write(text)
  if (stale.length > 0) process.exitCode = 1
  process.stdout.write(`${Object.keys(published).length} schemas, ${stale.length} stale\n`)
}

function options() {
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, dir: { type: 'string' } } })
    const dir = values.dir === undefined ? join(root, 'schemas') : resolve(values.dir)
    if (!existsSync(dir)) throw new Error(`no such folder: ${dir}`)
    return { dir, check: values.check }
  } catch (error) {
    process.stderr.write(`${error.message}\n  Usage: node scripts/schemas.mjs [--check] [--dir FOLDER]\n`)
    process.exit(2)
  }
}

/** What TypeScript knows of the types. Members that a type does not name are refused, save where it has an index signature. */
async function typesOf(project) {
  const { default: generator } = await import('typescript-json-schema')
  const types = generator.buildGenerator(generator.programFromConfig(join(root, project)), { required: true, noExtraProps: true })
  if (types === null) {
    process.stderr.write('the types do not compile, and nothing was written\n  Run `npm run typecheck` and mend what it says.\n')
    process.exit(1)
  }
  for (const [type, name] of Object.entries(handwritten)) types.setSchemaOverride(type, { $ref: urn(name) })
  return types
}

function urn(name) {
  return `urn:event-delivery-conformance:schema:${name}`
}

function shown(file) {
  return relative(process.cwd(), file) || '.'
}
