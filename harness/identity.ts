import { requirementSet, specHash, specVersion } from '../spec/requirements.ts'
import packageFile from '../package.json' with { type: 'json' }
import type { SuiteIdentity } from './report/report.ts'

/** Which suite judged: package, version, and digests of the rules and of the words they stand in. */
export function suiteIdentity(): SuiteIdentity {
  return { name: packageFile.name, version: packageFile.version, specVersion, requirementSet, specHash }
}
