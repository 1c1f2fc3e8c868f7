import { randomBytes } from 'node:crypto'
import { discoverControl, type Control } from './attach/control.ts'
import { serveInProcess } from './attach/in-process.ts'
import { runTrigger, type Triggered } from './attach/trigger.ts'
import type { Clock } from './clock/clock.ts'
import { measureLag } from './clock/lag.ts'
import { HarnessError } from './errors.ts'
import { startCapture, type Capture } from './http/capture.ts'
import { exchange } from './http/client.ts'
import { isLoopback } from './http/loopback.ts'
import { judge } from './judge.ts'
import { planRun } from './plan.ts'
import { seededRandom } from './random.ts'
import { challengeAnswer } from './roles/producer/challenge-answer.ts'
import { apiRegistrar } from './roles/producer/api-registrar.ts'
import { playProducerRun } from './roles/producer/play-run.ts'
import type { ProducerStage } from './roles/producer/play.ts'
import { markerIn } from './roles/producer/event-to-emit.ts'
import { controlRegistrar, handRegistrar, type HandEndpoint, type Registrar } from './roles/producer/registrar.ts'
import { producerRole } from './roles/producer/role.ts'
import { briefWatchMs } from './roles/producer/waiting.ts'
import { defaultPolicy } from './roles/producer/witness.ts'
import { clockFor, runLine, type RunOptions, type RunResult, type SeededRunOptions } from './run-facts.ts'
import { everything } from './select.ts'
import { generateSecret } from './signing/key.ts'
import { secretMarker } from './transcript/mark.ts'
import type { TranscriptLine } from './transcript/line.ts'
import { redactor } from './transcript/redact.ts'

/** What is configured by hand stays the same from run to run, whatever the seed. */
const configuredSeed = 1

/**
 * Plays the receiver for a producer and judges what arrived.
 *
 * Endpoints are registered the cheapest way that works: by the profile's own API, else by the control API. Events are
 * emitted by the control API, else by the trigger command.
 */
export async function runProducer(options: SeededRunOptions): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const { target, profile } = options
  const clock = clockFor(options)
  const inProcess = target.kind === 'in-process' ? target.handler(clock) : undefined
  const handler = typeof inProcess === 'function' ? inProcess : inProcess?.handler
  const served = handler ? await serveInProcess(handler, clock, { path: '/' }) : undefined
  const capture = await startCapture(clock, {
    // Somebody who configures an endpoint by hand wants the same URL next time; every other path is nobody's to guess.
    random: options.byHand && !profile.subscription && !options.control ? seededRandom(configuredSeed, 'paths') : randomBytes,
    ...(options.listen ? { host: options.listen.host, port: options.listen.port } : {}),
    ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}),
  })
  const lag = measureLag()
  try {
    if (options.publicUrl) await reachItself(capture, clock)
    const url = target.kind === 'url' ? target.url : (served?.url ?? '')
    const control = options.control ?? (served && (await discoverControl(url, { headers: [], clock, deadlineMs: 30_000 })))
    await control?.reset()
    const madeSecrets = new Map<string, string>()
    const hideOthers = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
    const redact = (text: string) => redactMade(hideOthers(text), madeSecrets)
    const timeoutMs = timeoutFor(options, clock.scale, control)
    const registrar = (await registrarFor(options, url, control, clock, redact)) ?? (options.byHand && (await registeredByHand(options, capture, madeSecrets)))
    const offers = { effects: false, faults: false, tag: '', subscriptions: registrar !== undefined && registrar.kind !== 'hand', ownApi: registrar?.kind === 'api', emits: control !== undefined || options.trigger !== undefined, ownPorts: options.publicUrl === undefined }
    const plan = planRun(producerRole, options.suites.producer, { profile, clock: clock.kind, subscriptions: offers.subscriptions, ownApi: offers.ownApi, emits: offers.emits, ownPorts: offers.ownPorts }, options.selection ?? everything)
    if (!registrar) {
      throw new HarnessError('bad-control', 'no endpoint can be registered with the target: the profile describes no registration API and the control API offers none', 'describe it in the profile as x-subscription, offer POST subscriptions in the control API, or name a command with --trigger and configure one endpoint by hand')
    }
    const budgetMs = options.budgetMs ?? 60_000
    const began = performance.now()
    const stage: ProducerStage = {
      profile,
      clock,
      capture,
      registrar,
      openPort: () => startCapture(clock, options.listen ? { host: options.listen.host } : {}),
      trigger: triggerFor(options, control),
      timeoutMs,
      redact,
      remainingMs: () => budgetMs - (performance.now() - began),
      longestWatchMs: clock.kind === 'virtual' || options.budgetMs !== undefined ? Infinity : briefWatchMs,
      randomFor: (label) => seededRandom(options.seed, label),
      madeSecrets,
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const played = await playProducerRun(stage, plan, { remote: target.kind === 'url' && !isLoopback(new URL(url).hostname), ...(options.progress ? { progress: options.progress } : {}) })
    const transcript: readonly TranscriptLine[] = [
      runLine(options, url, control, clock, startedAt, { offers, deadlineMs: timeoutMs }, redact),
      ...played.lines,
      { kind: 'end', finishedAt: new Date().toISOString(), lagMs: lag.stop(), ...(played.obstacle ? { obstacle: played.obstacle } : {}) },
    ]
    return { report: judge(transcript, options.suites), transcript }
  } finally {
    lag.stop()
    await capture.close()
    if (inProcess && typeof inProcess !== 'function') await inProcess.close()
    await served?.close()
  }
}

function timeoutFor({ profile }: RunOptions, scale: number, control: Control | undefined): number {
  const declared = (profile.delivery ?? defaultPolicy).timeoutMs
  const told = control?.manifest.capabilities['deadlineMs']
  return scale > 1 ? Math.min(declared, Math.max(declared / scale, typeof told === 'number' ? told : 1000)) : declared
}

/** The public URL has to lead back to this receiver, or nothing that does not arrive says anything of the target. */
async function reachItself(capture: Capture, clock: Clock): Promise<void> {
  const probe = `/self-test/${randomBytes(9).toString('base64url')}`
  const { reply, detail, fault } = await exchange({ method: 'GET', url: `${capture.origin}${probe}`, headers: [], body: Buffer.alloc(0) }, { deadlineMs: 5000 }, clock)
  if (capture.strays.some(({ target }) => target.endsWith(probe))) return
  const saw = reply ? `something else answers there with ${reply.status}` : (detail ?? fault ?? 'no answer')
  throw new HarnessError('unreachable', `this receiver is not reached at ${capture.origin}: ${saw}`, 'correct --public-url, or start what forwards it to --listen HOST:PORT')
}

/** One endpoint for all cases; resolves once the user, or a script of his, says that the target knows it. */
async function registeredByHand({ profile, keys, byHand }: RunOptions, capture: Capture, madeSecrets: Map<string, string>): Promise<Registrar> {
  const secret = keys.secrets[0] ?? generateSecret(profile.signature, seededRandom(configuredSeed, 'secret by hand')).verifying
  const scripts: HandEndpoint['scripts'] = new Map()
  const captured = capture.open('by-hand', (attempt) => {
    const marker = markerIn(attempt.body)
    return (marker !== undefined && scripts.get(marker)?.(attempt)) || challengeAnswer(profile, attempt, secret) || { do: 'answer', status: 200 }
  })
  madeSecrets.set(secret, 'by hand')
  await byHand?.(captured.url, secret)
  return handRegistrar({ captured, secret, scripts })
}

/** The profile's own API when the target answers there, else the control API's verb. */
async function registrarFor(options: RunOptions, url: string, control: Control | undefined, clock: Clock, redact: (text: string) => string): Promise<Registrar | undefined> {
  const api = options.profile.subscription
  if (api) {
    const registrar = apiRegistrar({ api, target: url, headers: options.headers ?? [], clock, deadlineMs: options.apiDeadlineMs ?? (clock.kind === 'virtual' ? 30_000 : 5000), redact, markSecret: markerOfEach() })
    const { reply, fault, detail } = await registrar.call({ operation: 'create', body: '{' }, { id: '', case: '', name: '', url: '', type: '', secret: '', subscription: '' })
    if (!control && (fault === 'refused' || fault === 'unreachable')) {
      throw new HarnessError('unreachable', `nothing can be reached at ${redact(url)}: ${detail ?? fault}`, 'start the target, or correct --target')
    }
    // A 404 means that the target is registered another way. Where there is none, the first case shows what the API answers.
    const offered = reply !== undefined && ![404, 405, 501].includes(reply.status)
    if (offered || (!control && (reply === undefined || !options.byHand))) return registrar
  }
  return control ? controlRegistrar(control) : undefined
}

function triggerFor({ trigger }: RunOptions, control: Control | undefined): ProducerStage['trigger'] {
  return async (events): Promise<Triggered> => {
    const plain = events.map(({ type, data }) => ({ type, data }))
    if (trigger !== undefined) return runTrigger(trigger, plain, 30_000)
    if (!control) return { accepted: false, detail: 'there is no way to make the target emit' }
    try {
      const told = await control.publish(plain)
      if (told === 'absent') return { accepted: false, detail: 'the control API offers no POST events' }
      return told.ids.length === plain.length ? { accepted: true } : { accepted: false, detail: `${told.ids.length} ids for ${plain.length} events` }
    } catch (error) {
      if (error instanceof HarnessError) return { accepted: false, detail: error.message }
      throw error
    }
  }
}

/** Marks one secret in a text; what finds its spellings is made once for each. */
function markerOfEach(): (text: string, secret: string) => string {
  const markers = new Map<string, (text: string) => string>()
  return (text, secret) => {
    if (secret === '') return text
    const mark = markers.get(secret) ?? secretMarker([secret])
    markers.set(secret, mark)
    return mark(text)
  }
}

function redactMade(text: string, secrets: ReadonlyMap<string, string>): string {
  let clean = text
  for (const secret of secrets.keys()) if (clean.includes(secret)) clean = clean.replaceAll(secret, '[redacted]')
  return clean
}
