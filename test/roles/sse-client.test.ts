import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../harness/errors.ts'
import { judge } from '../../harness/judge.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Verdict } from '../../harness/report/report.ts'
import { run, type RunOptions } from '../../harness/run.ts'
import { sseClient, type SseClientOptions } from '../../reference/sse-client.ts'
import type { ClientParts } from '../../reference/sse-client/parts.ts'
import { honestParts } from '../../reference/sse-client/parts.ts'
import { suites } from '../../suites/index.ts'

interface Staging extends SseClientOptions {
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly profileName?: string
  /** What a request to the control API is answered instead; undefined leaves it to the client. */
  readonly instead?: (call: string, body: string) => { readonly status: number; readonly body?: object } | 'die' | undefined
  /** What the manifest says besides. */
  readonly capabilities?: object
  readonly options?: Partial<RunOptions>
}

/** The reference client, as it is or changed, against some of the suites. */
async function judged({ only = [], skip = [], profileName = 'event-delivery', instead = () => undefined, capabilities = {}, options = {}, ...client }: Staging) {
  const profile = await loadProfile(profileName)
  let dead = false
  return run({
    role: 'sse-client',
    profile,
    suites,
    keys: { secrets: [] },
    selection: { only, skip, levels: [] },
    target: {
      kind: 'in-process',
      name: 'client under test',
      handler: () => {
        const served = sseClient({ profile, reconnectMs: 50, ...client })
        const handler = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
          if (dead) return void request.socket.destroy()
          const chunks: Buffer[] = []
          for await (const chunk of request) chunks.push(chunk as Buffer)
          const body = Buffer.concat(chunks)
          const answer = instead(`${request.method} ${request.url}`, body.toString())
          if (answer === 'die') dead = true
          if (answer === 'die') return void request.socket.destroy()
          if (answer) return void response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body ? JSON.stringify(answer.body) : '')
          if (/well-known/.test(request.url ?? '')) {
            return void response.writeHead(200).end(JSON.stringify({ roles: ['sse-client'], control: '/conformance', capabilities: { reconnectMs: 50, ...capabilities } }))
          }
          // The body was read; the client reads it once more.
          const again = Object.assign(Readable.from([body]), { method: request.method, url: request.url, headers: request.headers })
          await served.handler(again as unknown as IncomingMessage, response) // it has all that the handler looks at
        }
        return { handler, close: () => served.close() }
      },
    },
    ...options,
  })
}

function isLatin1(text: string): boolean {
  return text !== '' && [...text].every((char) => char <= '\u00ff')
}

function told(verdicts: readonly Verdict[], outcome: string): readonly string[] {
  return verdicts.filter((verdict) => verdict.outcome === outcome).map(({ requirement, case: id, expected, saw, reason }) => `${requirement} in ${id}: expected ${expected}, saw ${saw}${reason ? ` (${reason})` : ''}`)
}

const timing = ['sse-client-reconnection/retry-700', 'sse-client-retry-digits', 'sse-client-retry-kept']
const quick = ['sse-client-connection', 'sse-client-redirect', 'sse-client-reconnection/last-id', 'sse-client-clean-state', 'sse-client-no-content', 'sse-client-fatal-status']

describe('an honest client', () => {
  test('passes every case, and its transcript gives the same report again', async () => {
    const { report, transcript } = await judged({})
    expect([...told(report.verdicts, 'failed'), ...told(report.verdicts, 'unproven')]).toEqual([])
    expect(told(report.verdicts, 'inapplicable').filter((text) => !text.startsWith('sse-client-retry-after'))).toEqual([])
    expect(report.summary).toMatchObject({ conformant: true, claim: 'full' })
    expect(judge(JSON.parse(JSON.stringify(transcript)) as typeof transcript, suites)).toEqual(report)
  })

  test.each([
    ['waits longer than it was told', { parts: { waitMs: (...facts: Parameters<ClientParts['waitMs']>) => honestParts.waitMs(...facts) * 1.3 + 150 } }],
    ['comes back to the address that a redirect led to', { parts: {} }],
    ['never waits less than 400 ms', { parts: { waitMs: (...facts: Parameters<ClientParts['waitMs']>) => Math.max(400, honestParts.waitMs(...facts)) } }],
    ['asks for no compression', { parts: { headersFor: (asking: Parameters<ClientParts['headersFor']>[0]) => ({ ...honestParts.headersFor(asking), 'Accept-Encoding': 'identity' }) } }],
    ['reads each chunk a moment late', { parts: { dispatch: (event: Parameters<ClientParts['dispatch']>[0], deliver: Parameters<ClientParts['dispatch']>[1]) => void setTimeout(() => deliver(event), 30) } }],
  ] satisfies readonly (readonly [string, Partial<Staging>])[])('that %s is not accused', async (_, client) => {
    const { report } = await judged({ ...client, only: [...quick, ...timing] })
    expect([...told(report.verdicts, 'failed'), ...told(report.verdicts, 'unproven')]).toEqual([])
  })

  test('that holds four connections is never asked for more than three', async () => {
    let open = 0
    let most = 0
    const { report } = await judged({
      only: ['sse-client-comments', 'sse-client-one-space'],
      capabilities: { maxConnections: 4 },
      instead: (call) => {
        if (call.startsWith('POST') && call.endsWith('/connections')) most = Math.max(most, (open += 1))
        if (call.startsWith('DELETE')) open -= 1
        return undefined
      },
    })
    expect(told(report.verdicts, 'failed')).toEqual([])
    expect(most).toBe(3)
  })

  test('that takes neither headers, nor an id, nor closeAfter, and tells no state, has fewer rules', async () => {
    const { report } = await judged({
      only: ['sse-client-headers', 'sse-client-seeded-id', 'sse-client-close-silent', 'sse-client-open', 'sse-client-blank-line'],
      capabilities: { state: false },
      instead: (call, body) => (call === 'POST /conformance/connections' && /"(headers|lastEventId|closeAfter)"/.test(body) ? { status: 422 } : undefined),
    })
    expect([...told(report.verdicts, 'failed'), ...told(report.verdicts, 'unproven')]).toEqual([])
    expect(report.verdicts.filter(({ outcome }) => outcome === 'inapplicable').map(({ case: id }) => id)).toEqual(['sse-client-connection/quiet-at-first', 'sse-client-connection/id-to-start-from', 'sse-client-connection/given-headers', 'sse-client-close/inside-a-handler'])
  })
})

describe('a departure from the standard', () => {
  test('is inapplicable where the capabilities declare it', async () => {
    const again: ClientParts['judge'] = (answer, setting) => (answer.statusCode === 503 ? 'retry' : honestParts.judge(answer, setting))
    const { report } = await judged({ only: ['sse-client-answer/status-503', 'sse-client-retry-after'], capabilities: { retriesOn: [503] }, parts: { judge: again } })
    expect(told(report.verdicts, 'failed')).toEqual([])
    expect(report.verdicts.filter(({ outcome }) => outcome === 'inapplicable').map(({ case: id }) => id)).toContain('sse-client-answer/status-503')
    expect(report.verdicts.find(({ case: id }) => id === 'sse-client-answer/retry-after-503')?.outcome).toBe('passed')
  })

  test('fails where nobody declares it', async () => {
    const again: ClientParts['judge'] = (answer, setting) => (answer.statusCode === 503 ? 'retry' : honestParts.judge(answer, setting))
    const { report } = await judged({ only: ['sse-client-answer/status-503'], parts: { judge: again, waitMs: () => 20 } })
    expect(told(report.verdicts, 'failed').join()).toMatch(/sse-client-server-error.*another came \d+ ms later/)
  })
})

describe('a client that is wrong in one way', () => {
  const wrong: readonly (readonly [fault: string, rule: string, parts: Partial<ClientParts>, words: RegExp])[] = [
    ['comes back at once', 'sse-client-retry-floor', { waitMs: () => 0 }, /request 2 came \d+ ms after the end, \d+ ms too early/],
    ['overflows its timer', 'sse-client-retry-overflow', { waitMs: ({ reconnectMs }) => reconnectMs % 2 ** 31 }, /too early/],
    ['forgets its id', 'sse-client-sends-last-id', { headersFor: (asking) => honestParts.headersFor({ ...asking, lastEventId: '' }) }, /saw no Last-Event-ID/],
    ['sends its id as Latin-1', 'sse-client-id-utf8', { headersFor: (asking) => ({ ...honestParts.headersFor(asking), ...(isLatin1(asking.lastEventId) ? { 'Last-Event-ID': asking.lastEventId } : {}) }) }, /bytes 63 61 66 e9/],
    ['ends with the stream', 'sse-client-reconnects', { afterLoss: () => 'end' }, /none in the/],
    ['reads what is no stream', 'sse-client-content-type', { judge: (answer, setting) => (answer.statusCode === 200 ? 'stream' : honestParts.judge(answer, setting)) }, /no event from an answer of the type text\/html, saw "not an event"/],
    ['follows for ever', 'sse-client-redirect-loop', { follow: (answer, from) => honestParts.follow(answer, from, 0) }, /no end of it/],
    ['gives its token to anybody', 'sse-client-redirect-credentials', { headersFor: (asking) => honestParts.headersFor({ ...asking, origin: asking.url.origin }) }, /Authorization: Bearer/],
    ['delivers two types by two queues', 'sse-client-order', { dispatch: (event, deliver) => (event.type === 'x' ? void setTimeout(() => deliver(event), 5) : deliver(event)) }, /expected "event 0", x "event 1"/],
  ]
  test.each(wrong)('%s: %s fails', async (_, rule, parts, words) => {
    const { report } = await judged({ only: [rule], parts })
    const failed = told(report.verdicts, 'failed')
    expect([...failed, ...told(report.verdicts, 'unproven')].join('\n')).toMatch(words)
    expect(report.requirements.find(({ id }) => id === rule)?.outcome).toBe('failed')
  })

  test('a finding shows what was expected, what was delivered, and the bytes with their cuts', async () => {
    const latin: ClientParts['createParser'] = (...facts) => {
      const parser = honestParts.createParser(...facts)
      return {
        get lastEventId() { return parser.lastEventId },
        get stopped() { return parser.stopped },
        push: (chunk: Uint8Array) => parser.push(Buffer.from(Buffer.from(chunk).toString('utf8'))),
        end: () => parser.end(),
      }
    }
    const { report } = await judged({ only: ['sse-client-parsing/split-two-bytes*'], parts: { createParser: latin } })
    const found = report.verdicts.find(({ outcome }) => outcome === 'failed')
    expect(found).toMatchObject({ requirement: 'sse-client-split-utf8' })
    expect(found?.expected).toContain('\\u{e9}')
    expect(found?.saw).toMatch(/\\u\{fffd\}.*the bytes were data: .*\\xc3\|\\xa9/)
  })
})

describe('a client that cannot be judged', () => {
  test('by a control API that opens no connections is refused, with a cure', async () => {
    const refusal = judged({ instead: (call) => (call.endsWith('/connections') ? { status: 404 } : undefined) })
    await expect(refusal).rejects.toBeInstanceOf(HarnessError)
    await expect(refusal).rejects.toMatchObject({ code: 'bad-control' })
  })

  test('since it never comes is an obstacle, and no verdict against it', async () => {
    const { report } = await judged({ only: ['sse-client-blank-line', 'sse-client-get'], options: { budgetMs: 400 }, instead: (call) => (call === 'POST /conformance/connections' ? { status: 201, body: { id: 'never' } } : call.startsWith('GET /conformance/connections') ? { status: 200, body: { state: 'connecting', events: [] } } : undefined) })
    expect(report.summary).toMatchObject({ conformant: null, obstacle: { code: 'receiver-unreachable' } })
    expect(told(report.verdicts, 'failed')).toEqual([])
  })

  test('since it dies of a case that is played alone has failed that case alone', async () => {
    const { report } = await judged({ only: ['sse-client-answer/malformed-no-http', 'sse-client-parsing/one-event'], parts: {}, instead: dyingOn() })
    expect(report.summary.obstacle).toMatchObject({ code: 'died' })
    expect(told(report.verdicts, 'failed').join()).toMatch(/sse-client-malformed-http in sse-client-answer\/malformed-no-http.*stopped answering/)
    expect(report.verdicts.find(({ case: id }) => id === 'sse-client-parsing/one-event')?.outcome).toBe('passed')
  })

  /** Dies with the first connection after that of the baseline and of the one case side by side. */
  function dyingOn(): NonNullable<Staging['instead']> {
    let opened = 0
    return (call) => {
      // Four to find out what it takes, two of the baseline, one side by side, and then the one that ends it.
      if (call === 'POST /conformance/connections') opened += 1
      return opened === 8 && call.startsWith('GET /conformance/connections') ? 'die' : undefined
    }
  }
})
