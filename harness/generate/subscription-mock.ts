import { valueAt, withoutValueAt, type Json } from '../profile/json-pointer.ts'
import { isObject, type SourceDocument } from '../profile/locate.ts'
import type { Profile, SubscriptionApi } from '../profile/profile.ts'
import { seededRandom } from '../random.ts'
import { generateSecret } from '../signing/key.ts'
import { errorBody, handlerFor, originPath, type MockSection } from './mock-section.ts'
import { expressionOf, stringLiteral } from './typescript-text.ts'

/** The registration API of the document, in memory: create, read, list and remove, as far as it has them. */
export function subscriptionMock(document: SourceDocument, { signature, acknowledgement }: Profile, api: SubscriptionApi): MockSection {
  const { create, read, list, remove } = api
  const path = (pointer: string) => `[${pointer.split('/').slice(1).map((step) => stringLiteral(step.replaceAll('~1', '/').replaceAll('~0', '~'))).join(', ')}]`
  const fault = (status: number, code: string, message: string) => `HttpResponse.json(${expressionOf(errorBody(acknowledgement.errorBody, code, message))}, { status: ${status} })`
  const missing = `if (found === undefined) return ${fault(404, 'not_found', 'There is no endpoint with this id.')}`
  const echoes = [
    `      let answer: unknown = put(${expressionOf(templateOf(document, api))}, ${path(api.id)}, id)`,
    ...(api.echo.url === undefined ? [] : [`      answer = put(answer, ${path(api.echo.url)}, url)`]),
    ...(api.echo.types === undefined || create.body.types === undefined ? [] : [`      answer = put(answer, ${path(api.echo.types)}, at(request, ${path(create.body.types)}) ?? [])`]),
  ]
  const secret = api.secret === undefined ? 'answer' : `put(answer, ${path(api.secret)}, ${expressionOf(generateSecret(signature, seededRandom(1, 'the example secret of fixtures')).verifying)})`
  return {
    options: [],
    members: ['  /** What was registered and what was answered, by id. */', '  readonly subscriptions: ReadonlyMap<string, { readonly request: unknown; readonly answer: unknown }>'],
    state: ['  const subscriptions = new Map<string, { readonly request: unknown; readonly answer: unknown }>()', '  let count = 0'],
    handlers: [
      `    ${handlerFor(create.method)}(${originPath(create.path)}, async ({ request: asked }) => {
      const request: unknown = await asked.json().catch(() => undefined)
      const url = at(request, ${path(create.body.url)})
      if (typeof url !== 'string' || !/^https?:/.test(url)) return ${fault(400, 'invalid_url', 'The URL of the endpoint is missing, or is none.')}
      const id = \`wh-\${(count += 1)}\`
${echoes.join('\n')}
      subscriptions.set(id, { request, answer })
      return HttpResponse.json(${secret} as {}, { status: ${create.status} })
    })`,
      ...(list ? [`    ${handlerFor(list.method)}(${originPath(list.path)}, () => HttpResponse.json(put({}, ${path(list.items)}, [...subscriptions.values()].map(({ answer }) => answer)) as {}))`] : []),
      ...(read
        ? [`    ${handlerFor(read.method)}(${originPath(read.path)}, ({ params }) => {
      const found = subscriptions.get(String(params['id']))
      ${missing}
      return HttpResponse.json(found.answer as {})
    })`]
        : []),
      ...(remove
        ? [`    ${handlerFor(remove.method)}(${originPath(remove.path)}, ({ params }) => {
      const found = subscriptions.get(String(params['id']))
      ${missing}
      subscriptions.delete(String(params['id']))
      return new HttpResponse(null, { status: 204 })
    })`]
        : []),
    ],
    returned: ['subscriptions'],
    reset: ['      subscriptions.clear()', '      count = 0'],
    beside: [places],
  }
}

const places = `function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name) ? (inner as { readonly [name: string]: unknown })[name] : undefined), value)
}

function put(value: unknown, [name, ...path]: readonly string[], inner: unknown): unknown {
  if (name === undefined) return inner
  const members = typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {}
  return { ...members, [name]: put(members[name], path, inner) }
}
`

/** An example of the answer to a registration, less what belongs to the registration itself. */
function templateOf(document: SourceDocument, { create, id, secret, echo }: SubscriptionApi): Json {
  const channels = document.members(document.member(document.root, 'channels')).filter((channel) => document.member(channel, 'address')?.value === create.path)
  const examples = channels
    .flatMap((channel) => document.members(document.member(channel, 'messages')))
    .flatMap((message) => document.members(document.member(document.withTraits(message), 'examples')))
    // Examples came out of YAML or JSON.
    .flatMap(({ value }) => (isObject(value) && isObject(value['payload']) ? [value['payload'] as Json] : []))
  const found = examples.find((example) => valueAt(example, id) !== undefined) ?? {}
  return [secret, echo.url, echo.types].reduce<Json>((answer, pointer) => (pointer === undefined ? answer : withoutValueAt(answer, pointer)), found)
}
