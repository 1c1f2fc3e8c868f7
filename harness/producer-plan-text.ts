import { liveClock } from './clock/live-clock.ts'
import { planRun, type PlannedCase } from './plan.ts'
import { inert } from './report/inert.ts'
import type { ProducerNeed } from './roles/producer/needs.ts'
import { producerRole } from './roles/producer/role.ts'
import type { ProducerSeen } from './roles/producer/seen.ts'
import { producerStepWords } from './roles/producer/step-words.ts'
import type { ProducerStep } from './roles/producer/vocabulary.ts'
import { plannedSeed } from './run-facts.ts'
import type { RunOptions } from './run.ts'
import { everything } from './select.ts'
import { redactor } from './transcript/redact.ts'

type PlannedProducerCase = PlannedCase<ProducerStep, ProducerSeen, ProducerNeed>

/**
 * What a run would do to a producer, case by case: endpoints with their answers, events, waits. Nothing is sent.
 *
 * The target is taken to offer registration and a way to emit; a run asks it. Durations are those that the profile declares.
 *
 * @throws HarnessError for a selection that matches nothing.
 */
export function producerPlanText(options: RunOptions): string {
  const { profile, target } = options
  const clock = target.kind === 'in-process' ? 'virtual' : (options.timeScale ?? 1) > 1 ? 'scaled' : 'live'
  const situation = { profile, clock, subscriptions: true, ownApi: profile.subscription !== undefined, emits: true, ownPorts: options.publicUrl === undefined } as const
  const plan = planRun(producerRole, options.suites.producer, situation, options.selection ?? everything)
  const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
  const steps = plan.played.flatMap(({ value }) => value.when)
  const endpoints = steps.filter((step) => step.do === 'open').length
  const events = steps.reduce((sum, step) => sum + (step.do === 'emit' ? step.count : 0), 0)
  const nowMs = liveClock().now()
  return (
    [
      `plan: ${plan.played.length} cases, ${endpoints} endpoints, ${events} events, nothing is sent`,
      `target ${redact(inert(target.kind === 'url' ? target.url : target.name, 2000))} · role ${options.role} · profile ${inert(profile.name)} · ${clock} clock · seed ${plannedSeed(options)}`,
      `listener: ${listenerWords(options)}; every endpoint has an unguessable path, a secret and a type of event of its own`,
      `registration: ${profile.subscription ? `${profile.subscription.create.method} ${profile.subscription.create.path}, after one malformed request that shows whether it is there; else ` : ''}POST subscriptions of the control API`,
      `events: ${options.trigger === undefined ? 'POST events of the control API' : `the command ${redact(inert(options.trigger, 2000))}`}; it is reset once before the first case`,
      'order: one delivery first, then those marked (alone, first), then all cases side by side, then those marked (alone)',
      ...(clock === 'scaled' ? [`durations below are declared ones; the target runs them ${options.timeScale ?? 1} times faster`] : []),
      ...plan.played.flatMap((planned) => ['', ...caseLines(planned, options, nowMs, redact)]),
    ].join('\n') + '\n'
  )
}

function listenerWords({ listen, publicUrl }: RunOptions): string {
  const { host, port } = listen ?? { host: '127.0.0.1', port: 0 }
  return `${host.includes(':') ? `[${host}]` : host}, ${port === 0 ? 'any free port' : `port ${port}`}${publicUrl === undefined ? '' : `, reached by the target at ${inert(publicUrl, 2000)}`}`
}

function caseLines({ id, value }: PlannedProducerCase, { profile }: RunOptions, nowMs: number, redact: (text: string) => string): readonly string[] {
  return [`${id}  ${value.title}${value.alone === 'first' ? '  (alone, first)' : value.alone ? '  (alone)' : ''}`, ...producerStepWords(value.when, { profile, nowMs }).map((words) => `        ${redact(inert(words, 1000))}`)]
}
