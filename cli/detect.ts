import { isFlaw, isRecord, readManifest } from '../harness/attach/answers.ts'
import type { Manifest } from '../harness/attach/control.ts'
import { liveClock } from '../harness/clock/live-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import { exchange } from '../harness/http/client.ts'
import { withHeader } from '../harness/http/headers.ts'
import type { HeaderLine, WireExchange } from '../harness/http/message.ts'
import { builtInProfiles } from '../harness/profile/load.ts'
import { parseJson } from '../harness/profile/json-pointer.ts'
import { inert } from '../harness/report/inert.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has, headers, many } from './options.ts'
import { isRole, type Role } from './roles.ts'
import { checkHost, readUrl } from './target.ts'
import type { Terminal } from './terminal.ts'

/** What a target seems to be, and what that rests on. */
export interface Detected {
  readonly role: Role
  /** Such as `GET answered 405, which is what a webhook receiver does`. */
  readonly why: string
  /** What the target says of itself at `/.well-known/event-conformance`. */
  readonly manifest?: Manifest
  /** Why no answer came, when none did. */
  readonly silent?: string
}

const wellKnown = '/.well-known/event-conformance'
const limits = { deadlineMs: 3000, bodyMs: 1000, maxReplyBytes: 65_536 }

/** Asks a target what it is: its manifest first, then a GET of its URL. Both are bounded, an endless stream is cut. */
export async function detectRole(url: string, own: readonly HeaderLine[], signal: AbortSignal): Promise<Detected> {
  const manifest = await readWellKnown(url, own, signal)
  const told = manifest && roleOf(manifest)
  if (manifest && told) return { ...told, manifest }
  const seen = await get(url, 'text/event-stream, application/json', own, signal)
  return { ...judged(seen), ...(manifest ? { manifest } : {}) }
}

/** The manifest of a target, or undefined when there is none. */
export async function readWellKnown(url: string, own: readonly HeaderLine[], signal: AbortSignal): Promise<Manifest | undefined> {
  const { reply } = await get(new URL(wellKnown, url).href, 'application/json', own, signal)
  if (reply?.status !== 200 || reply.truncated) return undefined
  const manifest = readManifest(parseJson(reply.body.toString('utf8')))
  return isFlaw(manifest) ? undefined : manifest
}

/** The built-in profile that a manifest names. @throws HarnessError `unknown-profile`: a target cannot name a file. */
export function profileOf(manifest: Manifest | undefined): string | undefined {
  const name = manifest?.profile
  if (name === undefined || builtInProfiles().some((profile) => profile.name === name)) return name
  throw new HarnessError('unknown-profile', `the target says that its profile is "${inert(name, 80)}", which is not built in`, 'name the document that describes it with --profile FILE, or a built-in one with --profile NAME')
}

const names: readonly FlagName[] = ['header', 'allow-host', 'help']

/** `conformance detect URL`. */
export async function detectCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance detect URL: says what a target seems to be, and why\n\n${flagHelp(names)}`)
    return 0
  }
  const [text, ...more] = given.positionals
  if (text === undefined || more.length > 0) throw new HarnessError('usage', 'detect takes one URL', 'write conformance detect http://localhost:3000/webhooks')
  const url = readUrl(text, 'the argument')
  checkHost(url, many(given, 'allow-host'))
  const { role, why, manifest, silent } = await detectRole(url, headers(given).map(({ line }) => line), terminal.signal)
  if (silent !== undefined) throw new HarnessError('unreachable', `${url} does not answer: ${silent}`, 'start the target, or correct the URL')
  const name = manifest?.name === undefined ? [] : [`name: ${inert([manifest.name, manifest.version ?? ''].join(' ').trim())}`]
  const profile = manifest?.profile === undefined ? [] : [`profile: ${inert(manifest.profile)} (its manifest says so)`]
  const control = manifest?.control === undefined ? [] : [`control: ${inert(manifest.control)} (its manifest says so)`]
  await terminal.out(`${[`role: ${role} (detected: ${why})`, ...name, ...profile, ...control].join('\n')}\n`)
  return 0
}

function get(url: string, accept: string, own: readonly HeaderLine[], signal: AbortSignal): Promise<WireExchange> {
  return exchange({ method: 'GET', url, headers: withHeader(own, 'Accept', accept), body: Buffer.alloc(0) }, limits, liveClock(), signal)
}

function roleOf({ role, roles = [] }: Manifest): Pick<Detected, 'role' | 'why'> | undefined {
  if (role !== undefined && isRole(role)) return { role, why: `its manifest at ${wellKnown} says so` }
  const known = roles.filter(isRole)
  const first = known.includes('consumer') ? 'consumer' : known[0]
  if (first === undefined) return undefined
  return { role: first, why: known.length === 1 ? `its manifest at ${wellKnown} says so` : `its manifest at ${wellKnown} names ${known.join(', ')}; --role names another` }
}

function judged({ reply, fault, detail }: WireExchange): Pick<Detected, 'role' | 'why' | 'silent'> {
  if (reply === undefined) {
    const silent = inert(detail ?? fault ?? 'no reason was seen')
    return { role: 'consumer', why: `GET was not answered, so nothing speaks for another role: ${silent}`, silent }
  }
  const type = (reply.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const answered = `GET answered ${reply.status}${type === '' ? '' : ` with ${inert(type, 60)}`}`
  const ok = reply.status >= 200 && reply.status < 300
  if (ok && type === 'text/event-stream') return { role: 'sse-server', why: `${answered}, which is an event stream` }
  const document = ok && /[/+]json$/.test(type) ? parseJson(reply.body.toString('utf8')) : undefined
  const told = readManifest(document)
  // A client has no stream to show: its target is the control API itself.
  if (!isFlaw(told) && told.roles?.includes('sse-client')) return { role: 'sse-client', why: 'GET answered with the manifest of a control API that names the role' }
  if (isRecord(document) && Array.isArray(document['capabilities'])) return { role: 'sse-client', why: `${answered} and a list "capabilities", which is the contract-test API of a stream client` }
  if (isRecord(document) && Array.isArray(document['events'])) return { role: 'feed-server', why: `${answered} and a list "events", which is a feed` }
  if (reply.status === 405) return { role: 'consumer', why: 'GET answered 405, which is what a webhook receiver does' }
  return { role: 'consumer', why: `${answered}, which is neither an event stream nor a feed; a producer is known by its manifest alone, or by --role producer` }
}
