import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../harness/clock/clock.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { send, sendAndClose, type Answer } from './consumer/answer.ts'
import { readBody } from './consumer/request.ts'
import { isControl } from './control-api.ts'
import { control } from './producer/control.ts'
import { createDeliveries } from './producer/deliveries.ts'
import type { NewEvent } from './producer/event.ts'
import { createJournal } from './producer/journal.ts'
import { honestParts, type ProducerParts, type Setting } from './producer/parts.ts'
import { policyOf } from './producer/policy.ts'
import type { DeadLetter, Endpoint } from './producer/records.ts'
import { readRotation } from './producer/upkeep.ts'
import { callOf, refusal, unknown, type RegistrationCall, type Registration } from './producer/registration.ts'
import { memoryStore, type Store } from './producer/store.ts'

export { fileStore } from './producer/file-store.ts'
export { memoryStore, type Store } from './producer/store.ts'

export interface ProducerOptions {
  readonly profile: Profile
  readonly clock: Clock
  /** Where accepted events survive. Default: in memory, where they do not. */
  readonly store?: Store
  /** Parts in place of the honest ones. */
  readonly parts?: Partial<ProducerParts>
  /** How it calls itself in its manifest. Default `reference`. */
  readonly name?: string
  /** Between 0 and 1, for jitter. Default `Math.random`. */
  readonly random?: () => number
}

export interface Producer {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Resolves once the store was read and what was left in it is on its way again; rejects when it cannot be read. */
  readonly ready: Promise<void>
  /** What was given up, oldest first. */
  deadLetters(): readonly DeadLetter[]
  /** Stops every delivery and closes the store. What has not ended is still in it. */
  close(): Promise<void>
}

const maxBodyBytes = 16 * 1024 * 1024

/**
 * The smallest honest sender of webhooks, for any profile: a registration API, a journal, and deliveries that repeat.
 *
 * An event is composed once and written to the journal, together with the endpoints that ask for it, before anybody is told
 * that it was accepted. Each delivery then goes its own way: attempt, wait, attempt again, and every result is written down,
 * so that a producer which is killed goes on where it was. Events may arrive twice; none is lost.
 */
export function producer(options: ProducerOptions): Producer {
  const { profile, clock, name = 'reference', random = Math.random } = options
  const parts: ProducerParts = { ...honestParts, ...options.parts }
  const setting: Setting = { profile, policy: policyOf(profile), clock, random }
  const journal = createJournal(options.store ?? memoryStore())
  const { state } = journal
  const deliveries = createDeliveries(journal, parts, setting)
  // Deliveries outlive the request that published their event; on a virtual clock they must not count as a part of it.
  const background = new AsyncResource('Deliveries')
  const ready = open()
  ready.catch(() => {})
  const controlled = { name, profile, scale: clock.scale, reset, subscribe, unsubscribe, publish }

  return {
    handler,
    ready,
    deadLetters: () => [...state.deadLetters],
    async close() {
      deliveries.close()
      await ready.catch(() => {})
      await journal.close()
    },
  }

  async function open(): Promise<void> {
    await journal.open()
    for (const delivery of state.deliveries.values()) deliveries.begin(delivery, (delivery.dueAt - clock.now()) * clock.scale)
  }

  async function handler(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await ready
      const body = await readBody(message, maxBodyBytes)
      if (body === 'too-large') return await sendAndClose(message, response, refusal(413, { code: 'body_too_large', message: 'The body is too large.' }, setting))
      const [path = '/'] = (message.url ?? '/').split('?')
      if (isControl(path)) return send(response, await control(`${message.method} ${path}`, body, controlled))
      const call = profile.subscription && callOf(profile.subscription, message.method, path)
      send(response, call ? await register(call, body) : refusal(404, { code: 'not_found', message: 'There is nothing here.' }, setting))
    } catch {
      if (response.headersSent || response.destroyed) response.destroy()
      else send(response, refusal(500, { code: 'internal', message: 'The request could not be handled.' }, setting))
    }
  }

  async function register({ name: call, id }: RegistrationCall, body: Buffer): Promise<Answer> {
    const endpoint = state.endpoints.get(id)
    switch (call) {
      case 'create':
        return create(body)
      case 'list':
        return parts.answerList([...state.endpoints.values()], setting)
      case 'read':
        return parts.answerRead(endpoint, setting)
      case 'health':
        return parts.answerHealth(endpoint, setting)
      case 'remove':
        if (endpoint) await unsubscribe(id)
        return parts.answerRemove(endpoint, setting)
      case 'rotate':
        return endpoint ? rotate(endpoint, body) : unknown(setting)
      case 'enable':
        if (endpoint) await journal.record({ kind: 'endpoint', endpoint: parts.enable(endpoint, setting) })
        return parts.answerEnable(state.endpoints.get(id), setting)
      case 'deadLetters':
        return parts.answerDeadLetters(state.deadLetters.filter((letter) => id === '' || letter.endpoint === id), setting)
      case 'redeliver':
        return redeliver(id)
    }
  }

  async function rotate(endpoint: Endpoint, body: Buffer): Promise<Answer> {
    const asked = readRotation(body, setting)
    if ('code' in asked) return refusal(400, asked, setting)
    const made = asked.secret === undefined ? parts.createSecret(setting) : undefined
    const rotated = parts.rotate(endpoint, asked.secret ?? made?.signing ?? '', setting)
    await journal.record({ kind: 'endpoint', endpoint: rotated })
    return parts.answerRotate(rotated, made?.verifying, setting)
  }

  /** An endpoint that is no more gets nothing; one that was disabled does, since somebody asked for it. */
  async function redeliver(id: string): Promise<Answer> {
    const letter = state.deadLetters.find((one) => one.id === id)
    if (!letter || !state.endpoints.has(letter.endpoint)) return parts.answerRedeliver(undefined, setting)
    await journal.record(...parts.redeliver(letter, setting))
    background.runInAsyncScope(() => [...state.deliveries.values()].filter(({ endpoint }) => endpoint === letter.endpoint).forEach((delivery) => deliveries.begin(delivery, Math.max(0, delivery.dueAt - clock.now()) * clock.scale)))
    return parts.answerRedeliver(letter, setting)
  }

  async function create(body: Buffer): Promise<Answer> {
    const registration = parts.readRegistration(body, setting)
    if ('code' in registration) return refusal(400, registration, setting)
    const problem = parts.urlProblem(registration.url, setting)
    if (problem !== undefined) return refusal(400, { code: 'invalid_url', message: problem }, setting)
    const made = registration.secret === undefined ? parts.createSecret(setting) : undefined
    const endpoint = await keep({ ...registration, secret: registration.secret ?? made?.signing ?? '' })
    return parts.answerCreate(endpoint, made?.verifying, setting)
  }

  async function subscribe(registration: Registration): Promise<{ readonly id: string } | { readonly problem: string }> {
    const problem = parts.urlProblem(registration.url, setting)
    if (problem !== undefined) return { problem }
    return keep({ ...registration, secret: registration.secret ?? parts.createSecret(setting).signing })
  }

  async function keep(registration: Registration & { readonly secret: string }): Promise<Endpoint> {
    const fresh = { createdAt: clock.now(), disabled: false, failing: false, attempts: 0, failures: 0 }
    const endpoint: Endpoint = { ...registration, ...fresh, id: parts.createId(setting) }
    await journal.record({ kind: 'endpoint', endpoint })
    return endpoint
  }

  async function unsubscribe(id: string): Promise<boolean> {
    const endpoint = state.endpoints.get(id)
    if (!endpoint) return false
    const recorded = journal.record(...parts.remove(endpoint, setting))
    deliveries.drop()
    await recorded
    return true
  }

  async function publish(events: readonly NewEvent[]): Promise<{ readonly ids: readonly string[] } | { readonly problem: string }> {
    const problem = events.map((event) => parts.eventProblem(event, setting)).find((found) => found !== undefined)
    if (problem !== undefined) return { problem }
    const ids = events.map((event) => parts.identify(event, setting))
    const begun: { readonly event: string; readonly endpoint: string }[] = []
    const recorded = events.map((event, index) => {
      const id = ids[index] ?? ''
      // An id that was published before is the same event. It waits all the same until the first publication is durable.
      if (state.knows(id)) return journal.record()
      const endpoints = recipients(event)
      begun.push(...endpoints.map((endpoint) => ({ event: id, endpoint })))
      return journal.record({ kind: 'published', event: parts.compose({ ...event, id }, setting), endpoints })
    })
    await Promise.all(recorded)
    background.runInAsyncScope(() => begun.forEach((delivery) => deliveries.begin(delivery, 0)))
    return { ids }
  }

  function recipients(event: NewEvent): readonly string[] {
    return [...state.endpoints.values()]
      .filter((endpoint) => !endpoint.disabled && parts.asksFor(endpoint, event, setting) && parts.matches(endpoint, event, setting))
      .map(({ id }) => id)
      .filter((id) => parts.hasRoom(state.pendingFor(id), setting))
  }

  async function reset(): Promise<void> {
    const recorded = journal.record({ kind: 'reset' })
    deliveries.drop()
    await recorded
  }
}
