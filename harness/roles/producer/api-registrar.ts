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
  const send = async (method: string, path: string, body: string | undefined, secret: string, about: Pick<CallContext, 'id' | 'case' | 'name'>): Promise<{ readonly line: ExchangeLine; readonly body: string }> => {
    const headers: HeaderLine[] = [['Accept', 'application/json'], ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]), ...setting.headers]
    const request: WireRequest = { method, url: new URL(path, setting.target).href, headers, body: Buffer.from(body ?? '') }
    const seen: WireExchange = await exchange(request, { deadlineMs: setting.deadlineMs }, setting.clock)
    const line = recordExchange(request, seen, { id: about.id, case: about.case, event: about.name, ids: [], redact: (text) => setting.redact(hide(text, secret)), reveal: (text) => setting.markSecret(text, secret), keptReplyBytes: 65_536 })
    return { line, body: seen.reply?.body.toString('utf8') ?? '' }
  }
  return {
    kind: 'api',
    anyType: true,
    async subscribe(subscription) {
      const { line, body } = await send(api.create.method, api.create.path, creation(api, subscription), subscription.secret, { id: '', case: '', name: '' })
      const document = parseJson(body)
      const id = document === undefined ? undefined : valueAt(document, api.id)
      const secret = document === undefined || api.secret === undefined ? undefined : valueAt(document, api.secret)
      if (line.reply && line.reply.status >= 200 && line.reply.status < 300 && (typeof id === 'string' || typeof id === 'number') && id !== '') {
        return { id: String(id), exchange: line, ...(typeof secret === 'string' ? { secret } : {}) }
      }
      return { refused: line.reply ? `the registration was answered with ${line.reply.status} and no usable id` : `the registration was not answered: ${line.detail ?? line.fault ?? ''}`, exchange: line }
    },
    async remove(id) {
      if (!api.remove) return undefined
      return (await send(api.remove.method, filled(api.remove.path, id), undefined, '', { id: '', case: '', name: '' })).line
    },
    async call(call, context) {
      const operation = call.operation === 'create' ? api.create : api[call.operation]
      if (!operation) throw new TypeError(`the profile describes no ${call.operation}`)
      const body = call.operation === 'create' ? (call.body ?? bodyOf(api, call, context)) : undefined
      return (await send(operation.method, filled(operation.path, context.subscription), body, context.secret, context)).line
    },
  }
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
