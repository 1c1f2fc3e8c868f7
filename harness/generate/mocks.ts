import type { ProfileSource } from './documents.ts'
import type { MockSection } from './mock-section.ts'
import { moduleHeader } from './module-header.ts'
import { streamMock } from './stream-mock.ts'
import { subscriptionMock } from './subscription-mock.ts'
import { stringLiteral } from './typescript-text.ts'
import { webhookMock } from './webhook-mock.ts'

const words = 'Handlers for msw 2: setupServer(...mocks().handlers). They stand in for the other side; they do not judge yours.'

/**
 * A TypeScript module with handlers for msw 2 (mswjs.io): the endpoint of a consumer, the registration API and the event stream, as
 * far as the document describes them. The same document gives the same text.
 */
export function mocksModule(source: ProfileSource): string {
  const { profile, document } = source
  const sections = [
    ...(profile.withoutWebhooks ? [] : [webhookMock(profile)]),
    ...(profile.subscription ? [subscriptionMock(document, profile, profile.subscription)] : []),
    ...(profile.stream ? [streamMock(document, profile.stream)] : []),
  ]
  const all = (part: keyof MockSection) => sections.flatMap((section) => section[part])
  const hasApi = profile.subscription !== undefined || profile.stream !== undefined
  const options = [...all('options'), ...(hasApi ? ['  /** Origin of the API of the producer. */', '  readonly origin?: string'] : [])]
  const origin = hasApi ? [`  const { origin = ${stringLiteral(originOf(source))} } = options`] : []
  return `${moduleHeader(source, 'mocks', words)}
import { http, HttpResponse, type HttpHandler } from 'msw'

export interface MockOptions {
${options.join('\n')}
}

export interface Mocks {
  readonly handlers: readonly HttpHandler[]
${all('members').join('\n')}
  /** Forgets everything. */
  reset(): void
}

/** Handlers with a memory of their own. */
export function mocks(options: MockOptions = {}): Mocks {
${[...origin, ...all('state')].join('\n')}
  const handlers = [
${all('handlers').join(',\n')},
  ]
  return {
    handlers,
${all('returned').map((member) => `    ${member},\n`).join('')}    reset() {
${all('reset').join('\n')}
    },
  }
}

${all('beside').join('\n')}`
}

/** The origin of the producer's server in the document, when it is written out. */
function originOf({ document }: ProfileSource): string {
  const servers = document.member(document.root, 'servers')
  for (const server of servers ? document.members(servers) : []) {
    const [host, protocol] = ['host', 'protocol'].map((key) => document.member(server, key)?.value)
    if (typeof host === 'string' && /^[\w.:-]+$/.test(host) && (protocol === 'https' || protocol === 'http')) return `${protocol}://${host}`
  }
  return 'https://api.example.com'
}
