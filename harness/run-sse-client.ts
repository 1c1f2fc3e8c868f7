import { discoverControl, type Control } from './attach/control.ts'
import { serveInProcess } from './attach/in-process.ts'
import { liveClock } from './clock/live-clock.ts'
import { measureLag } from './clock/lag.ts'
import { HarnessError } from './errors.ts'
import { startRawServer, type RawServer } from './http/raw-server.ts'
import { judge } from './judge.ts'
import { planRun } from './plan.ts'
import type { StatusPattern } from './profile/profile.ts'
import type { ClientOffers } from './roles/sse-client/needs.ts'
import { Patience } from './roles/sse-client/patience.ts'
import { playSseClientRun } from './roles/sse-client/play-run.ts'
import { sseClientRole } from './roles/sse-client/role.ts'
import type { SseClientStage } from './roles/sse-client/stage.ts'
import { runLine, type RunOptions, type RunResult, type SeededRunOptions } from './run-facts.ts'
import { everything } from './select.ts'
import type { TranscriptLine } from './transcript/line.ts'
import { redactor } from './transcript/redact.ts'

/** Clients side by side, unless the target says that it holds fewer. */
const sideBySide = 16
/** How often, and how far apart, a control API that broke off is asked whether it is still there. */
const revival = { askings: 2, apartMs: 100, restarts: 20, restartWithinMs: 3_000 }

/** Another host as well as another port, where the loopback interface has several: some clients take the port for no part of an origin. */
const otherHost = process.platform === 'linux' ? { host: '127.0.0.2' } : {}

/**
 * Serves event streams to a client, byte by byte and on real time, and judges what it made of them.
 *
 * The client is reached through its control API. What it cannot be asked for is found out first, by asking.
 * @throws HarnessError `bad-control` when there is no way to make it connect.
 */
export async function runSseClient(options: SeededRunOptions): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const { target, listen } = options
  const clock = liveClock()
  const inProcess = target.kind === 'in-process' ? target.handler(clock) : undefined
  const handler = typeof inProcess === 'function' ? inProcess : inProcess?.handler
  const served = handler ? await serveInProcess(handler, clock, { path: '/' }) : undefined
  const servers: RawServer[] = []
  const attached = new Attached(options, served?.url)
  const lag = measureLag()
  try {
    const host = listen ? { host: listen.host } : {}
    const open = async (main: boolean) => {
      const server = await startRawServer(clock, main ? { ...listen, ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}) } : { ...otherHost, ...host })
      servers.push(server)
      return server
    }
    const server = await open(true)
    const elsewhere = await open(false)
    const url = target.kind === 'url' ? target.url : (served?.url ?? '')
    const control = await attached.start()
    const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
    const offers = await offersOf(control, server, options)
    const plan = planRun(sseClientRole, options.suites['sse-client'], { profile: options.profile, offers }, options.selection ?? everything)
    const budgetMs = options.budgetMs ?? 60_000
    const began = performance.now()
    const stage: SseClientStage = {
      clock,
      control: () => attached.control,
      server,
      elsewhere,
      ownServer: () => startRawServer(clock, host),
      offers,
      patience: new Patience(numberIn(control, 'reconnectMs')),
      redact,
      remainingMs: () => budgetMs - (performance.now() - began),
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const most = numberIn(control, 'maxConnections')
    const concurrency = Math.max(1, Math.min(options.concurrency ?? sideBySide, most === undefined ? Infinity : most - 1))
    const played = await playSseClientRun(stage, plan, { concurrency, limited: most !== undefined || options.concurrency !== undefined, steady: target.kind === 'in-process' && target.steady === true, revive: () => attached.revive(), ...(options.progress ? { progress: options.progress } : {}) })
    const facts = { offers: { effects: false, faults: false, tag: '', client: offers }, deadlineMs: stage.patience.deliveryMs }
    const transcript: readonly TranscriptLine[] = [
      runLine(options, url, control, clock, startedAt, facts, redact),
      ...played.lines,
      { kind: 'end', finishedAt: new Date().toISOString(), lagMs: lag.stop(), ...(played.obstacle ? { obstacle: played.obstacle } : {}) },
    ]
    return { report: judge(transcript, options.suites), transcript }
  } finally {
    lag.stop()
    await attached.close()
    await Promise.all(servers.map((server) => server.close()))
    if (inProcess && typeof inProcess !== 'function') await inProcess.close()
    await served?.close()
  }
}

/** The control API of the run, and its successors where the target is started again. */
class Attached {
  #control: Control | undefined
  /** Whether it was made here, and so is closed here. */
  #own = false
  #restarts = 0
  readonly #options: RunOptions
  readonly #url: string | undefined

  constructor(options: RunOptions, url: string | undefined) {
    this.#options = options
    this.#url = url
  }

  async start(): Promise<Control> {
    const control = this.#options.control ?? (this.#url === undefined ? undefined : await discoverControl(this.#url, { headers: [], clock: liveClock() }))
    if (!control) throw new HarnessError('bad-control', 'the target has no control API, so it cannot be made to read a stream', 'offer the control API of spec/control.md and name its URL, or give an adapter with --exec')
    this.#control = control
    return control
  }

  get control(): Control {
    if (!this.#control) throw new TypeError('a run uses its control API after it was attached')
    return this.#control
  }

  /** Asks whether the target is still there; a dead one is started again where the run knows how. */
  async revive(): Promise<'alive' | 'started again' | 'gone'> {
    for (let asked = 0; asked < revival.askings; asked += 1) {
      if (asked > 0) await liveClock().sleep(revival.apartMs, this.#options.signal)
      if (await this.#answers()) return 'alive'
    }
    const { reattach } = this.#options
    const untilMs = performance.now() + revival.restartWithinMs
    while (reattach && this.#restarts < revival.restarts && performance.now() < untilMs) {
      this.#restarts += 1
      const control = await reattach().catch((error: unknown) => {
        if (error instanceof HarnessError) return undefined
        throw error
      })
      if (control) {
        await this.close()
        this.#control = control
        this.#own = true
        return 'started again'
      }
      await liveClock().sleep(revival.apartMs * 3, this.#options.signal)
    }
    return 'gone'
  }

  async close(): Promise<void> {
    if (this.#own) await this.#control?.close()
  }

  #answers(): Promise<boolean> {
    return this.control.connection('conformance-probe').then(
      () => true,
      () => false,
    )
  }
}

/** What the client can be asked for: told by what it refuses, and by its capabilities where these depart from the standard. */
async function offersOf(control: Control, server: RawServer, { profile, publicUrl }: RunOptions): Promise<ClientOffers> {
  const { capabilities } = control.manifest
  const takes = async (asked: object): Promise<boolean> => {
    const stopping = server.route('probe', (exchange) => void exchange.write(Buffer.from('HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n')).then(() => exchange.end()))
    const told = await control.connect({ url: stopping.url, ...asked })
    if (told !== 'absent') await control.closeConnection(told.id)
    stopping.close()
    return told !== 'absent'
  }
  await control.reset()
  if (!(await takes({}))) throw new HarnessError('bad-control', 'the control API offers no POST connections, so the client cannot be made to read a stream', 'offer it as spec/control.md says')
  const policy = profile.stream?.client
  const told = capabilities['retriesOn']
  return {
    headers: await takes({ headers: { 'X-Conformance': 'probe' } }),
    lastEventId: await takes({ lastEventId: 'conformance-probe' }),
    closeAfter: await takes({ closeAfter: 1 }),
    state: capabilities['state'] !== false,
    ownPorts: publicUrl === undefined,
    retriesOn: [...(policy?.retriesOn ?? []), ...(Array.isArray(told) ? told.filter(isStatusPattern) : [])],
    unfinished: capabilities['unfinished'] === 'dispatched' ? 'dispatched' : (policy?.unfinished ?? 'discarded'),
  }
}

function isStatusPattern(value: unknown): value is StatusPattern {
  return (typeof value === 'number' && value >= 100 && value <= 599) || (typeof value === 'string' && /^[1-5]xx$/.test(value))
}

function numberIn({ manifest }: Control, name: string): number | undefined {
  const value = manifest.capabilities[name]
  return typeof value === 'number' && value >= 0 ? value : undefined
}
