import { planRun } from './plan.ts'
import { inert } from './report/inert.ts'
import { offersOfProfile } from './roles/sse-client/needs.ts'
import { sseClientRole } from './roles/sse-client/role.ts'
import { sseClientStepWords } from './roles/sse-client/step-words.ts'
import { plannedSeed } from './run-facts.ts'
import type { RunOptions } from './run.ts'
import { everything } from './select.ts'
import { redactor } from './transcript/redact.ts'

/**
 * What a run would serve to a stream client, case by case. Nothing is sent.
 *
 * The client is taken to do whatever it is asked for; a run finds out.
 * @throws HarnessError for a selection that matches nothing.
 */
export function sseClientPlanText(options: RunOptions): string {
  const { profile, target, listen = { host: '127.0.0.1', port: 0 } } = options
  const plan = planRun(sseClientRole, options.suites['sse-client'], { profile, offers: { ...offersOfProfile(profile), ownPorts: options.publicUrl === undefined } }, options.selection ?? everything)
  const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
  const streams = plan.played.flatMap(({ value }) => value.when).filter((step) => step.do === 'connect').length
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  return (
    [
      `plan: ${plan.played.length} cases, ${streams} streams, nothing is sent`,
      `target ${redact(inert(target.kind === 'url' ? target.url : target.name, 2000))} · role ${options.role} · profile ${inert(profile.name)} · live clock · seed ${plannedSeed(options)}`,
      `listeners: ${host}, ${listen.port === 0 ? 'any free port' : `port ${listen.port}`}${options.publicUrl === undefined ? ', another origin, and a port of its own for each case that refuses connections' : `, reached by the client at ${inert(options.publicUrl, 2000)}`}; every stream has an unguessable path`,
      'control API: reset and four connections that are closed at once, to see what the client can be asked for; then a connection for each stream',
      'order: one event, one reconnection, then all cases side by side, then those marked (alone)',
      ...plan.played.flatMap(({ id, value }) => ['', `${id}  ${value.title}${value.alone ? '  (alone)' : ''}`, ...sseClientStepWords(value.when).map((words) => `        ${redact(inert(words, 1000))}`)]),
    ].join('\n') + '\n'
  )
}
