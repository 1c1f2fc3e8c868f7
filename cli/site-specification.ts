import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import { titleOf, type Chapter, type Rule, type Specification } from '../harness/site/specification.ts'
import { requirements, requirementSet, specHash, specVersion } from '../spec/requirements.ts'
import { allCases } from './listed-case.ts'

/** The specification of this version with its chapters, which lie in the package beside the program. */
export async function readSpecification(): Promise<Specification> {
  const folder = chaptersFolder()
  const opening = await chapter(folder, 'README')
  const names = [...new Set([...opening.text.matchAll(/\]\((?:\.\/)?([a-z0-9-]+)\.md\)/g)].map(([, name = '']) => name))]
  const chapters = [opening, ...(await Promise.all(names.map((name) => chapter(folder, name))))]
  const cases = allCases(await loadProfile('event-delivery'))
  const rules = requirements.map((rule): Rule => ({ ...rule, cases: cases.filter((each) => each.requirements.includes(rule.id)).map(({ id, title }) => ({ id, title })) }))
  return { version: specVersion, specHash, requirementSet, rules, chapters }
}

async function chapter(folder: string, name: string): Promise<Chapter> {
  const text = await readFile(join(folder, `${name}.md`), 'utf8')
  return { name, text, title: titleOf(name, text) }
}

/** The program is bundled into a folder or two below the package; its sources lie one below. */
function chaptersFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 4; up += 1) {
    folder = dirname(folder)
    if (existsSync(join(folder, 'spec', `${requirements[0]?.chapter ?? ''}.md`))) return join(folder, 'spec')
  }
  throw new HarnessError('runtime', 'the chapters of the specification are not beside the program', 'install the package whole: its folder spec/ holds them')
}
