import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../harness/clock/clock.ts'
import type { Json } from '../harness/profile/json-pointer.ts'
import type { Profile } from '../harness/profile/profile.ts'
import type { SigningKeys } from '../harness/signing/key.ts'
import { json, send, sendAndClose, type Outcome } from './consumer/answer.ts'
import { createControl } from './consumer/control.ts'
import { createEffects } from './consumer/effects.ts'
import { honestParts, type ConsumerParts, type Setting } from './consumer/parts.ts'
import { headOf, type ReceivedRequest } from './consumer/request.ts'

export interface ConsumerOptions {
  readonly profile: Profile
  readonly keys: SigningKeys
  readonly clock: Clock
  /** How it calls itself in its manifest. Default `reference`. */
  readonly name?: string
  /** Where the endpoint is reached from outside, such as `https://example.com`. Default: `http` and the `Host` header. */
  readonly origin?: string
  /** Parts in place of the honest ones. */
  readonly parts?: Partial<ConsumerParts>
}

/**
 * The smallest honest webhook receiver, for any profile: what every duty of the role asks for, in the order in which it
 * has to happen.
 *
 * Answer challenges of the profile, admit by method and media type, read the bytes up to a limit, verify them, only then parse them, claim the event,
 * process it, and acknowledge what took effect. Every path but those of the control API is the endpoint.
 */
export function consumer(options: ConsumerOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { profile, keys, clock, origin } = options
  const parts: ConsumerParts = { ...honestParts, ...options.parts }
  const setting: Setting = { profile, keys, clock, effects: createEffects(clock) }
  const ledger = parts.createLedger(setting)
  const control = createControl(options.name ?? 'reference', profile.name, ledger, setting.effects)

  return async (message, response) => {
    try {
      if (control.owns((message.url ?? '').split('?')[0] ?? '')) await control.serve(message, response)
      else await receive(message, response)
    } catch {
      if (response.headersSent || response.destroyed) response.destroy()
      else send(response, json(500, { error: { code: 'internal', message: 'The delivery could not be handled' } }))
    }
  }

  async function receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = headOf(message, origin)
    const greeting = head.method === 'POST' ? undefined : parts.challenge({ ...head, body: Buffer.alloc(0) }, setting)
    if (greeting) return sendAndClose(message, response, greeting)
    const unwanted = parts.admit(head, setting) ?? parts.pace(head, setting)
    if (unwanted) return sendAndClose(message, response, parts.answer(unwanted, head, setting))

    const body = await parts.readBody(message, setting)
    if (body === 'too-large') return sendAndClose(message, response, parts.answer({ kind: 'too-large' }, head, setting))

    const request = { ...head, body }
    send(response, parts.challenge(request, setting) ?? parts.answer(await take(request), request, setting))
  }

  async function take(request: ReceivedRequest): Promise<Outcome> {
    if (!parts.authenticate(request, setting)) return { kind: 'forged' }

    const content = parts.parse(request, setting)
    if (content === 'unreadable') return { kind: 'unreadable' }

    if (!profile.acknowledgement.deduplication) return process('', request, content)
    const id = parts.identify(request, content, setting)
    return id === undefined ? { kind: 'unidentified' } : once(id, () => process(id, request, content))
  }

  /** A failed event is given back, so that its next delivery is a first one. */
  async function once(id: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const claim = await ledger.claim(id)
    if (claim !== 'new') return { kind: claim === 'done' ? 'repeated' : 'in-progress' }
    const outcome = await work()
    if (outcome.kind === 'failed') ledger.release(id)
    else ledger.settle(id)
    return outcome
  }

  async function process(id: string, request: ReceivedRequest, content: Json): Promise<Outcome> {
    try {
      await parts.process({ id, request, content }, setting)
      return { kind: 'processed' }
    } catch {
      return { kind: 'failed' }
    }
  }
}
