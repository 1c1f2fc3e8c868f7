import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveInProcess, type InProcessTarget } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { consumer } from '../../reference/consumer.ts'
import { brokenConsumers } from '../broken/index.ts'
import { build, deadUrl } from '../cli/command.ts'
import { createProject, type Project, type TestedCase, type TestedFile, type TestedProject } from './project.ts'

const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const body = "only: ['consumer-body', 'consumer-signature/untouched', 'consumer-signature/url-changed']"
const entry = (id: string, more: string) => `{ requirement: 'webhook-body-raw-bytes', case: 'consumer-body/${id}', reason: 'the framework parses first', ${more} }`

/** The options of one `describeConformance` a file. */
const options: Readonly<Record<string, string>> = {
  reference: "{ target: 'reference', role: 'consumer' }",
  broken: `{ target: process.env.BROKEN_URL, role: 'consumer', secret: 'env:HOOK_SECRET', ${body} }`,
  dead: `{ target: process.env.DEAD_URL, role: 'consumer', secret: process.env.HOOK_SECRET, ${body}, knownFailures: [${entry('spelled-spaced', "expires: '2999-12-31'")}] }`,
  known: `{
    target: async () => ({ url: process.env.BROKEN_URL, close: () => console.log('the server was closed') }),
    role: 'consumer', secret: process.env.HOOK_SECRET, only: 'consumer-body/spelled-*',
    knownFailures: [
      ${['spaced', 'pretty', 'escaped-letter', 'trailing-zero', 'exponent', 'windows-newlines'].map((id) => entry(`spelled-${id}`, "expires: '2999-12-31', code: 'failed:401'")).join(',\n')}
    ],
  }`,
  mended: `{
    target: 'reference', role: 'consumer', ${body},
    knownFailures: [${entry('spelled-spaced', "expires: '2999-12-31'")}, ${entry('spelled-pretty', "expires: '2020-12-31'")}, ${entry('no-such-case', "expires: '2999-12-31'")}],
  }`,
  stale: `{
    target: process.env.BROKEN_URL, role: 'consumer', secret: process.env.HOOK_SECRET, only: 'consumer-body/spelled-*',
    knownFailures: [${entry('spelled-pretty', "expires: '2020-12-31'")}, ${entry('spelled-exponent', "expires: '2999-12-31', code: 'failed:500'")}],
  }`,
  should: "{ target: process.env.ODD_URL, role: 'consumer', secret: process.env.HOOK_SECRET, only: 'webhook-refusal-status' }",
  strict: "{ target: process.env.ODD_URL, role: 'consumer', secret: process.env.HOOK_SECRET, only: 'webhook-refusal-status', level: 'should' }",
  fault: "{ target: async () => { throw new Error('the database is not there') }, role: 'producer', skip: 'producer-safety' }",
  unmatched: "{ target: 'reference', role: 'consumer', only: 'no-such-rule' }",
}

/** A receiver of Standard Webhooks as somebody writes it who uses the Fetch API, and the same as a listener. */
const handlers = `
import { createHmac } from 'node:crypto'
import { describeConformance } from 'event-delivery-conformance/vitest'
const key = Buffer.from(process.env.HOOK_SECRET.slice('whsec_'.length), 'base64')
const isSigned = (header, body) => {
  const mac = createHmac('sha256', key).update(header('webhook-id') + '.' + header('webhook-timestamp') + '.').update(body).digest('base64')
  return (header('webhook-signature') ?? '').split(' ').includes('v1,' + mac)
}
const options = { role: 'consumer', secret: 'env:HOOK_SECRET', ${body} }
async function POST(request) {
  const body = Buffer.from(await request.arrayBuffer())
  return new Response(null, { status: isSigned((name) => request.headers.get(name), body) ? 204 : 401 })
}
describeConformance({ ...options, name: 'fetch', target: POST })
describeConformance({ ...options, name: 'path', target: { path: '/hooks/orders', fetch: (request) => new URL(request.url).pathname === '/hooks/orders' ? POST(request) : new Response(null, { status: 404 }) } })
describeConformance({ ...options, name: 'parsed', target: { fetch: async (request) => {
  const body = JSON.stringify(await request.json())
  return new Response(null, { status: isSigned((name) => request.headers.get(name), body) ? 204 : 401 })
} } })
describeConformance({ ...options, name: 'listener', target: (request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    response.writeHead(isSigned((name) => request.headers[name], Buffer.concat(chunks)) ? 204 : 401).end()
  })
} })
`

let project: Project
let tested: TestedProject
let env: Readonly<Record<string, string>> = {}
const servers: InProcessTarget[] = []

beforeAll(async () => {
  await build()
  env = { HOOK_SECRET: secret, DEAD_URL: await deadUrl(), BROKEN_URL: await serveBroken('verifies-reserialised-body'), ODD_URL: await serveBroken('refusal-with-odd-status') }
  project = await createProject()
  for (const [name, text] of Object.entries(options)) {
    await project.write(`${name}.test.ts`, `import { describeConformance } from 'event-delivery-conformance/vitest'\ndescribeConformance(${text})\n`)
  }
  await project.write('handlers.test.js', handlers)
  tested = await project.vitest([], env)
}, 180_000)

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  await project?.remove()
})

describe('a conformance run as tests of vitest', () => {
  it('is green for what conforms, and skips with its reason what does not apply', () => {
    const { status, tests } = file('reference.test.ts')
    expect(status).toBe('passed')
    expect(count(tests, 'failed')).toBe(0)
    expect(count(tests, 'passed')).toBeGreaterThan(100)
    const skipped = tests.find(({ title }) => title.startsWith('consumer-signature/url-changed:'))
    expect(skipped).toMatchObject({ status: 'skipped', title: 'consumer-signature/url-changed: a delivery that was signed for another URL' })
    expect(skipped?.ancestorTitles).toEqual(['conformance of a consumer, profile event-delivery', 'consumer-signature: Consumers accept what was signed with their key, and nothing else'])
    expect(tested.out).toContain('the signature of this profile does not cover the URL')
  })

  it('is red for the rule that is broken, and says everything that the report does', () => {
    const failed = file('broken.test.ts').tests.filter(({ status }) => status === 'failed')
    expect(failed.map(({ title }) => title.split(':')[0])).toEqual(['spaced', 'pretty', 'escaped-letter', 'trailing-zero', 'exponent', 'windows-newlines'].map((id) => `consumer-body/spelled-${id}`))
    const [text = ''] = failed[0]?.failureMessages ?? []
    expect(text).toMatch(/^NotConformant: webhook-body-raw-bytes \(MUST\) is not kept: saw 401/)
    for (const part of ['\nexpected: ', '\nsaw: 401', /\n {2}\| > POST \/hook HTTP\/1\.1/, /\n {2}\| < HTTP\/1\.1 401/, '\nspec: spec/webhook-', '\ndiagnosis: ']) expect(text).toMatch(part)
    expect(text).toContain(`\nrepeat: npx conformance run --target ${env['BROKEN_URL']} --profile event-delivery --secret env:HOOK_SECRET --role consumer --only consumer-body/spelled-spaced`)
    expect(text.length).toBeLessThan(6000)
    expect(tested.out + JSON.stringify([...tested.files])).not.toContain(secret)
  })

  it('fails once for a target that is not there, and nothing of it is green', () => {
    const { status, tests } = file('dead.test.ts')
    expect(status).toBe('failed')
    expect(count(tests, 'passed')).toBe(0)
    const failed = tests.filter((each) => each.status === 'failed')
    expect(failed.map(({ title }) => title)).toEqual(['the target can be measured'])
    expect(failed[0]?.failureMessages[0]).toMatch(/^NotConformant: the target could not be measured: nothing can be reached at .*\ncure: /)
    const fault = file('fault.test.ts')
    expect([count(fault.tests, 'passed'), count(fault.tests, 'failed')]).toEqual([0, 1])
    expect(fault.tests[0]?.failureMessages[0]).toContain('the database is not there')
  })

  it('expects a known failure to fail, and closes what was started', () => {
    const { status, tests } = file('known.test.ts')
    expect(status).toBe('passed')
    expect(tests.filter(({ title }) => title.includes('known not to keep'))).toHaveLength(6)
    expect(tested.out).toContain('the server was closed')
  })

  it('is red for a known failure that has expired, and for one that fails in another way', () => {
    const { tests } = file('stale.test.ts')
    const [list] = tests.filter(({ title }) => title.startsWith('the known failures'))
    expect(list?.failureMessages[0]).toContain('consumer-body/spelled-pretty webhook-body-raw-bytes was excused until 2020-12-31: repair it')
    expect(list?.failureMessages[0]).toContain('consumer-body/spelled-exponent webhook-body-raw-bytes fails in another way, failed:401 instead of failed:500')
    const about = (id: string) => tests.filter(({ title }) => title.startsWith(`consumer-body/spelled-${id}:`)).map(({ status, title }) => [status, title.includes('known not to keep')])
    expect(about('pretty')).toEqual([['failed', false]])
    expect(about('exponent')).toEqual([['failed', true]])
  })

  it('is red for a known failure that was mended, and for one that no case answers to', () => {
    const failed = file('mended.test.ts').tests.filter(({ status }) => status === 'failed')
    expect(failed.map(({ title }) => title)).toEqual(['the known failures are what their list says', 'consumer-body/spelled-spaced: known not to keep webhook-body-raw-bytes until 2999-12-31: the framework parses first'])
    const [text = ''] = failed[0]?.failureMessages ?? []
    expect(text).toContain('consumer-body/spelled-spaced webhook-body-raw-bytes passes now: take the entry out')
    expect(text).toContain('consumer-body/spelled-pretty webhook-body-raw-bytes passes now: take the entry out')
    expect(text).toContain('consumer-body/no-such-case webhook-body-raw-bytes is not judged by this version')
  })

  it('fails for a SHOULD only where that is asked for, and remarks on it otherwise', () => {
    expect(file('should.test.ts').status).toBe('passed')
    expect(tested.out).toMatch(/webhook-refusal-status \(SHOULD\) is not kept: saw 422/)
    expect(file('strict.test.ts').tests.filter(({ status }) => status === 'failed').map(({ title }) => title.split(':')[0])).toEqual(['consumer-signature/forged'])
  })

  it('fails the file for options that do not fit', () => {
    expect(file('unmatched.test.ts')).toMatchObject({ status: 'failed', message: expect.stringMatching(/no-such-rule.*\ncure: /) })
  })

  it('serves a fetch handler and a listener, and judges what they do', () => {
    const { tests } = file('handlers.test.js')
    const failedIn = (name: string) => tests.filter(({ status, ancestorTitles }) => status === 'failed' && ancestorTitles[0] === name)
    const passedIn = (name: string) => tests.filter(({ status, ancestorTitles }) => status === 'passed' && ancestorTitles[0] === name)
    for (const name of ['fetch', 'path', 'listener']) {
      expect(failedIn(name).map(({ failureMessages }) => failureMessages)).toEqual([])
      expect(passedIn(name).length).toBeGreaterThan(10)
    }
    const [parsed] = failedIn('parsed')
    expect(parsed?.title).toMatch(/^consumer-body\/spelled-spaced:/)
    expect(parsed?.failureMessages[0]).toContain("\nrepeat: npx vitest run -t consumer-body/spelled-spaced\n")
  })

  it('is red for a target that is not there whatever tests are asked for', async () => {
    const one = await project.vitest(['dead', '-t', 'consumer-signature/untouched'], env)
    expect(one.code).toBe(1)
    const known = await project.vitest(['dead', '-t', 'known not to keep', '--retry', '2'], env)
    expect(known.code).toBe(1)
  }, 60_000)
})

async function serveBroken(name: string): Promise<string> {
  const parts = brokenConsumers[name]?.parts()
  if (!parts) throw new TypeError(`there is no broken consumer ${name}`)
  const server = await serveInProcess(consumer({ profile: await loadProfile('event-delivery'), keys: { secrets: [secret] }, clock: liveClock(), parts }), liveClock(), { path: '/hook' })
  servers.push(server)
  return server.url
}

function file(name: string): TestedFile {
  const found = tested.files.get(name)
  if (found) return found
  throw new Error(`vitest told nothing of ${name}: ${tested.err}${tested.out}`)
}

function count(tests: readonly TestedCase[], status: string): number {
  return tests.filter((each) => each.status === status).length
}
