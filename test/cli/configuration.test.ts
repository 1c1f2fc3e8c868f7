import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { askedRuns, type Asked } from '../../cli/configuration.ts'
import { configurable } from '../../cli/configuration-keys.ts'
import { readConfiguration } from '../../cli/configuration-read.ts'
import { readFlags, runFlags } from '../../cli/flags.ts'
import { many, one } from '../../cli/options.ts'
import { HarnessError } from '../../harness/errors.ts'
import { schemas, schemaValidator } from '../profile/schema-store.ts'
import { build, root, serve, type Ended } from './command.ts'

const ajv = schemaValidator()
const valid = (value: unknown) => ajv.validate('urn:event-delivery-conformance:schema:configuration', value)
const schema = schemas.get('configuration') as unknown as { readonly properties: Readonly<Record<string, { readonly description?: string }>>; readonly $defs: { readonly NamedRun: { readonly properties: object } } } // as it is published
let folder = ''

beforeAll(async () => {
  await build()
}, 60_000)

beforeEach(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true })
  folder = await mkdtemp(join(tmpdir(), 'conformance-configuration-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const at = (name: string) => join(folder, name)

/** `conformance run` in the folder of the test. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env
    const child = spawn(process.execPath, [join(root, 'dist/conformance.js'), 'run', ...args], { cwd: folder, env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

/** What a command line asks for with a configuration of this text. */
async function asked(text: string, ...args: readonly string[]): Promise<Asked> {
  await writeFile(at('c.yaml'), text)
  return askedRuns(readFlags(['--config', at('c.yaml'), ...args], runFlags))
}

async function fault(work: Promise<unknown>): Promise<{ readonly code: string; readonly fact: string; readonly cure: string }> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof HarnessError)) throw new Error(`no fault was found: ${String(error)}`)
  expect(error.exitCode).toBe(2)
  return { code: error.code, fact: error.message.replaceAll(`${folder}/`, ''), cure: error.cure }
}

describe('the keys of a configuration', () => {
  test('are the flags of run, save for those of one call', () => {
    const ofOneCall = ['config', 'help', 'plan', 'update-baseline']
    const expected = runFlags.filter((name) => !ofOneCall.includes(name)).sort()
    expect(Object.keys(schema.properties).filter((key) => !['$schema', 'runs'].includes(key)).sort()).toEqual(expected)
    expect(Object.keys(schema.$defs.NamedRun.properties).filter((key) => key !== 'name').sort()).toEqual(expected)
    expect([...configurable].sort()).toEqual(expected)
  })

  test('are described, for editors', () => {
    expect(Object.entries(schema.properties).filter(([, { description = '' }]) => description.length < 10).map(([key]) => key)).toEqual([])
  })

  test.each([...configurable])('are refused by schema and reader alike: %s with a mapping, with nothing, and with a list in a list', async (key) => {
    for (const value of [{ a: 1 }, null, [[1]]]) {
      expect(valid({ [key]: value })).toBe(false)
      expect(await fault(asked(JSON.stringify({ [key]: value })))).toMatchObject({ code: 'bad-configuration', fact: expect.stringMatching(/^c\.yaml:1: /) })
    }
  })

  test('take what the examples of the schema show', async () => {
    for (const example of schemas.get('configuration')?.examples ?? []) {
      const { runs } = await asked(JSON.stringify(example))
      expect(runs.length).toBeGreaterThan(0)
    }
  })

  test('and the blocks of the guide are valid', async () => {
    const guide = await readFile(join(root, 'docs/guide/configuration.md'), 'utf8')
    const blocks = [...guide.matchAll(/^```(yaml|json)\n(.*?)^```$/gms)].map(([, , text = '']) => text)
    expect(blocks.length).toBeGreaterThan(2)
    for (const text of blocks) {
      expect([valid(parse(text)), ajv.errorsText(), text]).toEqual([true, expect.anything(), text])
      expect((await asked(text)).runs.length).toBeGreaterThan(0)
    }
  })
})

describe('what a file says', () => {
  test('is what the flags would say', async () => {
    const { runs, lines } = await asked('target: http://127.0.0.1:1/x\nrole: producer\ntime-scale: 2.5\nseed: 7\nquiet: true\nonly: [a, b]\nlevel: must\nreporter: pretty\n')
    const flags = runs[0]?.flags.values ?? new Map()
    expect(lines).toEqual([`configuration: ${at('c.yaml')}`])
    expect(Object.fromEntries(flags)).toEqual({ target: ['http://127.0.0.1:1/x'], role: ['producer'], 'time-scale': ['2.5'], seed: ['7'], quiet: [''], only: ['a', 'b'], level: ['must'], reporter: ['pretty'], config: ['none'] })
  })

  test('gives way to a flag, and the whole list to a flag that is given once', async () => {
    const { runs } = await asked('target: http://127.0.0.1:1/x\nonly: [a, b]\nbudget: 5m\n', '--only', 'c', '--budget', '1s')
    expect(many(runs[0]!.flags, 'only')).toEqual(['c'])
    expect(one(runs[0]!.flags, 'budget')).toBe('1s')
    expect(one(runs[0]!.flags, 'target')).toBe('http://127.0.0.1:1/x')
  })

  test('about the way to the control API gives way to the other way', async () => {
    const { runs } = await asked('control: http://127.0.0.1:1/\n', '--exec', 'node adapter.js')
    expect(one(runs[0]!.flags, 'control')).toBeUndefined()
    expect(one(runs[0]!.flags, 'exec')).toBe('node adapter.js')
  })

  test('that is off, or a list of nothing, is as if it were not there', async () => {
    const { runs } = await asked('quiet: false\nskip: []\n')
    expect([...runs[0]!.flags.values.keys()]).toEqual(['config'])
  })

  test('starts its paths at the file, and leaves names, variables and whole paths alone', async () => {
    const { runs } = await asked('profile: ./api.yaml\nevent: [a.json, /b.json]\nsecret: [file:s/one, env:TWO]\nout: reports\nbaseline: known.json\nattest: key.pem\nreporter: [junit=r.xml, pretty]\n')
    const { values } = runs[0]!.flags
    expect(Object.fromEntries(values)).toEqual({ profile: [at('api.yaml')], event: [at('a.json'), '/b.json'], secret: [`file:${at('s/one')}`, 'env:TWO'], out: [at('reports')], baseline: [at('known.json')], attest: [at('key.pem')], reporter: [`junit=${at('r.xml')}`, 'pretty'], config: ['none'] })
    const { runs: named } = await asked('profile: standard-webhooks\nattest: env:KEY\n')
    expect([one(named[0]!.flags, 'profile'), one(named[0]!.flags, 'attest')]).toEqual(['standard-webhooks', 'env:KEY'])
  })
})

describe('a list of runs', () => {
  const text = 'out: reports\nrole: consumer\nonly: [a]\nruns:\n  - name: intake\n    target: http://127.0.0.1:1/\n  - name: sender\n    role: producer\n    only: []\n    out: elsewhere\n'

  test('is one run after the other, each with what it sets, and a folder of its own', async () => {
    const { runs } = await asked(text)
    expect(runs.map(({ name }) => name)).toEqual(['intake', 'sender'])
    expect(runs.map(({ flags }) => [one(flags, 'role'), many(flags, 'only'), one(flags, 'out')])).toEqual([
      ['consumer', ['a'], at('reports/intake')],
      ['producer', [], at('elsewhere')],
    ])
  })

  test('is narrowed by names, and a flag holds for each', async () => {
    const { runs } = await asked(text, 'sender', '--seed', '9', '--out', 'here')
    expect(runs.map(({ name, flags }) => [name, one(flags, 'seed'), one(flags, 'out')])).toEqual([['sender', '9', 'here/sender']])
    expect(await fault(asked(text, 'sendr'))).toMatchObject({ code: 'usage', cure: 'did you mean sender?' })
    expect(await fault(asked('role: consumer\n', 'sender'))).toMatchObject({ code: 'usage', fact: expect.stringContaining('lists none') })
  })

  test.each([
    ['runs: []', 1, 'at least one run'],
    ['runs: {}', 1, 'at least one run'],
    ['runs:\n  - a', 2, 'a run has a name and keys'],
    ['runs:\n  - role: consumer', 2, 'a run has a name'],
    ['runs:\n  - name: ../up', 2, 'a run has a name'],
    ['runs:\n  - name: a\n  - name: a', 3, 'a second run "a"'],
    ['runs:\n  - name: a\n    runs: []', 3, 'there is no key "runs"'],
    ['runs:\n  - name: a\n    sceret: env:A', 3, 'there is no key "sceret"'],
  ])('that says %j is refused in line %d', async (broken, line, words) => {
    const { code, fact } = await fault(asked(broken))
    expect([code, fact]).toEqual(['bad-configuration', expect.stringMatching(new RegExp(`^c\\.yaml:${line}: `))])
    expect(fact).toContain(words)
  })

  test('cannot share one place for a report', async () => {
    expect(await fault(asked('reporter: junit=r.xml\nruns: [{ name: a }, { name: b }]'))).toMatchObject({ code: 'usage', fact: expect.stringContaining('to the same place') })
    expect((await asked('reporter: [pretty, github]\nruns: [{ name: a }, { name: b }]')).runs).toHaveLength(2)
  })
})

describe('a file at fault', () => {
  test.each([
    ['role: consumer\ntagret: x', 2, 'there is no key "tagret"', 'did you mean target?'],
    ['publicUrl: x', 1, 'there is no key "publicUrl"', 'did you mean public-url?'],
    ['plan: true', 1, '"plan" is for the command line alone', 'write --plan where you want it'],
    ['budget: 60', 1, 'budget is a number', 'budget: 60s'],
    ['seed: "7"', 1, 'seed is a text, and has to be a number', 'without quotes'],
    ['quiet: yes', 1, 'quiet is a text', 'quiet: true'],
    ['target: [a]', 1, 'target is a list', 'write target: URL'],
    ['skip:\n  - a\n  - 7', 3, 'skip is a number', 'in quotes'],
    ['header: [Accept: text/html]', 1, 'header is a mapping', 'in quotes'],
    ['role:', 1, 'role has no value', 'leave the key out'],
    ['out: ""', 1, 'out is an empty text', 'leave the key out'],
    ['role: consumer\nrole: producer', 2, 'Map keys must be unique', 'correct it'],
    ['a: b: c', 1, 'Nested mappings', 'stands in quotes'],
    ['- target', 1, 'a configuration has keys and values', 'schemas/configuration.json'],
  ])('that says %j is refused in line %d with its cure', async (text, line, fact, cure) => {
    const found = await fault(asked(text))
    expect(found.code).toBe('bad-configuration')
    expect(found.fact).toMatch(new RegExp(`^c\\.yaml:${line}: `))
    expect(found.fact).toContain(fact)
    expect(found.cure).toContain(cure)
  })

  test.each([
    ['secret: whsec_C2FVsBQIhrscChlQIMV', 'env:NAME'],
    ['secret: [env:A, whsec_C2FVsBQIhrscChlQIMV]', 'env:NAME'],
    ['header: "Authorization: Bearer whsec_C2FVsBQIhrscChlQIMV"', 'Authorization: env:NAME'],
    ['header: ["X-Api-Key: whsec_C2FVsBQIhrscChlQIMV"]', 'X-Api-Key: env:NAME'],
    ['attest: "-----BEGIN PRIVATE KEY-----whsec_C2FVsBQIhrscChlQIMV"', 'attest: FILE'],
    ['secret: { text: whsec_C2FVsBQIhrscChlQIMV }', 'in quotes'],
  ])('that holds a secret is refused, and the secret is not told: %s', async (text, cure) => {
    const found = await fault(asked(text))
    expect(found.code).toBe('bad-configuration')
    expect(found.cure).toContain(cure)
    expect(JSON.stringify(found)).not.toContain('C2FVsBQIhrscChlQIMV')
  })

  test('may hold a header that is no secret', async () => {
    expect(many((await asked('header: ["X-Tenant: orders", "Authorization: env:TOKEN"]')).runs[0]!.flags, 'header')).toEqual(['X-Tenant: orders', 'Authorization: env:TOKEN'])
  })

  test('is refused as JSON that is none, as a file that is not there, and as one that is too large', async () => {
    await writeFile(at('c.json'), 'target: reference')
    expect(await fault(readConfiguration(at('c.json')))).toMatchObject({ fact: expect.stringMatching(/^c\.json:1: this is YAML/) })
    expect(await fault(readConfiguration(at('gone.yaml')))).toMatchObject({ fact: 'there is no configuration at gone.yaml' })
    expect(await fault(readConfiguration(folder))).toMatchObject({ fact: expect.stringContaining('cannot be read') })
    await writeFile(at('large.yaml'), `# ${'x'.repeat(300_000)}`)
    expect(await fault(readConfiguration(at('large.yaml')))).toMatchObject({ fact: expect.stringContaining('larger than 256 KiB') })
    await writeFile(at('bomb.yaml'), ['a: &a [x, x, x, x, x, x, x, x, x]', ...[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]`)].join('\n'))
    expect(await fault(readConfiguration(at('bomb.yaml')))).toMatchObject({ code: 'bad-configuration' })
  })

  test('names the line of a value that only the run finds wrong', async () => {
    const { runs } = await asked('target: http://127.0.0.1:1/\nbudget: 60x\nseed: 1.5\n')
    const reading = (fact: string, cure: string) => fault(runs[0]!.reading(() => Promise.reject(new HarnessError('usage', fact, cure))))
    expect(await reading('--budget 60x is not a duration', 'one of ms s m h d: --budget 60s')).toEqual({ code: 'usage', fact: 'c.yaml:2: budget: 60x is not a duration', cure: 'one of ms s m h d: budget: 60s' })
    expect(await reading('--role x is wrong', 'write --role y')).toEqual({ code: 'usage', fact: '--role x is wrong', cure: 'write --role y' })
    await expect(runs[0]!.reading(() => Promise.reject(new TypeError('of another kind')))).rejects.toThrow('of another kind')
  })
})

describe('conformance run', () => {
  const small = 'role: consumer\nonly: consumer-signature/untouched\nquiet: true\n'

  test('reads the file of its folder, says so first, and reads none on request', async () => {
    await writeFile(at('conformance.config.yaml'), `$schema: ./x.json\ntarget: http://127.0.0.1:1/x\nsecret: env:HOOK_SECRET\n${small}`)
    const dead = await run(['--out', 'reports'], { HOOK_SECRET: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' })
    expect(dead.code, dead.err).toBe(3)
    expect(dead.out.split('\n')[0]).toBe('configuration: conformance.config.yaml')
    expect(await readdir(at('reports'))).toContain('report.json')
    const shown = await run(['--config', 'none'])
    expect([shown.code, shown.err]).toEqual([2, expect.stringContaining('no target was given')])
  }, 30_000)

  test('repeats a case in full, so that no file changes it', async () => {
    const { url, close } = await serve((request, response) => void request.resume().on('end', () => response.writeHead(401).end()))
    try {
      await writeFile(at('conformance.config.yaml'), `target: ${url}\nrole: consumer\nsecret: env:HOOK_SECRET\nonly: consumer-signature/untouched\nconcurrency: 3\n`)
      const { code, out, err } = await run([], { HOOK_SECRET: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' })
      expect(code, err).toBe(1)
      expect(out.replaceAll(/\s+/g, ' ')).toContain(`npx conformance run --target ${url} --profile event-delivery --secret env:HOOK_SECRET --role consumer --concurrency 3 --config none`)
    } finally {
      await close()
    }
  }, 30_000)

  test('leaves a file that lies there aside for the reference, and reads the one that is named', async () => {
    await writeFile(at('conformance.config.yaml'), `target: http://127.0.0.1:1/x\nsecret: env:NOT_SET\n${small}`)
    const aside = await run(['--target', 'reference', '--role', 'consumer', '--only', 'consumer-signature/untouched', '--quiet'])
    expect(aside.code, aside.err).toBe(0)
    expect(aside.out.split('\n')[0]).toBe('configuration: none (conformance.config.yaml is about another target; --config conformance.config.yaml takes it all the same)')
    const unset = await run([])
    expect([unset.code, unset.err]).toEqual([2, expect.stringContaining('error[bad-secret]: conformance.config.yaml:2: the environment variable NOT_SET is not set')])
  }, 30_000)

  test('refuses two files, and a wrong value with its line', async () => {
    await writeFile(at('conformance.config.yaml'), 'target: http://127.0.0.1:1/x\nlevel: [mst]\n')
    const wrong = await run([])
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('error[usage]: conformance.config.yaml:2: there is no level "mst"')])
    await writeFile(at('conformance.config.json'), '{}')
    const two = await run([])
    expect([two.code, two.err]).toEqual([2, expect.stringContaining('there are conformance.config.yaml and conformance.config.json')])
  }, 30_000)

  test('plays every run of the file, ends as the worst of them, and one that cannot be played stops no other', async () => {
    await mkdir(at('api'))
    const runs = ['- { name: first, target: reference }', "- { name: lost, target: 'http://127.0.0.1:1/x', secret: env:HOOK_SECRET, control: 'http://127.0.0.1:1/c' }", '- { name: last, target: reference, only: consumer-body/spelled-spaced }']
    await writeFile(at('api/gate.yaml'), `${small}out: reports\nruns:\n${runs.map((each) => `  ${each}\n`).join('')}`)
    const { code, out, err } = await run(['--config', 'api/gate.yaml'], { HOOK_SECRET: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' })
    expect(code, out + err).toBe(3)
    expect(out.match(/^(configuration|run): .*$/gm)).toEqual(['configuration: api/gate.yaml', 'run: first', 'run: lost', 'run: last'])
    expect(err).toContain('error[bad-control]: ')
    expect((await readdir(at('api/reports'))).filter((name) => name !== 'lost').sort()).toEqual(['first', 'last'])
    const one = await run(['last', '--config', 'api/gate.yaml', '--plan'])
    expect([one.code, one.out.match(/^run: .*$/gm)]).toEqual([0, ['run: last']])
  }, 30_000)
})
