import type { Clock } from '../../clock/clock.ts'
import { exchange } from '../../http/client.ts'
import type { HeaderLine, WireExchange, WireRequest } from '../../http/message.ts'
import { parseJson, valueAt, withValueAt, type Json } from '../../profile/json-pointer.ts'
import type { SubscriptionApi } from '../../profile/profile.ts'
import type { ExchangeLine } from '../../transcript/line.ts'
import { recordExchange } from '../../transcript/record.ts'
import type { CallContext, Registrar, Subscription } from './registrar.ts'
import type { ApiCall } from './vocabulary.ts'

interface ApiSetting {
  readonly api: SubscriptionApi
  /** URL of the target: the paths of the profile are those of its origin. */
  readonly target: string
  readonly headers: readonly HeaderLine[]
  readonly clock: Clock
  /** Real milliseconds that one answer may take. */
  readonly deadlineMs: number
  readonly redact: (text: string) => string
  readonly markSecret: (text: string, secret: string) => string
}

/** Registration by the producer's own API, as the profile describes it. */
export function apiRegistrar(setting: ApiSetting): Registrar {
  const { api } = setting
  /** `told` is the place in the answer where the producer tells a secret that it made. */
  const send = async (method: string, path: string, body: string | undefined, secret: string, about: Pick<CallContext, 'id' | 'case' | 'name'>, told?: string): Promise<{ readonly line: ExchangeLine; readonly body: string; readonly secret?: string }> => {
    const headers: HeaderLine[] = [['Accept', 'application/json'], ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]), ...setting.headers]
    const request: WireRequest = { method, url: new URL(path, setting.target).href, headers, body: Buffer.from(body ?? '') }
    const seen: WireExchange = await exchange(request, { deadlineMs: setting.deadlineMs, maxReplyBytes: keptReplyBytes }, setting.clock)
    const made = told === undefined ? undefined : textAt(seen.reply?.body.toString('utf8') ?? '', told)
    const line = recordExchange(request, seen, { id: about.id, case: about.case, event: about.name, ids: [], redact: (text) => setting.redact(hide(hide(text, secret), made ?? '')), reveal: (text) => setting.markSecret(text, secret), keptReplyBytes })
    return { line, body: seen.reply?.body.toString('utf8') ?? '', ...(made === undefined ? {} : { secret: made }) }
  }
  return {
    kind: 'api',
    anyType: true,
    async subscribe(subscription) {
      const { line, body, secret } = await send(api.create.method, api.create.path, creation(api, subscription), subscription.secret, nameless, api.secret)
      const document = parseJson(body)
      const id = document === undefined ? undefined : valueAt(document, api.id)
      if (line.reply && line.reply.status >= 200 && line.reply.status < 300 && (typeof id === 'string' || typeof id === 'number') && id !== '') {
        return { id: String(id), exchange: line, ...(secret === undefined ? {} : { secret }) }
      }
      return { refused: line.reply ? `the registration was answered with ${line.reply.status} and no usable id` : `the registration was not answered: ${line.detail ?? line.fault ?? ''}`, exchange: line }
    },
    async remove(id) {
      if (!api.remove) return undefined
      return (await send(api.remove.method, filled(api.remove.path, id), undefined, '', nameless)).line
    },
    async rotate(id, given) {
      const { rotate } = api
      if (!rotate) throw new TypeError('the profile describes no rotation')
      const body = rotate.body && JSON.stringify(withValueAt({}, rotate.body.secret, given))
      const { line, secret } = await send(rotate.method, filled(rotate.path, id), body, given, nameless, rotate.secret)
      const holds = rotate.body ? given : secret
      return { exchange: line, ...(holds === undefined ? {} : { secret: holds }) }
    },
    async redeliver(id, { marker, event }) {
      const { deadLetters } = api
      if (!deadLetters?.redeliver) throw new TypeError('the profile describes no redelivery')
      const { line: list, body } = await send(deadLetters.method, filled(deadLetters.path, id), undefined, '', nameless)
      const items = valueAt(parseJson(body) ?? null, deadLetters.items)
      const isIts = (item: Json) => JSON.stringify(item).includes(marker) || (event !== undefined && valueAt(item, deadLetters.fields.event) === event)
      const found = Array.isArray(items) ? items.find(isIts) : undefined
      const letter = found === undefined ? undefined : valueAt(found, deadLetters.fields.id)
      if (typeof letter !== 'string' && typeof letter !== 'number') return { list }
      const { method, path } = deadLetters.redeliver
      return { list, asked: (await send(method, filled(path, String(letter)), undefined, '', nameless)).line }
    },
    async call(call, context) {
      const operation = call.operation === 'create' ? api.create : api[call.operation]
      if (!operation) throw new TypeError(`the profile describes no ${call.operation}`)
      const body = call.operation === 'create' ? (call.body ?? bodyOf(api, call, context)) : undefined
      return (await send(operation.method, filled(operation.path, context.subscription), body, context.secret, context, call.operation === 'create' ? api.secret : undefined)).line
    },
  }
}

/** A list of some hundred endpoints, or of dead letters with their events. */
const keptReplyBytes = 256 * 1024

const nameless = { id: '', case: '', name: '' }

/** A text in a JSON answer. */
function textAt(body: string, pointer: string): string | undefined {
  const document = parseJson(body)
  const value = document === undefined ? undefined : valueAt(document, pointer)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function bodyOf(api: SubscriptionApi, call: ApiCall, { url, secret, type }: CallContext): string {
  const chosen = call.url ? call.url(url) : url
  return creation(api, { ...(chosen === undefined ? {} : { url: chosen }), secret, types: [type] })
}

function creation(api: SubscriptionApi, { url, secret, types, filter }: Partial<Subscription>): string {
  const { body } = api.create
  let document: Json = {}
  for (const [pointer, value] of Object.entries(api.create.constants ?? {})) document = withValueAt(document, pointer, value)
  if (url !== undefined) document = withValueAt(document, body.url, url)
  if (body.types !== undefined && types) document = withValueAt(document, body.types, [...types])
  if (body.secret !== undefined && secret !== undefined) document = withValueAt(document, body.secret, secret)
  if (body.filter !== undefined && filter) document = withValueAt(document, body.filter, { ...filter })
  return JSON.stringify(document)
}

function filled(path: string, id: string): string {
  return path.replaceAll('{id}', encodeURIComponent(id))
}

function hide(text: string, secret: string): string {
  return secret === '' ? text : text.replaceAll(secret, '[redacted]')
}
