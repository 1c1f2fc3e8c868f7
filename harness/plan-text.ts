import { liveClock } from './clock/live-clock.ts'
import type { HeaderLine } from './http/message.ts'
import { planRun, type PlannedCase } from './plan.ts'
import { producerPlanText } from './producer-plan-text.ts'
import { seededRandom } from './random.ts'
import { inert } from './report/inert.ts'
import { compose, freshId, type ComposedDelivery, type Sender } from './roles/consumer/compose.ts'
import type { ConsumerNeed } from './roles/consumer/needs.ts'
import { consumerRole } from './roles/consumer/role.ts'
import type { ConsumerSeen } from './roles/consumer/seen.ts'
import type { ConsumerStep, Delivery, EventRef } from './roles/consumer/vocabulary.ts'
import { plannedSeed } from './run-facts.ts'
import type { RunOptions } from './run.ts'
import { everything } from './select.ts'
import { selectedTag } from './signing/key.ts'
import { sseClientPlanText } from './sse-client-plan-text.ts'
import { sseServerPlanText } from './sse-server-plan-text.ts'
import { redactor } from './transcript/redact.ts'

/** Where an in-process target would be; its port is only known once it listens. */
const inProcessUrl = 'http://127.0.0.1/webhook'

/**
 * What a run would do, case by case, and nothing is sent: requests to a consumer, endpoints and events for a producer.
 *
 * @throws HarnessError for a selection that matches nothing and for keys that do not fit.
 */
export function planText(options: RunOptions): string {
  switch (options.role) {
    case 'producer':
      return producerPlanText(options)
    case 'sse-server':
      return sseServerPlanText(options)
    case 'sse-client':
      return sseClientPlanText(options)
    default:
      return consumerPlanText(options)
  }
}

/**
 * Every request that a consumer would be sent.
 *
 * Secrets are redacted. Signatures are those of this moment; a run makes its own. With a control API (`options.control` is
 * not called) it is taken to offer every verb. What depends on answers is told as a bound: repeats after a 429, redeliveries.
 */
function consumerPlanText(options: RunOptions): string {
  const { profile, keys, target } = options
  const seed = options.seed ?? 1
  const url = target.kind === 'url' ? target.url : inProcessUrl
  const offered = target.kind === 'in-process' || options.control !== undefined
  const clock = target.kind === 'in-process' ? 'virtual' : (options.timeScale ?? 1) > 1 ? 'scaled' : 'live'
  const situation = { profile, clock, tag: selectedTag(profile.signature, keys), effects: offered, faults: offered } as const
  const plan = planRun(consumerRole, options.suites.consumer, situation, options.selection ?? everything)
  const redact = redactor([...keys.secrets, ...(options.secretTexts ?? [])])
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
  const sender = { profile, url, keys: { config, ...keys }, headers: options.headers ?? [] }
  const nowMs = liveClock().now()
  const cases = plan.played.map((planned) => plannedCase(planned, sender, seed, nowMs, redact))
  const requests = cases.reduce((sum, { count }) => sum + count, 0)
  return [
    `plan: ${plan.played.length} cases, ${requests} requests, nothing is sent`,
    `target ${redact(inert(target.kind === 'url' ? url : target.name, 2000))} · role ${options.role} · profile ${inert(profile.name)} · ${clock} clock · seed ${plannedSeed(options)}`,
    'listeners: none, in this role the harness only sends',
    'after a 429 that names a time within the budget, a request is sent again, up to 3 times; after a broken connection a case is played once more',
    ...(offered ? ['control API: reset, effects and faults once before the first case, effects again after the last'] : []),
    ...cases.flatMap(({ lines }) => ['', ...lines]),
  ].join('\n') + '\n'
}

function plannedCase(planned: PlannedCase<ConsumerStep, ConsumerSeen, ConsumerNeed>, from: Omit<Sender, 'random'>, seed: number, nowMs: number, redact: (text: string) => string) {
  const { id, label, value } = planned
  const sender: Sender = { ...from, random: seededRandom(seed, `${id} ${label}`) }
  const ids = new Map<string, string>()
  const sent = new Map<string, ComposedDelivery>()
  const idOf = (event: EventRef) => {
    const known = ids.get(event.name) ?? freshId(sender.profile, sender.random)
    ids.set(event.name, known)
    return known
  }
  const composed = (event: EventRef, delivery: Delivery, distinct = false) => {
    const body = delivery.bodyOf && sent.get(delivery.bodyOf.name)?.request.body
    const one = compose(sender, event, distinct ? freshId(sender.profile, sender.random) : idOf(event), body ? { ...delivery, body: () => body } : delivery, nowMs)
    sent.set(event.name, one)
    return one
  }
  let count = 0
  const lines = [`${id}  ${value.title}${value.alone ? '  (alone)' : ''}`]
  const add = (request: ComposedDelivery['request'], note: string, times: number) => {
    lines.push(...requestLines(`${label}.${count + 1}`, request, note, redact))
    count += times
  }
  for (const step of value.when) playedStep(step)
  return { lines, count }

  function playedStep(step: ConsumerStep): void {
    switch (step.do) {
      case 'deliver':
        return add(composed(step.event, step.delivery).request, '', 1)
      case 'send-again': {
        const last = sent.get(step.event.name)
        return last && add(last.request, 'the same bytes again', 1)
      }
      case 'deliver-together': {
        const copies = Array.from({ length: step.copies }, () => composed(step.event, step.delivery, step.distinct))
        const [first] = copies
        return first && add(first.request, `${step.copies} at the same instant${step.distinct ? ', each a different event' : ''}`, step.copies)
      }
      case 'redeliver-until-acknowledged':
        return add(composed(step.event, {}).request, `until acknowledged, at most ${step.atMost} times, every ${step.everyMs} ms`, step.atMost)
      case 'wait-for-effect':
        return void lines.push('        control API: GET effects until the event took effect')
      case 'fail-next':
        return void lines.push(`        control API: POST faults, the next ${step.times} attempts fail`)
      case 'elapse':
        return void lines.push(`        ${step.ms} ms pass`)
    }
  }
}

function requestLines(id: string, request: ComposedDelivery['request'], note: string, redact: (text: string) => string): readonly string[] {
  const { framing } = request
  const facts = [`${request.body.length} bytes`, ...(framing ? [`${framing.transfer}, ${framing.cuts.length + 1} writes`] : []), ...(note === '' ? [] : [note])]
  const header = ([name, value]: HeaderLine) => `        ${inert(name, 200)}: ${inert(redact(value))}`
  return [`  ${id.padEnd(6)}${inert(request.method, 40)} ${redact(inert(request.url, 2000))}  (${facts.join('; ')})`, ...request.headers.map(header)]
}
