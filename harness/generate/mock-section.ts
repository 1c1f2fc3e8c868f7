import type { Json } from '../profile/json-pointer.ts'

/** One part of the mocks of a profile: lines of code, each list for its place in the module. */
export interface MockSection {
  /** Members of the options, with their comments. */
  readonly options: readonly string[]
  /** Members of what the factory returns, as types. */
  readonly members: readonly string[]
  /** What stands in the factory before the handlers. */
  readonly state: readonly string[]
  /** Handlers, without a comma behind them. */
  readonly handlers: readonly string[]
  /** Members of what the factory returns, as values. */
  readonly returned: readonly string[]
  /** Statements that forget everything. */
  readonly reset: readonly string[]
  /** Types and functions beside the factory. */
  readonly beside: readonly string[]
}

/** The member of `http` of msw that handles a method. */
export function handlerFor(method: string): string {
  const name = method.toLowerCase()
  return ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'].includes(name) ? `http.${name}` : 'http.all'
}

/** The template of a URL: a path behind `origin`, with `{name}` as msw writes it, `:name`, and its own characters taken literally. */
export function originPath(path: string): string {
  const pattern = path.replaceAll(/[:*?+()\\]/g, '\\$&').replaceAll(/\{([^{}]*)\}/g, (_, name: string) => `:${name.replaceAll(/\W/g, '_')}`)
  return `\`\${origin}${pattern.replaceAll(/[`\\$]/g, '\\$&').replaceAll(/[\r\n\u2028\u2029]/g, '')}\``
}

/** An error body in the shape that a profile states, or the one that is common without. */
export function errorBody(shape: Readonly<Record<string, 'string' | 'number' | 'object'>> | undefined, code: string, message: string): Json {
  const body: Record<string, Json> = {}
  for (const [pointer, type] of Object.entries(shape ?? { '/error/code': 'string', '/error/message': 'string' })) {
    const steps = pointer.split('/').slice(1)
    const name = steps.at(-1) ?? ''
    let target = body
    for (const step of steps.slice(0, -1)) target = (target[step] ??= {}) as Record<string, Json> // made here, an object each
    target[name] ??= type === 'object' ? {} : type === 'number' ? 60 : /code|type/i.test(name) ? code : message
  }
  return body
}
