import { HarnessError } from '../harness/errors.ts'
import { casesOf, type PlannedCase } from '../harness/plan.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { painter, type Paint } from '../harness/report/layout.ts'
import type { ConsumerNeed } from '../harness/roles/consumer/needs.ts'
import { consumerRole } from '../harness/roles/consumer/role.ts'
import type { ConsumerSeen } from '../harness/roles/consumer/seen.ts'
import type { ConsumerStep } from '../harness/roles/consumer/vocabulary.ts'
import { select } from '../harness/select.ts'
import { requirement, requirements, type RequirementId } from '../spec/requirements.ts'
import { suites } from '../suites/index.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has, many, one, selection } from './options.ts'
import { rolesNotWritten, writtenRole } from './roles.ts'
import type { Terminal } from './terminal.ts'

/** A case with the rules that it is evidence for. */
export interface ListedCase {
  readonly id: string
  readonly title: string
  readonly requirements: readonly RequirementId[]
  readonly planned: PlannedCase<ConsumerStep, ConsumerSeen, ConsumerNeed>
}

/** Every case of a profile, on the most capable attachment: what is unmet then, the profile rules out. */
export function allCases(profile: Profile): readonly ListedCase[] {
  const situation = { profile, clock: 'virtual', tag: Object.keys(profile.signature.schemes)[0] ?? '', effects: true, faults: true } as const
  return [...casesOf(consumerRole, suites.consumer, situation).values()].map((planned) => ({
    id: planned.id,
    title: planned.value.title,
    // Keys of `then` are requirement ids by its type.
    requirements: Object.keys(planned.value.then ?? {}) as readonly RequirementId[],
    planned,
  }))
}

const names: readonly FlagName[] = ['role', 'profile', 'only', 'skip', 'level', 'reporter', 'help']

/** `conformance list`: cases by suite, with the rules that each is evidence for. */
export async function listCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance list: the cases by suite, with the rules that each is evidence for\n\n${flagHelp(names)}`)
    return 0
  }
  if (given.positionals.length > 0) throw new HarnessError('usage', `list takes no argument, and "${given.positionals[0] ?? ''}" is one`, `write --only ${given.positionals[0] ?? 'PATTERN'}`)
  const reporters = many(given, 'reporter')
  const other = reporters.find((name) => name !== 'pretty' && name !== 'json')
  if (other !== undefined) throw new HarnessError('usage', `list has no reporter "${other}"`, 'use pretty or json')
  const role = writtenRole(one(given, 'role') ?? 'consumer')
  const profile = await loadProfile(one(given, 'profile') ?? 'event-delivery')
  const candidates = allCases(profile).flatMap((listed) => listed.requirements.map((id) => ({ case: listed.id, requirement: id, level: requirement(id).level, listed })))
  const chosen = new Map<ListedCase, RequirementId[]>()
  for (const { listed, requirement: id } of select(candidates, selection(given))) chosen.set(listed, [...(chosen.get(listed) ?? []), id])
  await terminal.out(reporters.includes('json') ? json(role, profile, chosen) : text(role, profile, chosen, painter(terminal.colour)))
  return 0
}

type Chosen = ReadonlyMap<ListedCase, readonly RequirementId[]>

function text(role: string, profile: Profile, chosen: Chosen, paint: Paint): string {
  const rules = new Set([...chosen.values()].flat()).size
  const lines = [`role ${role} · profile ${profile.name} · ${chosen.size} cases, ${rules} rules`]
  for (const [suite, { title }] of Object.entries(suites)) {
    const own = [...chosen].filter(([{ id }]) => id.startsWith(`${suite}/`))
    if (own.length === 0) continue
    lines.push('', `${paint('strong', suite)}  ${title}`)
    for (const [{ id, title: situation, planned }, ids] of own) {
      lines.push(`  ${id}  ${paint('faint', situation)}`)
      if (planned.unmet) lines.push(paint('faint', `      not for this profile: ${planned.unmet.reason}`))
      for (const each of ids) lines.push(`      ${requirement(each).level.padEnd(6)} ${each}`)
    }
  }
  const exceptions = requirements.filter((each) => each.role === role && each.status === 'exception').length
  lines.push('', `${exceptions} more rules of the role cannot be shown from outside; conformance explain ID says why`)
  lines.push(`roles whose suites are not written yet: ${rolesNotWritten.join(', ')}`)
  return `${lines.join('\n')}\n`
}

function json(role: string, profile: Profile, chosen: Chosen): string {
  const listed = Object.entries(suites).map(([id, { title }]) => ({
    id,
    title,
    cases: [...chosen]
      .filter(([each]) => each.id.startsWith(`${id}/`))
      .map(([each, ids]) => ({
        id: each.id,
        title: each.title,
        requirements: ids.map((name) => ({ id: name, level: requirement(name).level })),
        controls: each.planned.controls,
        ...(each.planned.unmet ? { inapplicable: each.planned.unmet.reason } : {}),
      })),
  }))
  const exceptions = requirements.filter((each) => each.role === role && each.status === 'exception').map(({ id, exception }) => ({ id, reason: exception }))
  return `${JSON.stringify({ role, profile: profile.name, suites: listed.filter(({ cases }) => cases.length > 0), exceptions, rolesNotWritten }, null, 2)}\n`
}
