import { afterEach, describe, expect, test } from 'vitest'
import { connectControl, discoverControl } from '../../harness/attach/control.ts'
import { serveInProcess } from '../../harness/attach/in-process.ts'
import type { InProcessTarget } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { HarnessError } from '../../harness/errors.ts'

const clock = liveClock()
const options = { clock, headers: [['Authorization', 'Bearer x']], deadlineMs: 2_000 } as const
const manifest = { name: 'shop', version: '1.2', roles: ['consumer'], capabilities: { timeScale: 100 } }
const targets: InProcessTarget[] = []

afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
})

interface Answer {
  readonly status: number
  readonly body?: unknown
  /** Sent as it stands, in place of JSON. */
  readonly text?: string
}

/** A server that answers `METHOD /path?query` as the table says, else 404, and what it was asked. */
async function controlApi(answers: Readonly<Record<string, Answer>>): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = []
  const target = await serveInProcess(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const line = `${request.method} ${request.url}`
    asked.push([line, body, request.headers.authorization].filter(Boolean).join(' '))
    const answer = answers[line] ?? { status: 404 }
    response.writeHead(answer.status).end(answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)))
  }, clock)
  targets.push(target)
  return { origin: new URL(target.url).origin, asked }
}

const found = { 'GET /c': { status: 200, body: manifest }, 'GET /c/': { status: 200, body: manifest }, 'GET /c?t=1': { status: 200, body: manifest } }

describe('a control API', () => {
  test('tells its manifest and is asked with the given headers', async () => {
    const { origin, asked } = await controlApi(found)
    const control = await connectControl(`${origin}/c`, options)
    expect(control.manifest).toEqual(manifest)
    expect(control.attachment).toBe('control')
    expect(asked).toEqual(['GET /c Bearer x'])
    await control.close()
  })

  test.each(['/c', '/c/', '/c?t=1'])('at %s has its verbs appended to the path', async (path) => {
    const { origin, asked } = await controlApi(found)
    const control = await connectControl(origin + path, options)
    await control.reset()
    await control.effects('a b/ü&c')
    await control.effects()
    await control.faults('e1', 2)
    const query = path.includes('?') ? 't=1' : ''
    expect(asked.slice(1)).toEqual([
      `POST /c/reset${query && `?${query}`} Bearer x`,
      `GET /c/effects?${query && `${query}&`}event=a%20b%2F%C3%BC%26c Bearer x`,
      `GET /c/effects${query && `?${query}`} Bearer x`,
      `POST /c/faults${query && `?${query}`} {"event":"e1","times":2} Bearer x`,
    ])
  })

  test('does what it offers', async () => {
    const effects = [{ event: 'e1', at: '2026-01-02T03:04:05Z' }, { event: 'e2', at: '2026-01-02T03:04:05.5+01:00', extra: 1 }]
    const { origin } = await controlApi({
      ...found,
      'POST /c/reset': { status: 204 },
      'POST /c/faults': { status: 200, body: {} },
      'GET /c/effects': { status: 200, body: { effects } },
      'GET /c/effects?event=e1': { status: 200, body: { effects } },
    })
    const control = await connectControl(`${origin}/c`, options)
    expect(await control.reset()).toBe('done')
    expect(await control.faults('e1', 1)).toBe('done')
    expect(await control.effects('e1')).toEqual([effects[0]])
    expect(await control.effects()).toEqual([effects[0], { event: 'e2', at: '2026-01-02T03:04:05.5+01:00' }])
  })

  describe.each([404, 405, 422, 501])('that answers %i', (status) => {
    test.each([
      ['reset', 'POST /c/reset'],
      ['effects', 'GET /c/effects?event=e'],
      ['faults', 'POST /c/faults'],
    ] as const)('to %s does not offer it', async (verb, line) => {
      const { origin } = await controlApi({ ...found, [line]: { status, text: 'no' } })
      const control = await connectControl(`${origin}/c`, options)
      expect(await { reset: () => control.reset(), effects: () => control.effects('e'), faults: () => control.faults('e', 1) }[verb]()).toBe('absent')
    })
  })

  const flawedEffects: [string, Answer][] = [
    ['a server error', { status: 500 }],
    ['a redirect', { status: 302 }],
    ['text', { status: 200, text: 'ok' }],
    ['no list', { status: 200, body: { effects: {} } }],
    ['an event that is a number', { status: 200, body: { effects: [{ event: 1, at: '2026-01-02T03:04:05Z' }] } }],
    ['a time of another kind', { status: 200, body: { effects: [{ event: 'e', at: 'Tue, 06 Jan 2026' }] } }],
    ['more than 8 MiB', { status: 200, text: `{"effects":[],"x":"${'x'.repeat(9 * 1024 * 1024)}"}` }],
  ]
  test.each(flawedEffects)('whose effects are %s is a fault of that API', async (_, answer) => {
    const { origin } = await controlApi({ ...found, 'GET /c/effects': answer })
    const control = await connectControl(`${origin}/c`, options)
    await expect(control.effects()).rejects.toMatchObject({ code: 'bad-control', exitCode: 3 })
  })

  const flawedManifests: [string, Answer][] = [
    ['absent', { status: 404 }],
    ['text', { status: 200, text: '<html>' }],
    ['a list', { status: 200, body: [] }],
    ['some other object', { status: 200, body: { error: 'x' } }],
    ['roles that are no list', { status: 200, body: { roles: 'consumer' } }],
    ['capabilities that are no object', { status: 200, body: { capabilities: [] } }],
    ['a name that is a number', { status: 200, body: { ...manifest, name: 1 } }],
  ]
  test.each(flawedManifests)('whose manifest is %s cannot be attached', async (_, answer) => {
    const { origin } = await controlApi({ 'GET /c?token=hunter2': answer })
    const failed = await connectControl(`${origin}/c?token=hunter2`, options).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(HarnessError)
    expect(failed).toMatchObject({ code: 'bad-control', message: expect.not.stringContaining('hunter2') })
  })

  test('that nobody serves cannot be attached', async () => {
    const { origin } = await controlApi({})
    await targets.pop()?.close()
    await expect(connectControl(`${origin}/c`, options)).rejects.toMatchObject({ code: 'bad-control' })
  })
})

describe('a control API that limits its rate', () => {
  /** Answers 429 to as many requests after the manifest, then 204. */
  async function limited(refusals: number, retryAfter: string): Promise<{ origin: string; asked: string[] }> {
    const asked: string[] = []
    const target = await serveInProcess(async (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (request.method === 'GET') return void response.end(JSON.stringify(manifest))
      const refused = asked.length - 1 <= refusals
      response.writeHead(refused ? 429 : 204, refused ? { 'Retry-After': retryAfter } : {}).end()
    }, clock)
    targets.push(target)
    return { origin: new URL(target.url).origin, asked }
  }

  test('is asked again once its pause is over', async () => {
    const { origin, asked } = await limited(2, '0')
    expect(await (await connectControl(`${origin}/c`, options)).reset()).toBe('done')
    expect(asked).toEqual(['GET /c', 'POST /c/reset', 'POST /c/reset', 'POST /c/reset'])
  })

  test('is not asked for ever', async () => {
    const { origin, asked } = await limited(100, '0')
    const control = await connectControl(`${origin}/c`, options)
    await expect(control.reset()).rejects.toMatchObject({ code: 'bad-control', message: expect.stringContaining('429') as string })
    expect(asked).toHaveLength(5)
  })

  test('is not waited for beyond the patience of the run, which the fault says', async () => {
    const { origin, asked } = await limited(1, '3600')
    const control = await connectControl(`${origin}/c`, { ...options, patienceMs: 1000 })
    await expect(control.reset()).rejects.toMatchObject({ code: 'bad-control', message: expect.stringMatching(/asks for 360\d s/) as string, cure: expect.stringContaining('--budget') as string })
    expect(asked).toHaveLength(2)
  })

  test('that names no pause is not asked again', async () => {
    const { origin, asked } = await limited(1, 'soon')
    await expect((await connectControl(`${origin}/c`, options)).reset()).rejects.toMatchObject({ code: 'bad-control' })
    expect(asked).toHaveLength(2)
  })
})

describe('a well-known manifest', () => {
  const wellKnown = 'GET /.well-known/event-conformance'

  test.each([
    ['a path', '/c'],
    ['a relative reference', '../c'],
    ['a URL of the same host', 'ORIGIN/c'],
    ['another name of the loopback interface', 'LOCALHOST/c'],
  ])('attaches the control API at %s', async (_, reference) => {
    const answers: Record<string, Answer> = { 'POST /c/reset': { status: 204 } }
    const { origin, asked } = await controlApi(answers)
    const control = reference.replace('ORIGIN', origin).replace('LOCALHOST', origin.replace('127.0.0.1', 'localhost'))
    answers[wellKnown] = { status: 200, body: { ...manifest, role: 'consumer', control } }
    const attached = await discoverControl(`${origin}/webhooks?a=1`, options)
    expect(attached?.manifest).toMatchObject({ ...manifest, role: 'consumer' })
    expect(await attached?.reset()).toBe('done')
    expect(asked).toEqual([`${wellKnown} Bearer x`, 'POST /c/reset Bearer x'])
  })

  const none: [string, Answer][] = [
    ['absent', { status: 404 }],
    ['a page', { status: 200, text: '<html>' }],
    ['another document', { status: 200, body: { control: '/c' } }],
    ['without a control URL', { status: 200, body: manifest }],
    ['on another host', { status: 200, body: { ...manifest, control: 'http://control.example/c' } }],
    ['not HTTP', { status: 200, body: { ...manifest, control: 'file:///c' } }],
    ['no URL', { status: 200, body: { ...manifest, control: 'http://[' } }],
  ]
  test.each(none)('that is %s means that there is none', async (_, answer) => {
    const { origin } = await controlApi({ [wellKnown]: answer })
    expect(await discoverControl(`${origin}/webhooks`, options)).toBeUndefined()
  })

  test('of a target that does not answer means that there is none', async () => {
    const { origin } = await controlApi({})
    await targets.pop()?.close()
    expect(await discoverControl(origin, options)).toBeUndefined()
  })
})
