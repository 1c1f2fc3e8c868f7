import { afterEach } from 'vitest'
import { serveInProcess, type InProcessTarget } from '../../harness/attach/in-process.ts'
import { virtualClock } from '../../harness/clock/virtual-clock.ts'
import { startCapture, type Capture, type CapturedEndpoint, type Script } from '../../harness/http/capture.ts'
import { exchange } from '../../harness/http/client.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { seededRandom } from '../../harness/random.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { producer, type Producer, type ProducerOptions } from '../../reference/producer.ts'

const open: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

export interface Told {
  readonly status: number | undefined
  readonly body: unknown
}

/** The reference producer on a virtual clock, a receiver to send to, and hands to register and publish with. */
export async function bench(profileName = 'event-delivery', options: Partial<ProducerOptions> = {}) {
  const profile = profileNamed(profileName)
  const clock = virtualClock(Date.UTC(2026, 0, 1))
  const sender: Producer = producer({ profile, clock, ...options })
  const target: InProcessTarget = await serveInProcess(sender.handler, clock)
  const capture: Capture = await startCapture(clock)
  open.push(() => sender.close(), () => target.close(), () => capture.close())
  const random = seededRandom(1, 'secrets')

  async function call(method: string, path: string, body?: unknown): Promise<Told> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const { reply } = await exchange({ method, url: new URL(path, target.url).href, headers: [['Content-Type', 'application/json']], body: Buffer.from(text) }, { deadlineMs: 60_000 }, clock)
    return { status: reply?.status, body: reply && reply.body.length > 0 ? JSON.parse(reply.body.toString()) : undefined }
  }

  /** An endpoint with this behaviour, registered with a secret of its own. */
  async function endpoint(script: Script, registration: Readonly<Record<string, unknown>> = {}): Promise<CapturedEndpoint & { readonly id: string; readonly secret: string; readonly told: Told }> {
    const opened = capture.open('endpoint', script)
    const { signing: secret } = generateSecret(profile.signature, random)
    const told = await call('POST', profile.subscription?.create.path ?? '/', { url: opened.url, events: ['order.created'], secret, ...registration })
    return Object.assign(opened, { id: idOf(told), secret, told })
  }

  return {
    profile,
    clock,
    sender,
    target,
    capture,
    call,
    endpoint,
    publish: (...events: readonly Readonly<Record<string, unknown>>[]) => call('POST', '/conformance/events', { events: events.map((event) => ({ type: 'order.created', data: { customerId: 'cust-1' }, ...event })) }),
  }
}

export function idOf({ body }: Told): string {
  return (body as { readonly id: string }).id // the answer to a registration
}

export function profileNamed(wanted: string): Profile {
  const profile = builtInProfiles().find(({ name }) => name === wanted)
  if (profile === undefined) throw new Error(`there is no profile ${wanted}`)
  return profile
}
