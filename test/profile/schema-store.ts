import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const folder = new URL('../../schemas/', import.meta.url)

/** Every schema of `schemas/` by its name, as it is published. */
export const schemas: ReadonlyMap<string, { readonly $id: string; readonly examples: readonly unknown[] }> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]),
)

/** A validator that knows all of them and compiles strictly. */
export function schemaValidator(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true })
  formats.default(ajv)
  for (const schema of schemas.values()) ajv.addSchema(schema)
  return ajv
}
