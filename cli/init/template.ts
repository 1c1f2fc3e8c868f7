import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../../harness/errors.ts'
import type { FrameworkName } from './frameworks.ts'

/** A file of the example of a framework, as the tests run it. @throws HarnessError `internal` when the package came without it. */
export async function template(framework: FrameworkName, name: string): Promise<string> {
  const examples = examplesFolder(dirname(fileURLToPath(import.meta.url)))
  if (examples === undefined) throw new HarnessError('internal', 'the package came without its examples', 'install event-delivery-conformance again')
  return readFile(join(examples, framework, name), 'utf8')
}

/** `examples/consumer` of the package that a folder belongs to: how deep it lies differs between sources and bundle. */
function examplesFolder(folder: string): string | undefined {
  const examples = join(folder, 'examples/consumer')
  if (existsSync(examples) && existsSync(join(folder, 'package.json'))) return examples
  const above = dirname(folder)
  return above === folder ? undefined : examplesFolder(above)
}
