import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { schemas } from './profile/schema-store.ts'
import { mutantsOf, replaced, type Path } from './schemas/mutants.ts'
import { recordedRun, type RecordedRun } from './schemas/run-messages.ts'

const root = join(import.meta.dirname, '..')
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true })
addFormats.default(ajv)
for (const schema of schemas.values()) ajv.addSchema(schema)

function validates(name: string, value: unknown): boolean {
  return ajv.validate(`urn:event-delivery-conformance:schema:${name}`, value)
}

/** Each value that a schema refuses, with the first reasons. */
function refused(name: string, values: readonly unknown[]): readonly string[] {
  return values.filter((value) => !validates(name, asWritten(value))).map((value) => `${JSON.stringify(value).slice(0, 80)}: ${(validates(name, asWritten(value)), ajv.errorsText(ajv.errors)).slice(0, 200)}`)
}

/** What stands in the file: members that are undefined do not. */
function asWritten(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function examples(name: string): readonly unknown[] {
  return schemas.get(name)?.examples ?? []
}

describe('what a run writes and sends is what the published schemas say', () => {
  const runs: Record<string, RecordedRun> = {}
  const roles = ['consumer', 'producer', 'sse-server', 'sse-client'] as const

  beforeAll(async () => {
    runs['consumer'] = await recordedRun('consumer', ['*'])
    runs['producer'] = await recordedRun('producer', ['*'])
    runs['sse-server'] = await recordedRun('sse-server', ['sse-server-data', 'sse-server-resume', 'sse-server-retention'])
    runs['sse-client'] = await recordedRun('sse-client', ['sse-client-close', 'sse-client-answer', 'sse-client-connection'])
    runs['unregistered'] = await recordedRun('producer', ['webhook-delivery-signature-*'], 'standard-webhooks')
  }, 120_000)

  test.each(roles)('the report of the %s', (role) => {
    expect(runs[role]?.report.summary.measured).toBeGreaterThan(5)
    expect(refused('report', [runs[role]?.report])).toEqual([])
  })

  test.each(roles)('every line of the transcript of the %s', (role) => {
    const lines = runs[role]?.transcript ?? []
    expect(lines.length).toBeGreaterThan(30)
    expect(refused('transcript', lines)).toEqual([])
  })

  test.each([
    ['GET manifest', undefined, 'control-manifest'],
    ['GET effects', undefined, 'control-effects'],
    ['POST faults', 'control-faults', undefined],
    ['POST subscriptions', 'control-subscriptions', 'control-created'],
    ['POST events', 'control-events', 'control-events-answer'],
    ['POST retention', 'control-retention', undefined],
    ['POST connections', 'control-connections', 'control-created'],
    ['GET connections/ID', undefined, 'control-connection'],
  ])('what goes over the control API by %s', (call, request, answer) => {
    const messages = Object.values(runs).flatMap((recorded) => recorded.messages.filter((message) => message.call === call))
    const served = messages.filter(({ status }) => status >= 200 && status < 300)
    expect(served.length).toBeGreaterThan(0)
    expect(request === undefined ? [] : refused(request, messages.map((message) => message.request))).toEqual([])
    expect(answer === undefined ? [] : refused(answer, served.map((message) => message.answer))).toEqual([])
  })

  test('no verb with a body goes without a schema', () => {
    const known = ['GET manifest', 'GET effects', 'POST faults', 'POST subscriptions', 'POST events', 'POST retention', 'POST connections', 'GET connections/ID']
    const calls = Object.values(runs).flatMap(({ messages }) => messages.filter(({ status, request, answer }) => status < 300 && (request !== undefined || answer !== undefined)).map(({ call }) => call))
    expect([...new Set(calls)].filter((call) => !known.includes(call))).toEqual([])
  })
})

const runLine = ['baseline', 'baseline.entries.issue', 'target.name', 'target.version', 'run.via', 'offers.subscriptions', 'offers.ownApi', 'offers.emits', 'offers.ownPorts', 'offers.client', 'offers.stream', 'offers.stream.heartbeatMs']

/** Members that may be absent, by path; the place in a list is not part of it. Everything else is required. */
const optional: Readonly<Record<string, readonly string[]>> = {
  report: ['skipped', 'baseline', 'artefacts', 'target.name', 'target.version', 'run.via', 'run.parts', 'run.parts.via', 'run.parts.obstacle', 'summary.provisional', 'summary.obstacle', 'requirements.provisional', 'verdicts.reason', 'verdicts.code', 'verdicts.known', 'verdicts.known.issue', 'verdicts.provisional', 'verdicts.part', 'verdicts.disputed', 'baseline.entries.issue', 'baseline.entries.found'],
  baseline: ['$schema', 'entries.issue'],
  run: runLine,
  part: [...runLine.filter((path) => !path.startsWith('baseline')).map((path) => `run.${path}`), 'end.obstacle'],
  exchange: ['flushedMs', 'repliedMs', 'reply', 'fault', 'detail', 'handshake', 'superseded', 'request.framing', ...body('request.body'), ...body('reply.body')],
  case: ['reason', 'cutShort'],
  effects: [],
  attempt: ['event', 'number', 'handshake', 'identity', 'timestamp', 'timestampAgeMs', 'rotatedSignature', 'completedMs', 'closedMs', 'closedBy', 'answerStatus', ...body('request.body')],
  emission: ['detail'],
  endpoint: ['id', 'refused', 'removedMs', 'silentFromMs', 'silentUntilMs', 'madeSecretBytes', 'sharesSecret'],
  served: ['elsewhere', 'endingMs', 'closedMs', 'closedBy', 'gates.later', ...body('body')],
  connection: ['asked.headers', 'asked.headers.Authorization', 'asked.lastEventId', 'asked.closeAfter', 'events.length', 'events.sha256', 'closedMs', 'countAtClose'],
  stream: ['asked.after', 'asked.afterOwn', 'asked.types', 'asked.resource', 'asked.credentials', 'headMs', 'status', 'headers', 'start', 'tail', ...body('start'), ...body('tail'), 'surplusBytes', 'others', 'cut', 'unreadMs', 'fault', 'detail', 'lens', 'blocks.beganMs', 'blocks.own', 'blocks.forged', 'blocks.type', 'blocks.data', 'blocks.dataLength', 'blocks.id'],
  publication: ['place', 'key', 'id', 'round', 'detail', 'ids'],
  staging: ['keep', 'detail'],
  end: ['obstacle'],
  'control-faults': [],
  'control-subscriptions': ['types'],
  'control-events': ['events.id', 'events.key'],
  'control-retention': [],
  'control-connections': ['headers', 'headers.Authorization', 'lastEventId', 'closeAfter', 'types'],
}

function body(path: string): readonly string[] {
  return [`${path}.text`, `${path}.base64`, `${path}.sha256`]
}

/** Places that hold anything, or names of somebody else. */
const open = new Set(['connection asked.headers', 'served gates', 'control-connections headers'])
const anything = new Set(['control-events events.data'])
const dotted = (path: Path) => path.filter((part) => typeof part === 'string').join('.')

/** Every example of a closed schema, with its schema and, in a transcript, its kind of line. */
const closed = ['report', 'baseline', 'transcript', 'control-faults', 'control-subscriptions', 'control-events', 'control-retention', 'control-connections'].flatMap((name) =>
  examples(name).map((example) => [name, name === 'transcript' ? kindOf(example) : name, example] as const),
)

function kindOf(line: unknown): string {
  return (line as { readonly kind: string }).kind // each line has one
}

describe.each(closed)('%s (%s), wrong in one place,', (name, kind, example) => {
  // The profile of a run line has a schema of its own, which is written by hand.
  const mutants = [...mutantsOf(example, (path) => (kind === 'run' && path[0] === 'profile') || (kind === 'part' && path[1] === 'profile') || anything.has(`${kind} ${dotted(path)}`))]

  test('is refused for every member that is taken away, unless it may be absent', () => {
    const removed = mutants.filter((mutant) => mutant.kind === 'removed')
    const mayBeAbsent = (path: Path) => optional[kind]?.includes(dotted(path))
    expect(removed.filter(({ path, value }) => !mayBeAbsent(path) && validates(name, value)).map(({ what }) => what)).toEqual([])
    expect(removed.filter(({ path, value }) => mayBeAbsent(path) && !validates(name, value)).map(({ what }) => what)).toEqual([])
  })

  test('is refused for every member of another type, and for one too many', () => {
    const wrong = mutants.filter((mutant) => mutant.kind === 'retyped' || (mutant.kind === 'extended' && !open.has(`${kind} ${dotted(mutant.path)}`)))
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.filter(({ value }) => validates(name, value)).map(({ what }) => what)).toEqual([])
  })
})

test('the examples show every member that may be absent', () => {
  const shown = new Set(closed.flatMap(([, kind, example]) => [...mutantsOf(example)].map(({ path }) => `${kind} ${dotted(path)}`)))
  const hidden = Object.entries(optional).flatMap(([kind, paths]) => paths.map((path) => `${kind} ${path}`)).filter((path) => !/\.(text|base64|sha256)$/.test(path) && !shown.has(path))
  expect(hidden).toEqual([])
})

describe('patterns and bounds', () => {
  test.each<readonly [string, string, unknown]>([
    ['report', 'report', 2],
    ['report', 'target.role', 'sender'],
    ['report', 'target.profileHash', 'sha256:abc'],
    ['report', 'target.attachment.0', 'browser'],
    ['report', 'run.startedAt', 'yesterday'],
    ['report', 'run.seed', 1.5],
    ['report', 'run.timeScale', 0],
    ['report', 'run.budgetMs', -1],
    ['report', 'run.clock', 'wall'],
    ['report', 'run.via', 'squid'],
    ['report', 'summary.claim', 'most'],
    ['report', 'summary.measured', -1],
    ['report', 'summary.counts.passed', 0.5],
    ['report', 'summary.byLevel.MAY.failed', -1],
    ['report', 'requirements.0.id', 'Webhook_Body'],
    ['report', 'requirements.0.level', 'must'],
    ['report', 'requirements.0.outcome', 'green'],
    ['report', 'requirements.1.provisional', false],
    ['report', 'verdicts.0.evidence', 'rumour'],
    ['report', 'verdicts.0.code', 'broken:401'],
    ['report', 'verdicts.0.known.expires', '2030-13-01'],
    ['report', 'baseline.digest', 'sha256:'],
    ['report', 'baseline.entries.0.state', 'fine'],
    ['report', 'baseline.entries.1.found', 'other'],
    ['report', ['artefacts', 'transcript.ndjson'] as never, 'sha1:abc'],
    ['baseline', 'baseline', 2],
    ['baseline', 'entries.0.reason', ''],
    ['baseline', 'entries.0.issue', 'ftp://example.com/1'],
    ['baseline', 'entries.0.expires', 'soon'],
  ])('of %s refuse %j that is %j', (name, where, bad) => {
    const path = Array.isArray(where) ? (where as Path) : where.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) // the file name has a dot
    const example = examples(name).at(-1)
    expect(validates(name, example)).toBe(true)
    expect(validates(name, replaced(example, path, bad))).toBe(false)
  })

  test.each<readonly [string, string, unknown]>([
    ['run', 'transcript', 2],
    ['run', 'profile.hash', 'sha256:abc'],
    ['run', 'offers.client.retriesOn.1', '6xx'],
    ['run', 'selection.levels.0', 'must'],
    ['run', 'baseline.entries.0.case', ''],
    ['exchange', 'id', ''],
    ['exchange', 'request.headers.0', ['one']],
    ['exchange', 'request.headers.0', ['one', 'two', 'three']],
    ['exchange', 'request.body.bytes', -1],
    ['exchange', 'reply.status', 200.5],
    ['case', 'state', 'skipped'],
    ['effects', 'effects.0.at', 'now'],
    ['attempt', 'closedBy', 'client'],
    ['attempt', 'number', -1],
    ['stream', 'flaws.0.code', 'odd'],
    ['stream', 'unreadMs', [1]],
    ['stream', 'retries.0', 0.5],
    ['stream', 'lens.keptMs', -1],
    ['stream', 'endedBy', 'nobody'],
    ['publication', 'count', 0],
    ['publication', 'place', 0],
    ['staging', 'verb', 'publish'],
    ['served', 'cuts.0', 0.5],
    ['served', 'gates.later', 'soon'],
    ['connection', 'states.0.state', 'ready'],
    ['connection', 'asked.headers.Authorization', 7],
    ['end', 'finishedAt', '2024-07-15'],
  ])('of the transcript line %s refuse %s that is %j', (kind, where, bad) => {
    const example = examples('transcript').find((line) => kindOf(line) === kind)
    const path = where.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    expect(validates('transcript', example)).toBe(true)
    expect(validates('transcript', replaced(example, path, bad))).toBe(false)
  })

  test.each<readonly [string, unknown]>([
    ['control-manifest', { name: 'no roles' }],
    ['control-manifest', { roles: ['sender'] }],
    ['control-manifest', { roles: [], capabilities: { timeScale: 0 } }],
    ['control-manifest', { roles: [], capabilities: { maxConnections: 0.5 } }],
    ['control-manifest', { roles: [], capabilities: { retriesOn: [404] } }],
    ['control-manifest', { roles: [], control: 'not a url' }],
    ['control-effects', { effects: [{ event: '', at: '2024-07-15T14:32:22.418Z' }] }],
    ['control-effects', { effects: [{ event: 'evt-1', at: 'now' }] }],
    ['control-events', { events: [] }],
    ['control-events-answer', { ids: [1] }],
    ['control-connections', { url: 'http://127.0.0.1/', closeAfter: 0 }],
    ['control-connection', { state: 'lost', events: [] }],
    ['control-connection', { state: 'open', events: [{ type: 'message' }] }],
    ['control-created', { id: '' }],
  ])('of %s refuse %j', (name, value) => {
    expect(validates(name, value)).toBe(false)
  })

  test('answers may say more than this version knows, requests do not', () => {
    for (const name of ['control-manifest', 'control-effects', 'control-events-answer', 'control-connection', 'control-created']) expect(examples(name).filter((example) => !validates(name, { ...(example as object), later: true }))).toEqual([]) // each is an object
    for (const name of ['control-faults', 'control-subscriptions', 'control-events', 'control-retention', 'control-connections']) expect(examples(name).filter((example) => validates(name, { ...(example as object), later: true }))).toEqual([]) // each is an object
  })
})

test('the page about the schemas names each', async () => {
  const page = await readFile(join(root, 'schemas/README.md'), 'utf8')
  expect([...schemas.keys()].filter((name) => !page.includes(`| [${name}](${name}.json) | `))).toEqual([])
})

describe('npm run schemas', () => {
  const script = (...args: readonly string[]) => promisify(execFile)(process.execPath, [join(root, 'scripts/schemas.mjs'), ...args], { cwd: root }).then(
    ({ stdout }) => ({ code: 0, out: stdout, err: '' }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
  )

  test('says what is stale, with the command, and ends in exit 1; what is committed is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'conformance-schemas-'))
    try {
      await cp(join(root, 'schemas'), folder, { recursive: true })
      const file = join(folder, 'control-created.json')
      const changed = (await readFile(file, 'utf8')).replace('"minLength": 1', '"minLength": 2')
      await writeFile(file, changed)
      await writeFile(join(folder, 'control-gone.json'), '{}')
      const { code, err } = await script('--check', '--dir', folder)
      expect(code).toBe(1)
      expect(err.split('\n').map((line) => line.replace(/^\S*\//, ''))).toEqual([
        'control-created.json is stale: the type CreatedAnswer or its examples say something else',
        '  Run `npm run schemas` and commit what it writes.',
        'control-gone.json is generated from no type',
        '  Remove it, or name its type in scripts/schemas.mjs.',
        '',
      ])
      expect(await readFile(file, 'utf8')).toBe(changed)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }, 120_000)

  test('refuses a folder that is not there', async () => {
    expect(await script('--dir', join(tmpdir(), 'no-such-folder'))).toMatchObject({ code: 2 })
  })
})
