import { planRun } from './plan.ts'
import { inert } from './report/inert.ts'
import { defaultStreamPolicy } from './profile/default-stream-policy.ts'
import { credentialHeaders } from './roles/sse-server/needs.ts'
import { sseServerRole } from './roles/sse-server/role.ts'
import { sseServerStepWords } from './roles/sse-server/step-words.ts'
import { plannedSeed } from './run-facts.ts'
import type { RunOptions } from './run.ts'
import { everything } from './select.ts'
import { redactor } from './transcript/redact.ts'

/**
 * What a run would ask of a stream server, case by case. Nothing is sent.
 *
 * With a control API it is taken to offer every verb; a run asks it.
 * @throws HarnessError for a selection that matches nothing.
 */
export function sseServerPlanText(options: RunOptions): string {
  const { profile, target, trigger } = options
  const controlled = target.kind === 'in-process' || options.control !== undefined
  const credentials = credentialHeaders((options.headers ?? []).map(([name]) => name))
  const situation = { profile, policy: profile.stream ?? defaultStreamPolicy, publishes: controlled || trigger !== undefined, disconnects: controlled, retains: controlled, resets: controlled, credentials }
  const plan = planRun(sseServerRole, options.suites['sse-server'], situation, options.selection ?? everything)
  const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
  const requests = plan.played.flatMap(({ value }) => value.when).reduce((sum, step) => sum + (step.do === 'connect' ? step.copies : step.do === 'come-and-go' ? step.times : 0), 0)
  return (
    [
      `plan: ${plan.played.length} cases, ${requests} streams, nothing is sent`,
      `target ${redact(inert(target.kind === 'url' ? target.url : target.name, 2000))} · role ${options.role} · profile ${inert(profile.name)} · live clock · seed ${plannedSeed(options)}`,
      options.via === undefined ? 'listeners: none, in this role the harness only connects' : `listeners: the proxy lens ${options.via} on a free port of 127.0.0.1, through which streams are read; the control API is asked directly`,
      `events: ${trigger === undefined ? (controlled ? 'POST events of the control API; before the first case it is asked to retain, to disconnect and to reset' : 'none are published: --control URL or --trigger COMMAND would let the harness do that') : `the command ${redact(inert(trigger, 2000))}`}`,
      'order: one stream and one event, then all cases side by side, then those marked (alone)',
      ...plan.played.flatMap(({ id, value }) => ['', `${id}  ${value.title}${value.alone ? '  (alone)' : ''}`, ...sseServerStepWords(value.when).map((words) => `        ${redact(inert(words, 1000))}`)]),
    ].join('\n') + '\n'
  )
}
