import { createHash, createHmac, timingSafeEqual, type BinaryLike } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RequirementId } from '../../../spec/requirements.ts'
import { createControlApi, type Observable } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

/** A receiver with one fault that occurred in published software, written as whoever made it might have. */
export interface BrokenReceiver {
  readonly profile: string
  readonly start: (secret: string) => Promise<Subject>
  /** The rule that has to find it. */
  readonly rule: RequirementId
  /** Matches what was seen, in the words of the report. */
  readonly saw: RegExp
  /** Other MUSTs that the same fault breaks. */
  readonly also?: readonly RequirementId[]
  /** What the report says of all of it at once. */
  readonly diagnosis?: string
  /** The fault shows in effects alone, so nothing is found by URL and secret. */
  readonly hidden?: true
}

interface Request {
  readonly headers: IncomingHttpHeaders
  readonly names: readonly string[]
  readonly body: Buffer
}

interface Parts {
  readonly profile: string
  /** Whether a delivery is authentic; what it throws becomes a 500. */
  readonly trusts: (request: Request, secret: string) => boolean
  readonly read?: (request: IncomingMessage) => Promise<Buffer>
  readonly idOf?: (request: Request) => string
  /** The status for an authentic event. */
  readonly take?: (id: string, store: Store, event: Readonly<Record<string, unknown>>) => Promise<number>
  readonly refusal?: number
  /** Deliveries in all, after which nothing but 429 is answered. */
  readonly limit?: number
}

interface Store extends Observable {
  readonly seen: Map<string, number>
  /** Does the work of an event: after a moment, once more, or not at all when it is to fail. */
  work(id: string): Promise<void>
}

const hmac = (key: BinaryLike, text: string | Buffer, algorithm = 'sha256') => createHmac(algorithm, key).update(text)
const bytes = (secret: string) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
const header = (request: Request, name: string) => String(request.headers[name] ?? '')
const isNow = (seconds: number, tolerance = 300) => Math.abs(Date.now() / 1000 - seconds) <= tolerance

/** `v1,` and base64 over id, time and body, for whoever compares it. */
function standard(request: Request, key: Buffer): { readonly right: string; readonly list: string; readonly fresh: boolean } {
  const [id, time, list] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => header(request, name)) as [string, string, string]
  const right = hmac(key, Buffer.concat([Buffer.from(`${id}.${time}.`), request.body])).digest('base64')
  return { right, list: id === '' ? '' : list, fresh: /^\d+$/.test(time) && isNow(Number(time)) }
}

const byStandard: Parts['trusts'] = (request, secret) => {
  const { right, list, fresh } = standard(request, bytes(secret))
  return fresh && list.split(' ').includes(`v1,${right}`)
}
const byBody: Parts['trusts'] = (request, secret) => header(request, 'x-webhook-signature') === `sha256=${hmac(secret, request.body).digest('hex')}`
const byHub: Parts['trusts'] = (request, secret) => header(request, 'x-hub-signature-256') === `sha256=${hmac(secret, request.body).digest('hex')}`

/** `t=…,v1=…` for whoever looks at the time. */
function stripeParts(request: Request, secret: string): { readonly time: string; readonly right: boolean } {
  const pairs = header(request, 'stripe-signature').split(',').map((pair) => pair.split('=') as [string, string?])
  const time = pairs.find(([name]) => name === 't')?.[1] ?? ''
  const right = hmac(secret, Buffer.concat([Buffer.from(`${time}.`), request.body])).digest('hex')
  return { time, right: time !== '' && pairs.some(([name, value]) => name === 'v1' && value === right) }
}
const idInBody = ({ body }: Request) => String((JSON.parse(body.toString()) as { id?: unknown }).id)
const deliveryId = (request: Request) => header(request, 'x-github-delivery')

export const brokenReceivers: Readonly<Record<string, BrokenReceiver>> = {
  'JSON is parsed and serialised again before it is verified': {
    ...receiver({ profile: 'hmac-body', idOf: idInBody, trusts: (request, secret) => byBody({ ...request, body: Buffer.from(JSON.stringify(tryJson(request.body) ?? '')) }, secret) }),
    rule: 'webhook-body-raw-bytes', saw: /^401/, also: ['webhook-signature-covers-body', 'webhook-body-untrimmed'], diagnosis: 'reserialised-body',
  },
  'chunks are decoded one by one': {
    ...receiver({ profile: 'github', idOf: deliveryId, trusts: byHub, read: async (request) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      return Buffer.from(text)
    } }),
    rule: 'webhook-body-chunk-borders', saw: /^401/,
  },
  'the body is trimmed': {
    ...receiver({ profile: 'standard-webhooks', trusts: (request, secret) => byStandard({ ...request, body: Buffer.from(request.body.toString('latin1').trim(), 'latin1') }, secret) }),
    rule: 'webhook-body-untrimmed', saw: /^401/,
  },
  'a delivery without a signature passes': {
    ...receiver({ profile: 'github', idOf: deliveryId, trusts: (request, secret) => request.headers['x-hub-signature-256'] === undefined || byHub(request, secret) }),
    rule: 'webhook-signature-required', saw: /^200/, also: ['webhook-signature-legacy-refused', 'webhook-signature-foreign-refused'],
  },
  'signatures of another length throw': {
    ...receiver({ profile: 'hmac-body', idOf: idInBody, trusts: (request, secret) =>
      timingSafeEqual(Buffer.from(header(request, 'x-webhook-signature')), Buffer.from(`sha256=${hmac(secret, request.body).digest('hex')}`)) }),
    rule: 'webhook-signature-length-checked', saw: /^500/,
    also: ['webhook-signature-required', 'webhook-signature-empty-refused', 'webhook-signature-garbage-refused', 'webhook-signature-encoding-exact', 'webhook-signature-algorithm-fixed', 'webhook-signature-prefix-exact', 'webhook-signature-foreign-refused'],
  },
  'only the first signature of a list is tried': {
    ...receiver({ profile: 'standard-webhooks', trusts: (request, secret) => {
      const { right, list, fresh } = standard(request, bytes(secret))
      return fresh && list.split(' ')[0] === `v1,${right}`
    } }),
    rule: 'webhook-signature-list-any-match', saw: /^401/, also: ['webhook-signature-list-skips-unknown'],
  },
  'a tag is known by how it begins': {
    ...receiver({ profile: 'standard-webhooks', trusts: (request, secret) => {
      const { right, list, fresh } = standard(request, bytes(secret))
      return fresh && list.split(' ').some((entry) => entry.startsWith('v1') && entry.split(',')[1] === right)
    } }),
    rule: 'webhook-signature-tag-exact', saw: /^200/,
  },
  'the beginning of a signature is enough': {
    ...receiver({ profile: 'event-delivery', trusts: (request, secret) => {
      const { right, list, fresh } = standard(request, bytes(secret))
      return fresh && list.split(' ').some((entry) => entry.startsWith('v1,') && right.startsWith(entry.slice(3)))
    } }),
    rule: 'webhook-signature-length-checked', saw: /^200/, also: ['webhook-signature-empty-refused'],
  },
  'either encoding is taken': {
    ...receiver({ profile: 'standard-webhooks', trusts: (request, secret) => {
      const { right, list, fresh } = standard(request, bytes(secret))
      return fresh && list.split(' ').some((entry) => entry === `v1,${right}` || entry === `v1,${Buffer.from(right, 'base64').toString('hex')}`)
    } }),
    rule: 'webhook-signature-encoding-exact', saw: /^200/,
  },
  'the secret is tried as text, too': {
    ...receiver({ profile: 'standard-webhooks', trusts: (request, secret) => {
      const { list, fresh } = standard(request, bytes(secret))
      return fresh && [bytes(secret), Buffer.from(secret)].some((key) => list.split(' ').includes(`v1,${standard(request, key).right}`))
    } }),
    rule: 'webhook-signature-key-decoding', saw: /^200/,
  },
  'an older header is as good': {
    ...receiver({ profile: 'github', idOf: deliveryId, trusts: (request, secret) => byHub(request, secret) || header(request, 'x-hub-signature') === `sha1=${hmac(secret, request.body, 'sha1').digest('hex')}` }),
    rule: 'webhook-signature-legacy-refused', saw: /^200/,
  },
  'the request names the algorithm': {
    ...receiver({ profile: 'github', idOf: deliveryId, trusts: (request, secret) => {
      const [algorithm = '', digits] = header(request, 'x-hub-signature-256').split('=')
      return hmac(secret, request.body, algorithm).digest('hex') === digits
    } }),
    rule: 'webhook-signature-prefix-exact', saw: /^500/,
    also: ['webhook-signature-required', 'webhook-signature-empty-refused', 'webhook-signature-garbage-refused', 'webhook-signature-legacy-refused', 'webhook-signature-foreign-refused'],
  },
  'hash of secret and content counts': {
    ...receiver({ profile: 'hmac-body', idOf: idInBody, trusts: (request, secret) => byBody(request, secret) || header(request, 'x-webhook-signature') === `sha256=${createHash('sha256').update(secret).update(request.body).digest('hex')}` }),
    rule: 'webhook-signature-mac-keyed', saw: /^200/,
  },
  'header names are compared as they are documented': {
    ...receiver({ profile: 'stripe', idOf: idInBody, trusts: (request, secret) => request.names.some((name) => name === 'Stripe-Signature' || name === 'stripe-signature') && stripeParts(request, secret).right && isNow(Number(stripeParts(request, secret).time)) }),
    rule: 'webhook-header-name-case-free', saw: /^401/,
  },
  'a time to come is fresh': {
    ...receiver({ profile: 'stripe', idOf: idInBody, trusts: (request, secret) => stripeParts(request, secret).right && Date.now() / 1000 - Number(stripeParts(request, secret).time) < 300 && /^\d+$/.test(stripeParts(request, secret).time) }),
    rule: 'webhook-timestamp-future-refused', saw: /^200/,
  },
  'a time that is no number is fresh': {
    ...receiver({ profile: 'stripe', idOf: idInBody, trusts: (request, secret) => {
      const { time, right } = stripeParts(request, secret)
      return right && !(Math.abs(Date.now() / 1000 - Number(time)) > 300)
    } }),
    rule: 'webhook-timestamp-number', saw: /^200/,
  },
  'an old time is fresh': {
    ...receiver({ profile: 'stripe', idOf: idInBody, trusts: (request, secret) => stripeParts(request, secret).right && Number(stripeParts(request, secret).time) < Date.now() / 1000 + 300 }),
    rule: 'webhook-timestamp-past-refused', saw: /^200/,
  },
  'the time is checked and not signed': {
    ...receiver({ profile: 'hmac-timestamp', idOf: idInBody, trusts: (request, secret) => {
      const time = header(request, 'x-webhook-timestamp')
      const signedAt = Array.from({ length: 30 }, (_, back) => Number(time) - back) // a window in place of the one right content
      return isNow(Number(time)) && signedAt.some((at) => header(request, 'x-webhook-signature') === `sha256=${hmac(secret, Buffer.concat([Buffer.from(`${at}.`), request.body])).digest('hex')}`)
    } }),
    rule: 'webhook-signature-covers-timestamp', saw: /^200/,
  },
  'freshness is that of the event': {
    ...receiver({ profile: 'standard-webhooks', trusts: (request, secret) => byStandard(request, secret) && isNow(Date.parse(String(tryJson(request.body)?.['timestamp'] ?? new Date().toISOString())) / 1000, 3600) }),
    rule: 'webhook-timestamp-event-age', saw: /^401/,
  },
  'large bodies are not verified': {
    ...receiver({ profile: 'github', idOf: deliveryId, trusts: (request, secret) => request.body.length > 1_000_000 || byHub(request, secret) }),
    rule: 'webhook-body-large-verified', saw: /^200/,
  },
  'right and wrong are exchanged': {
    ...receiver({ profile: 'github', idOf: deliveryId, trusts: (request, secret) => !byHub(request, secret) }),
    rule: 'webhook-signature-forged-refused', saw: /^200/, also: ['webhook-signature-accepted'], diagnosis: 'verdict-inverted',
  },
  'a forged delivery is answered with 500': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, refusal: 500 }),
    rule: 'webhook-refusal-client-error', saw: /^500/,
  },
  'an unknown type is a bad request': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async (id, store, event) => (/^order\.(created|shipped)|^payment/.test(String(event['type'])) ? onceEach(id, store) : 400) }),
    rule: 'webhook-ack-unknown-type', saw: /^400/,
  },
  'a repeat is a conflict for ever': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async (id, store) => {
      if (store.seen.has(id)) return 409
      store.seen.set(id, 1)
      return store.work(id).then(() => 200, () => (store.seen.delete(id), 503))
    } }),
    rule: 'webhook-idempotency-repeat-acked', saw: /^409/,
  },
  'too many requests, and no word on when to come back': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, limit: 60 }),
    rule: 'webhook-rate-limit-retry-after', saw: /^429 with no Retry-After/,
  },
  'redirects to the path with a slash': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async () => 308 }),
    rule: 'webhook-ack-no-redirect', saw: /^308/, also: ['webhook-signature-accepted'], diagnosis: 'untouched-redirected',
  },

  'a claim is never released': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async (id, store) => {
      if (store.seen.has(id)) return 200
      store.seen.set(id, 1)
      return store.work(id).then(() => 200, () => 500)
    } }),
    rule: 'webhook-idempotency-after-failure', saw: /never/, hidden: true,
  },
  'looks, works, then remembers': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async (id, store) => {
      if (store.seen.has(id)) return 200
      return store.work(id).then(() => (store.seen.set(id, 1), 200), () => 503)
    } }),
    rule: 'webhook-idempotency-concurrent', saw: /[2-8] times/, hidden: true,
  },
  'success whatever became of the work': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: (id, store) => onceEach(id, store).then(() => 200) }),
    rule: 'webhook-ack-after-effect', saw: /^200/, hidden: true,
  },
  'the key is a digest of the body': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async (id, store, event) => {
      const digest = JSON.stringify(event)
      if (store.seen.has(digest)) return 200
      store.seen.set(digest, 1)
      return store.work(id).then(() => 200, () => (store.seen.delete(digest), 503))
    } }),
    rule: 'webhook-idempotency-by-id', saw: /never/, hidden: true,
  },
  'the memory lasts five seconds': {
    ...receiver({ profile: 'event-delivery', trusts: byStandard, take: async (id, store) => {
      if (Date.now() - (store.seen.get(id) ?? 0) < 5000) return 200
      store.seen.set(id, Date.now())
      return store.work(id).then(() => 200, () => (store.seen.delete(id), 503))
    } }),
    rule: 'webhook-idempotency-once', saw: /2 times/, hidden: true,
  },
}

/** Every delivery is acknowledged, and the forged ones dropped: no rule about a refusal can hold. */
export const acknowledgesForged = receiver({ profile: 'standard-webhooks', trusts: byStandard, refusal: 200 })

/** What all of them do right. */
function receiver(parts: Parts): Pick<BrokenReceiver, 'profile' | 'start'> {
  const { profile, trusts, read = readAll, idOf = (request) => header(request, 'webhook-id'), take = onceEach, refusal = 401, limit = Number.POSITIVE_INFINITY } = parts
  return {
    profile,
    start(secret) {
      const store = createStore()
      const control = createControlApi('broken', '1', profile, store)
      let count = 0
      const answer = async (message: IncomingMessage): Promise<number> => {
        count += 1
        if (count > limit) return 429
        if (message.method !== 'POST') return 405
        if (!(message.headers['content-type'] ?? '').toLowerCase().startsWith('application/json')) return 415
        const body = await read(message)
        if (body.length > 4_000_000) return 413
        const request: Request = { headers: message.headers, names: message.rawHeaders.filter((_, index) => index % 2 === 0), body }
        if (!trusts(request, secret)) return refusal
        const event = tryJson(body)
        if (event === undefined) return 400
        return take(idOf(request), store, event)
      }
      return listen('/receive', (request, response) => {
        if (control.serve(request, response)) return
        answer(request).then(
          (status) => response.writeHead(status, status === 308 ? { Location: '/receive/' } : {}).end(),
          () => response.writeHead(500).end('Internal Server Error'),
        )
      })
    },
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function tryJson(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined // members are looked at one by one
  } catch {
    return undefined
  }
}

/** Claims, works, and gives the claim back when the work fails. */
async function onceEach(id: string, store: Store): Promise<number> {
  if (store.seen.has(id)) return 200
  store.seen.set(id, 1)
  return store.work(id).then(() => 200, () => (store.seen.delete(id), 503))
}

function createStore(): Store {
  const done: { event: string; at: string }[] = []
  const failing = new Map<string, number>()
  const seen = new Map<string, number>()
  return {
    seen,
    async work(id) {
      await sleep(3)
      const left = failing.get(id) ?? 0
      failing.set(id, left - 1)
      if (left > 0) throw new Error('a failure was injected')
      done.push({ event: id, at: new Date().toISOString() })
    },
    effects: (event) => done.filter((line) => event === undefined || line.event === event),
    failNext: (event, times) => void failing.set(event, times),
    reset() {
      done.length = 0
      failing.clear()
      seen.clear()
    },
  }
}
