import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allCases } from '../cli/listed-case.ts'
import { rolesWritten } from '../cli/roles.ts'
import { builtInProfiles, loadProfile } from '../harness/profile/load.ts'
import { describesRole } from '../harness/profile/without-webhooks.ts'
import { requirements, specVersion } from '../spec/requirements.ts'
import { digestOfSet } from './frozen-set.mjs'

/*
 * Freezes the requirement set of this specification version: what is added later is provisional until the next version.
 *
 *   npm run freeze               writes spec/sets/VERSION.json from the chapters and the suites of today
 *   npm run freeze -- --again    writes it anew, for a version that was not published yet
 *
 * Cases are those of every built-in profile; one that a profile names is frozen by its family, so that no case of a user's own
 * profile is ever provisional. Afterwards `npm run spec` takes the set over. Exit codes: 0 done, 2 usage.
 */
const file = join('spec', 'sets', `${specVersion}.json`)
const args = process.argv.slice(2)
if (args.some((each) => each !== '--again')) end('the only flag is --again')
else if (existsSync(file) && !args.includes('--again')) end(`${file} is frozen; raise Version: in spec/README.md, or add --again while ${specVersion} is not published`)
else await freeze()

async function freeze(): Promise<void> {
  const cases = new Map<string, Set<string>>()
  for (const { name } of builtInProfiles()) {
    const profile = await loadProfile(name)
    for (const { frozenAs, requirements: rules } of allCases(profile, rolesWritten.filter((role) => describesRole(profile, role)))) {
      cases.set(frozenAs, new Set([...(cases.get(frozenAs) ?? []), ...rules]))
    }
  }
  const set = { requirements: requirements.map(({ id, level }) => ({ id, level })), cases: [...cases].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, rules]) => ({ case: id, requirements: [...rules].sort() })) }
  mkdirSync(join('spec', 'sets'), { recursive: true })
  writeFileSync(file, textOf({ specVersion, requirementSet: digestOfSet(set), ...set }))
  process.stdout.write(`wrote ${file}: ${set.requirements.length} requirements, ${set.cases.length} cases; now npm run spec\n`)
}

/** JSON with a line for each rule and each case, so that a difference of two versions can be read. */
function textOf(set: Readonly<Record<string, unknown>>): string {
  const member = ([name, value]: readonly [string, unknown]) => `${JSON.stringify(name)}: ${Array.isArray(value) ? `[\n${value.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]` : JSON.stringify(value)}`
  return `{\n${Object.entries(set).map(member).join(',\n')}\n}\n`
}

function end(words: string): void {
  process.stderr.write(`${words}\n`)
  process.exitCode = 2
}
