import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { describesRole, refuseUndescribed } from '../harness/profile/without-webhooks.ts'
import { painter, type Paint } from '../harness/report/layout.ts'
import type { RoleName } from '../harness/role.ts'
import { select } from '../harness/select.ts'
import { requirement, requirements, type RequirementId } from '../spec/requirements.ts'
import { suites } from '../suites/index.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { allCases, candidatesOf, type ListedCase } from './listed-case.ts'
import { has, many, one, selection } from './options.ts'
import { rolesNotWritten, rolesWritten, writtenRole } from './roles.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['role', 'profile', 'only', 'skip', 'level', 'reporter', 'help']

/** `conformance list`: cases by role and suite, with the rules that each is evidence for. */
export async function listCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance list: the cases by role and suite, with the rules that each is evidence for\n\n${flagHelp(names)}`)
    return 0
  }
  if (given.positionals.length > 0) throw new HarnessError('usage', `list takes no argument, and "${given.positionals[0] ?? ''}" is one`, `write --only ${given.positionals[0] ?? 'PATTERN'}`)
  const reporters = many(given, 'reporter')
  const other = reporters.find((name) => name !== 'pretty' && name !== 'json')
  if (other !== undefined) throw new HarnessError('usage', `list has no reporter "${other}"`, 'use pretty or json')
  const told = one(given, 'role')
  const profile = await loadProfile(one(given, 'profile') ?? 'event-delivery')
  if (told !== undefined) refuseUndescribed(profile, writtenRole(told))
  const roles = told === undefined ? rolesWritten.filter((role) => describesRole(profile, role)) : [writtenRole(told)]
  const chosen = new Map<ListedCase, RequirementId[]>()
  for (const { listed, requirement: id } of select(candidatesOf(allCases(profile, roles)), selection(given))) chosen.set(listed, [...(chosen.get(listed) ?? []), id])
  await terminal.out(reporters.includes('json') ? json(roles, profile, chosen) : text(roles, profile, chosen, painter(terminal.colour)))
  return 0
}

type Chosen = ReadonlyMap<ListedCase, readonly RequirementId[]>

function text(roles: readonly RoleName[], profile: Profile, chosen: Chosen, paint: Paint): string {
  const shown = roles.filter((role) => [...chosen.keys()].some((each) => each.role === role))
  const lines = shown.flatMap((role) => [...roleLines(role, profile, chosen, paint), ''])
  return `${[...lines, `roles whose suites are not written yet: ${rolesNotWritten.join(', ')}`].join('\n')}\n`
}

function roleLines(role: RoleName, profile: Profile, chosen: Chosen, paint: Paint): readonly string[] {
  const own = [...chosen].filter(([listed]) => listed.role === role)
  const rules = new Set(own.flatMap(([, ids]) => ids)).size
  const lines = [`role ${role} · profile ${profile.name} · ${own.length} cases, ${rules} rules`]
  for (const [suite, { title }] of Object.entries(suites[role])) {
    const cases = own.filter(([{ id }]) => id.startsWith(`${suite}/`))
    if (cases.length === 0) continue
    lines.push('', `${paint('strong', suite)}  ${title}`)
    for (const [{ id, title: situation, unmet }, ids] of cases) {
      lines.push(`  ${id}  ${paint('faint', situation)}`)
      if (unmet !== undefined) lines.push(paint('faint', `      not for this profile: ${unmet}`))
      for (const each of ids) lines.push(`      ${requirement(each).level.padEnd(6)} ${each}`)
    }
  }
  return [...lines, '', `${exceptionsOf(role).length} more rules of the role cannot be shown from outside; conformance explain ID says why`]
}

function json(roles: readonly RoleName[], profile: Profile, chosen: Chosen): string {
  const listed = roles.flatMap((role) =>
    Object.entries(suites[role]).map(([id, { title }]) => ({
      id,
      role,
      title,
      cases: [...chosen]
        .filter(([each]) => each.id.startsWith(`${id}/`))
        .map(([each, ids]) => ({
          id: each.id,
          title: each.title,
          requirements: ids.map((name) => ({ id: name, level: requirement(name).level })),
          controls: each.controls,
          ...(each.unmet === undefined ? {} : { inapplicable: each.unmet }),
        })),
    })),
  )
  const exceptions = roles.flatMap((role) => exceptionsOf(role).map(({ id, exception }) => ({ id, role, reason: exception })))
  return `${JSON.stringify({ roles, profile: profile.name, suites: listed.filter(({ cases }) => cases.length > 0), exceptions, rolesNotWritten }, null, 2)}\n`
}

function exceptionsOf(role: RoleName) {
  return requirements.filter((each) => each.role === role && each.status === 'exception')
}
