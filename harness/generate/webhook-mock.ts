import type { Profile, StatusPattern } from '../profile/profile.ts'
import { errorBody, type MockSection } from './mock-section.ts'
import { expressionOf } from './typescript-text.ts'

/** The endpoint of a consumer: acknowledges as the profile says, and records what came. */
export function webhookMock({ acknowledgement, signature }: Profile): MockSection {
  const names = signature.signature.sources.flatMap((source) => ('name' in source && source.in === 'header' ? [source.name.toLowerCase()] : []))
  const refusal = statusOf(acknowledgement.refusal, 401)
  const body = expressionOf(errorBody(acknowledgement.errorBody, 'invalid_signature', 'The delivery carries no signature.'))
  const refuse =
    names.length === 0
      ? []
      : [`      if (${names.map((name) => `!request.headers.has(${expressionOf(name)})`).join(' && ')}) return HttpResponse.json(${body}, { status: ${refusal} })`]
  return {
    options: ['  /** URL of the consumer. */', '  readonly endpoint?: string', '  /** Answers a delivery in place of the acknowledgement, to see what the producer does. */', '  readonly answer?: (delivery: RecordedDelivery) => Response | undefined'],
    members: ['  /** What the endpoint took, in order. */', '  readonly deliveries: readonly RecordedDelivery[]'],
    state: ["  const { endpoint = 'https://client.example.com/webhook', answer } = options", '  const deliveries: RecordedDelivery[] = []'],
    handlers: [
      `    http.post(endpoint, async ({ request }) => {
${refuse.map((line) => `${line}\n`).join('')}      const headers: { [name: string]: string } = {}
      request.headers.forEach((value, name) => (headers[name] = value))
      const delivery: RecordedDelivery = { url: request.url, headers, body: await request.text() }
      deliveries.push(delivery)
      return answer?.(delivery) ?? new HttpResponse(null, { status: ${statusOf(acknowledgement.success, 204)} })
    })`,
    ],
    returned: ['deliveries'],
    reset: ['      deliveries.length = 0'],
    beside: [
      `/** A delivery as it arrived. Nothing is verified but that it carries a signature. */
export interface RecordedDelivery {
  readonly url: string
  /** Names in small letters. */
  readonly headers: { readonly [name: string]: string }
  /** The text that was signed. */
  readonly body: string
}
`,
    ],
  }
}

/** The first status that a list names; of a class `usual` where it belongs to it. */
function statusOf(patterns: readonly StatusPattern[], usual: number): number {
  const [first] = patterns
  if (typeof first === 'number') return first
  return first === undefined || String(usual).startsWith(first.charAt(0)) ? usual : Number(first.charAt(0)) * 100
}
