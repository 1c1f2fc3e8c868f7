import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../errors.ts'

/**
 * The document of a built-in profile, in a checkout as in the published package: `spec/` stands in the folder of the package, above
 * this module, however the bundler has cut it.
 *
 * @throws HarnessError `internal` when the package has lost its `spec/`.
 */
export function builtInDocument(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  const below = name === 'event-delivery' ? 'spec/asyncapi.yaml' : `spec/profiles/${name}.yaml`
  const document = join(folder, below)
  if (!existsSync(document)) throw new HarnessError('internal', `the document ${below} of the package is not there`, 'install the package anew; it is published with its spec/ folder')
  return document
}
