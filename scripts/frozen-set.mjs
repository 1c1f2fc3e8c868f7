import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Digest of the sorted lines `id level`, then of the sorted lines `case rule`: the name of a requirement set. */
export function digestOfSet({ requirements, cases }) {
  const lines = [...requirements.map(({ id, level }) => `${id} ${level}\n`).sort(), ...cases.flatMap(({ case: id, requirements: rules }) => rules.map((rule) => `${id} ${rule}\n`)).sort()]
  return `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`
}

/**
 * The set that is frozen for a version, `sets/VERSION.json`; undefined while there is none. A rule that is in it and in no
 * chapter, or has another level there, is a problem: an id never changes its meaning.
 */
export function readFrozenSet(dir, version, requirements, problems) {
  const file = join(dir, 'sets', `${version}.json`)
  if (!existsSync(file)) return undefined
  const problem = (fact, cure) => problems.push({ file, line: 1, fact, cure })
  const set = parsed(file)
  const isSet = Array.isArray(set?.requirements) && Array.isArray(set.cases) && set.cases.every(({ requirements: rules }) => Array.isArray(rules)) && set.specVersion === version
  if (!isSet) {
    problem('this is no requirement set of its version', 'Take it from the history; nobody writes it by hand.')
    return undefined
  }
  if (set.requirementSet !== digestOfSet(set)) problem('the set was changed after it was frozen', 'Take it from the history; a changed set is a new version.')
  const now = new Map(requirements.map(({ id, level }) => [id, level]))
  for (const { id, level } of set.requirements) {
    if (now.get(id) === level) continue
    problem(now.has(id) ? `${id} is frozen as ${level}, and is a ${now.get(id)} now` : `${id} is frozen, and no chapter has it`, 'Restore the rule, or raise `Version:` and freeze the new version.')
  }
  const frozen = new Set(set.requirements.map(({ id }) => id))
  for (const { case: id, requirements: rules } of set.cases)
    for (const rule of rules) if (!frozen.has(rule)) problem(`${id} is frozen as evidence for ${rule}, which is not frozen`, 'Take the set from the history; nobody writes it by hand.')
  return set
}

function parsed(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
