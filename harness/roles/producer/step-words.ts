import type { ScriptedAnswer } from '../../http/capture.ts'
import { durationWords } from '../../profile/duration.ts'
import type { Profile } from '../../profile/profile.ts'
import type { ApiCall, ProducerStep, Script, ScriptFacts } from './vocabulary.ts'
import { defaultPolicy } from './witness.ts'

interface Telling {
  readonly profile: Profile
  /** Wall-clock milliseconds from which the dates of scripted answers are made. */
  readonly nowMs: number
}

/** How many answers of a script are looked at: no script changes its mind later. */
const lookedAt = 4

/** The steps of a case as English sentences without a full stop, durations as the profile declares them. */
export function producerStepWords(steps: readonly ProducerStep[], telling: Telling): readonly string[] {
  let emitted = 0
  return steps.map((step) => {
    if (step.do === 'emit') emitted += step.count
    return words(step, telling, emitted)
  })
}

function words(step: ProducerStep, { profile, nowMs }: Telling, emitted: number): string {
  switch (step.do) {
    case 'open':
      return `open ${endpointWords(step.endpoint)}${step.ownPort ? ' on a port of its own' : ''}${step.query === undefined ? '' : ` with the query ${JSON.stringify(step.query)}`}${step.types === 'other' ? ' for another type of event' : ''}${step.filter ? ` with the filter ${JSON.stringify(step.filter)}` : ''}: it answers ${scriptWords(step.script, factsFor(profile, nowMs))}`
    case 'emit':
      return `make the target emit ${step.count === 1 ? step.event : `${step.count} events at once`}${step.type === undefined ? '' : ` of the type ${JSON.stringify(step.type)}`}${step.data ? ` with ${JSON.stringify(step.data)}` : ''}`
    case 'await-attempts':
      return awaitWords(step, profile.delivery?.retry?.delaysMs ?? [], Math.max(1, emitted))
    case 'watch':
      return watchWords(step.ms, profile)
    case 'remove':
      return `remove ${endpointWords(step.endpoint)}`
    case 'call':
      return callWords(step.call, profile)
    case 'rotate':
      return `exchange the secret of ${endpointWords(step.endpoint)}: ${profile.subscription?.rotate ? `${profile.subscription.rotate.method} ${profile.subscription.rotate.path}` : 'by the registration API'}`
    case 'redeliver':
      return `look for the event among the dead letters of ${endpointWords(step.endpoint)} and ask for it to be sent once more`
    case 'listen':
      return step.on ? `listen on the port of ${endpointWords(step.endpoint)} again` : `stop to listen on the port of ${endpointWords(step.endpoint)}: connections are refused`
  }
}

function endpointWords(name: string): string {
  return name.startsWith('endpoint') ? name : `endpoint ${name}`
}

function factsFor({ delivery = defaultPolicy }: Profile, nowMs: number): ScriptFacts {
  return { nowMs, timeoutMs: delivery.timeoutMs, scale: 1, elsewhere: '(a URL that nobody subscribed)', event: 'an event' }
}

/** Such as `500 to the first attempt, 200 to all later ones`. */
function scriptWords(script: Script, facts: ScriptFacts): string {
  const answers = typeof script === 'function' ? Array.from({ length: lookedAt }, (_, n) => script(n, facts)) : script
  const told = answers.map(answerWords)
  while (told.length > 1 && told.at(-1) === told.at(-2)) told.pop()
  const [first = '', ...later] = told
  if (later.length === 0) return `${first} to every attempt`
  return `${[`${first} to the first attempt`, ...later].join(', ')} to ${later.length === 1 ? 'all later ones' : 'the ones after that'}`
}

function answerWords(answer: ScriptedAnswer): string {
  switch (answer.do) {
    case 'answer':
      return `${answer.status}${(answer.headers ?? []).map(([name, value]) => ` with ${name}: ${value === '' ? '(empty)' : value}`).join('')}${answer.afterMs === undefined ? '' : ` after ${durationWords(answer.afterMs)}`}`
    case 'drip-header':
      return `with a header section that never ends, a byte every ${durationWords(answer.everyMs)},`
    case 'drip-body':
      return `${answer.status} with a body that never ends, a byte every ${durationWords(answer.everyMs)},`
    case 'endless-body':
      return `${answer.status} with a body that never ends`
    case 'silence':
      return 'nothing'
    case 'reset':
      return `with a reset ${answer.when === 'before-body' ? 'before it reads the body' : 'after it has read the body'}`
    case 'close':
      return 'with the end of the connection'
  }
}

function awaitWords({ endpoint, count: wanted, distinct }: Extract<ProducerStep, { do: 'await-attempts' }>, delaysMs: readonly number[], emitted: number): string {
  if (distinct) return `wait for ${wanted} different events at ${endpointWords(endpoint)}`
  const count = wanted === 'all' ? delaysMs.length + 1 : wanted
  const retries = Math.floor((count - 1) / emitted)
  const dueMs = delaysMs.slice(0, retries).reduce((sum, ms) => sum + ms, 0)
  const what = wanted === 'all' ? `all ${count} attempts of the schedule` : count === 1 ? 'an attempt' : `${count} attempts`
  return `wait for ${what} at ${endpointWords(endpoint)}${dueMs > 0 ? `: the last is due after ${durationWords(dueMs)}` : ''}`
}

function watchWords(ms: Extract<ProducerStep, { do: 'watch' }>['ms'], { delivery }: Profile): string {
  if (ms === 'a-moment') return 'watch for a moment that nothing else comes'
  if (typeof ms === 'number') return `watch for ${durationWords(ms)}`
  const delaysMs = delivery?.retry?.delaysMs ?? []
  const delayMs = (ms === 'first-delay' ? delaysMs[0] : delaysMs.at(-1)) ?? 0
  return `watch for ${ms === 'first-delay' ? 'the first' : 'one more'} delay, ${durationWords(delayMs)}, that nothing else comes`
}

function callWords({ operation, id, body, url }: ApiCall, { subscription }: Profile): string {
  const place = operation === 'create' ? subscription?.create : subscription?.[operation]
  const target = place ? `${place.method} ${id === undefined ? place.path : place.path.replaceAll('{id}', id)}` : 'the registration API'
  const chosen = url?.('http://127.0.0.1/endpoint')
  const how = body !== undefined ? ` with the body ${JSON.stringify(body)}` : url ? (chosen === undefined ? ' without a URL' : ` with the URL ${JSON.stringify(chosen)}`) : ''
  return `call ${target} (${operation})${how}`
}
