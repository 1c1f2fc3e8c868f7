import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { inert } from '../harness/report/inert.ts'
import { wrapped } from '../harness/report/layout.ts'
import { chapterOf } from '../harness/report/recorded-context.ts'
import { isRequirementId, requirement, requirements, type RequirementId } from '../spec/requirements.ts'
import { suites } from '../suites/index.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { allCases, type ListedCase } from './listed-case.ts'
import { didYouMean } from './near.ts'
import { has, one } from './options.ts'
import { rolesWritten } from './roles.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['profile', 'help']

/** `conformance explain ID`: a requirement, a case or a suite. */
export async function explainCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance explain ID: a requirement, a case or a suite\n\n${flagHelp(names)}`)
    return 0
  }
  const [id, ...more] = given.positionals
  if (id === undefined || more.length > 0) throw new HarnessError('usage', 'explain takes one id', 'write conformance explain webhook-signature-covers-body; conformance list shows the ids')
  const profile = await loadProfile(one(given, 'profile') ?? 'event-delivery')
  const cases = allCases(profile)
  const listed = cases.find((each) => each.id === id)
  const lines = isRequirementId(id) ? requirementLines(id, cases, profile) : listed ? caseLines(listed) : suiteLines(id, cases)
  if (!lines) throw unknownId(id, cases, profile)
  await terminal.out(`${lines.join('\n')}\n`)
  return 0
}

function requirementLines(id: RequirementId, cases: readonly ListedCase[], profile: Profile): readonly string[] {
  const { level, role, sentence, why, fix, source, exception } = requirement(id)
  const own = cases.filter(({ requirements: proven }) => proven.includes(id))
  return [
    `${id}  ${level}, ${role}`,
    ...wrapped(sentence, 98).map((line) => `  ${line}`),
    '',
    ...field('why', why),
    ...(fix === '' ? [] : field('fix', fix)),
    ...field('source', source),
    ...field('spec', chapterOf(id)),
    ...(exception === undefined ? [] : field('judged', `never: ${exception}`)),
    ...(own.length === 0 ? [] : ['', `cases that are evidence for it, under the profile ${profile.name}:`]),
    ...own.flatMap((each) => caseLine(each)),
    ...(own.length === 0 && exception === undefined ? ['', `the profile ${profile.name} has no case for it; --profile names another`] : []),
  ]
}

function caseLines({ id, title, requirements: proven, controls, alone, needs, unmet, steps }: ListedCase): readonly string[] {
  return [
    id,
    ...wrapped(title, 98).map((line) => `  ${line}`),
    '',
    ...steps().flatMap((words, index) => field(index === 0 ? 'steps' : '', inert(words, 1000))),
    ...(controls.length === 0 ? [] : field('control', `${controls.join(', ')}: without it the case shows nothing`)),
    ...(alone ? field('alone', 'nothing else is in flight while it is played') : []),
    ...(needs.length === 0 ? [] : field('needs', needs.join(', '))),
    ...(unmet === undefined ? [] : field('here', `inapplicable: ${unmet}`)),
    '',
    'it is evidence for:',
    ...proven.flatMap((each) => [`  ${requirement(each).level.padEnd(6)} ${each}`, ...wrapped(requirement(each).sentence, 89).map((line) => `         ${line}`)]),
  ]
}

function suiteLines(id: string, cases: readonly ListedCase[]): readonly string[] | undefined {
  const suite = rolesWritten.map((role) => (Object.hasOwn(suites[role], id) ? suites[role][id] : undefined)).find((each) => each !== undefined)
  if (!suite) return undefined
  return [`${id}  ${suite.role}`, `  ${suite.title}`, '', ...cases.filter((each) => each.id.startsWith(`${id}/`)).flatMap(caseLine)]
}

function caseLine({ id, title, unmet }: ListedCase): readonly string[] {
  return [`  ${id}  ${title}`, ...(unmet === undefined ? [] : [`      not for this profile: ${unmet}`])]
}

function field(label: string, text: string): readonly string[] {
  return wrapped(text, 88).map((line, index) => `  ${(index === 0 ? label : '').padEnd(10)}${line}`)
}

function unknownId(id: string, cases: readonly ListedCase[], profile: Profile): HarnessError {
  const ids = [...requirements.map((each) => each.id), ...cases.map((each) => each.id), ...rolesWritten.flatMap((role) => Object.keys(suites[role]))]
  const bare = cases.filter((each) => each.id.endsWith(`/${id}`)).map((each) => each.id)
  const cure = bare.length > 0 ? `did you mean ${bare.slice(0, 3).join(' or ')}?` : didYouMean(id, ids, 'conformance list shows the ids')
  return new HarnessError('usage', `there is no requirement, case or suite "${id}" under the profile ${profile.name}`, cure)
}
