import { discoverControl, type Control } from './attach/control.ts'
import { serveInProcess } from './attach/in-process.ts'
import { runTrigger } from './attach/trigger.ts'
import { liveClock } from './clock/live-clock.ts'
import { measureLag } from './clock/lag.ts'
import { HarnessError } from './errors.ts'
import { startProxyLens, type ProxyLens } from './http/proxy-lens.ts'
import { judge } from './judge.ts'
import { planRun } from './plan.ts'
import { defaultStreamPolicy } from './profile/default-stream-policy.ts'
import { seededRandom } from './random.ts'
import { credentialHeaders } from './roles/sse-server/needs.ts'
import { playSseServerRun } from './roles/sse-server/play-run.ts'
import type { Publish } from './roles/sse-server/publisher.ts'
import { sseServerRole } from './roles/sse-server/role.ts'
import type { SseServerStage } from './roles/sse-server/stage.ts'
import { runLine, type RunOptions, type RunResult, type SeededRunOptions } from './run-facts.ts'
import { everything } from './select.ts'
import type { TranscriptLine } from './transcript/line.ts'
import type { StreamOffers } from './transcript/stream-line.ts'
import { redactor } from './transcript/redact.ts'

/** How long the clients of a stream wait for its headers before they are called late. */
const deadlineMs = 1000

/** Heartbeats that are left out before a proxy ends a connection: nginx waits 60 s, which is four times the usual 15 s. */
const silencesToCut = 4
/** Below that a busy machine is silent, not the target. */
const shortestCutMs = 1000

/**
 * Plays the clients of a stream server and judges what they read.
 *
 * Time is real, also for a target in this process: what is judged are bytes that arrive. Without a way to publish, what can
 * be seen from outside is judged all the same.
 */
export async function runSseServer(options: SeededRunOptions): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const { target, profile } = options
  const clock = liveClock()
  const inProcess = target.kind === 'in-process' ? target.handler(clock) : undefined
  const handler = typeof inProcess === 'function' ? inProcess : inProcess?.handler
  const served = handler ? await serveInProcess(handler, clock, { path: '/api/v1/events' }) : undefined
  const lag = measureLag()
  let lens: ProxyLens | undefined
  try {
    const url = target.kind === 'url' ? target.url : (served?.url ?? '')
    const headers = options.headers ?? []
    const control = options.control ?? (served && (await discoverControl(url, { headers, clock, deadlineMs: 10_000 })))
    const policy = profile.stream ?? defaultStreamPolicy
    const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
    const publish = await publisherFor(options, control)
    const credentials = credentialHeaders(headers.map(([name]) => name))
    const verbs = await verbsOf(control)
    const told = control?.manifest.capabilities['heartbeatMs']
    const stream: StreamOffers = { ...verbs, credentials, ...(typeof told === 'number' && told > 0 ? { heartbeatMs: told } : {}) }
    const offers = { effects: false, faults: false, tag: '', emits: publish !== undefined, stream }
    const situation = { profile, policy, publishes: publish !== undefined, ...stream }
    const plan = planRun(sseServerRole, options.suites['sse-server'], situation, options.selection ?? everything)
    const budgetMs = options.budgetMs ?? 60_000
    const began = performance.now()
    const heartbeatMs = stream.heartbeatMs ?? policy.heartbeatMs
    if (options.via) lens = await startProxyLens(options.via, url, Math.max(shortestCutMs, silencesToCut * heartbeatMs))
    const stage: SseServerStage = {
      policy,
      url,
      clock,
      headers,
      credentials,
      ...(publish ? { publish } : {}),
      ...(control ? { control } : {}),
      heartbeatMs,
      redact,
      randomFor: (label) => seededRandom(options.seed, label),
      remainingMs: () => budgetMs - (performance.now() - began),
      pace: { latencyMs: 20 },
      ...(lens ? { lens } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const played = await playSseServerRun(stage, plan, { ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }), ...(options.progress ? { progress: options.progress } : {}) })
    const transcript: readonly TranscriptLine[] = [
      runLine(options, url, control, clock, startedAt, { offers, deadlineMs }, redact),
      ...played.lines,
      { kind: 'end', finishedAt: new Date().toISOString(), lagMs: lag.stop(), ...(played.obstacle ? { obstacle: played.obstacle } : {}) },
    ]
    return { report: judge(transcript, options.suites), transcript }
  } finally {
    lag.stop()
    await lens?.close()
    if (inProcess && typeof inProcess !== 'function') await inProcess.close()
    await served?.close()
  }
}

/** Verbs are capabilities: what answers 404 is absent. The target forgets what it knew, and streams of others end. */
async function verbsOf(control: Control | undefined): Promise<Pick<StreamOffers, 'disconnects' | 'retains' | 'resets'>> {
  if (!control) return { disconnects: false, retains: false, resets: false }
  const retains = await offered(() => control.retain(1_000_000))
  const disconnects = await offered(() => control.disconnect())
  return { disconnects, retains, resets: await offered(() => control.reset()) }
}

async function offered(call: () => Promise<'done' | 'absent'>): Promise<boolean> {
  try {
    return (await call()) === 'done'
  } catch (error) {
    if (error instanceof HarnessError) return false
    throw error
  }
}

/** By the trigger command where one is given, else by the control API where it offers that; else not at all. */
async function publisherFor({ trigger, signal }: RunOptions, control: Control | undefined): Promise<Publish | undefined> {
  if (trigger !== undefined) {
    return async (events) => {
      const { accepted, detail } = await runTrigger(trigger, events, 30_000)
      return { outcome: accepted ? 'accepted' : 'refused', ...(detail === undefined ? {} : { detail }) }
    }
  }
  if (!control) return undefined
  const publish: Publish = async (events) => {
    signal?.throwIfAborted()
    try {
      const told = await control.publish(events)
      if (told === 'absent') return { outcome: 'refused', detail: 'the control API answers that it cannot do that' }
      return { outcome: 'accepted', ids: told.ids }
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      return { outcome: isRefusal(error) ? 'refused' : 'failed', detail: error.message }
    }
  }
  const probe = await control.publish([{ type: 'conformance.probe', data: { conformance: 'probe' } }]).catch((error: unknown) => {
    if (error instanceof HarnessError) return undefined
    throw error
  })
  return probe === 'absent' ? undefined : publish
}

/** A 4xx of the control API, or an error that an exec adapter answers with, is a no; anything else is a breakdown. */
function isRefusal({ code, cause, message }: HarnessError): boolean {
  if (code === 'bad-exec') return message.includes('with an error')
  const status = typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}
