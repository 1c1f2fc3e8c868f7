import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { flags, readFlags, type FlagName } from '../../cli/flags.ts'
import packageFile from '../../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '../..')
const text = (file: string) => readFileSync(join(root, file), 'utf8')

interface Step {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly run?: string
  readonly shell?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

interface Action {
  readonly name: string
  readonly description: string
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly required: boolean; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly Step[] }
}

const files = ['action.yml', 'examples/ci/github-actions.yml', 'examples/ci/gitlab-ci.yml', 'examples/ci/circleci.yml', 'examples/ci/Jenkinsfile']
const action: Action = parse(text('action.yml'), { strict: true, uniqueKeys: true })
const steps = action.runs.steps

test.each(files)('%s has no tab, no trailing blank and no open expression', (file) => {
  expect(text(file)).not.toMatch(/\t|[ ]+$/m)
  expect(text(file).split('${{').length).toBe((text(file).match(/\$\{\{ [^{}]+ \}\}/g) ?? []).length + 1)
})

test.each(files.filter((file) => file !== 'action.yml' && !file.includes('github')))('%s runs the version of this package with flags that there are', (file) => {
  expect(text(file)).toContain(`${packageFile.name}@${packageFile.version}`)
  const words = commandOf(text(file))
  const all = Object.keys(flags) as readonly FlagName[] // the keys of the table are its flags
  expect([...readFlags(words, all).values.keys()]).toEqual(expect.arrayContaining(['target', 'role', 'profile', 'secret', 'baseline', 'out', 'reporter']))
})

describe('action.yml', () => {
  test('is a composite action whose inputs and outputs are told', () => {
    expect(action.runs.using).toBe('composite')
    expect([action.name, action.description].every((words) => words.length > 0 && words.length <= 125)).toBe(true)
    for (const [name, input] of Object.entries(action.inputs)) expect([name, typeof input.description, input.required || typeof input.default === 'string']).toEqual([name, 'string', true])
    for (const output of Object.values(action.outputs)) expect(output.value).toMatch(/^\$\{\{ .+ \}\}$/)
  })

  test('runs the version of this package', () => {
    expect(action.inputs['package']?.default).toBe(`${packageFile.name}@${packageFile.version}`)
  })

  test.each(steps.map((step) => [step.name ?? '', step] as const))('step "%s" has a name, one thing to do, and a shell for a script that bash can read', (name, step) => {
    expect(name).not.toBe('')
    expect([step.run, step.uses].filter((each) => each !== undefined)).toHaveLength(1)
    if (step.uses !== undefined) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/)
    if (step.run === undefined) return
    expect(step.shell).toBe('bash')
    // What a user or a branch says reaches a script as a variable, never as its text.
    expect(step.run).not.toContain('${{')
    const { status, stderr } = spawnSync('bash', ['-n'], { input: step.run })
    expect(status, String(stderr)).toBe(0)
    const own = [...step.run.matchAll(/\$\{?([A-Z][A-Z_]+)/g)].map(([, variable]) => variable ?? '').filter((variable) => !/^(GITHUB|RUNNER)_/.test(variable))
    expect(own.filter((variable) => step.env?.[variable] === undefined)).toEqual([])
  })

  test('speaks only of inputs and steps that there are, and uses every input', () => {
    const seen: string[] = []
    for (const step of steps) {
      const words = JSON.stringify(step)
      for (const [, id] of words.matchAll(/steps\.([\w-]+)\./g)) expect(seen).toContain(id)
      if (step.id !== undefined) seen.push(step.id)
    }
    const used = new Set([...text('action.yml').matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name))
    expect([...used].toSorted()).toEqual(Object.keys(action.inputs).toSorted())
  })
})

/** The scripts themselves, with an npx that only says what it was asked. */
describe('the scripts of the action', () => {
  let folder = ''
  const script = (name: string) => steps.find((step) => step.name === name)?.run ?? ''
  const play = (name: string, env: Readonly<Record<string, string>>) =>
    spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script(name)], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, RUNNER_TEMP: folder, GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary'), ...env },
    })
  const judged = (env: Readonly<Record<string, string>>, code = 0) => {
    writeFileSync(join(folder, 'output'), '')
    const { status } = play('Judge it', { PACKAGE: 'p@1', TARGET: 'http://127.0.0.1:3000/w', ROLE: '', PROFILE: '', BASELINE: '', ARGS: '', OUT: 'o', CODE: String(code), ...env })
    return { status, words: readFileSync(join(folder, 'words'), 'utf8').split('\n').slice(0, -1), output: readFileSync(join(folder, 'output'), 'utf8') }
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'conformance-action-'))
    writeFileSync(join(folder, 'npx'), `#!/usr/bin/env bash\nprintf '%s\\n' "$@" > '${folder}/words'\nexit "\${CODE:-0}"\n`, { mode: 0o755 })
    writeFileSync(join(folder, 'conformance-summary.md'), 'the summary\n')
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('pass every input as one word, whatever it holds', () => {
    const { status, words, output } = judged({ PROFILE: 'my profile.yaml', BASELINE: '$(touch x)', ARGS: "--secret\nenv:S\n\n--header\nX-A: b c\n" })
    expect(status).toBe(0)
    const run = words.indexOf('run')
    expect(words.slice(0, run)).toEqual(['--yes', '--package=p@1', 'conformance'])
    expect(words.slice(-8)).toEqual(['--profile', 'my profile.yaml', '--baseline', '$(touch x)', '--secret', 'env:S', '--header', 'X-A: b c'])
    expect(() => readFlags(words.slice(run + 1), Object.keys(flags) as readonly FlagName[])).not.toThrow()
    expect(output).toBe('exit-code=0\n')
    expect(readFileSync(join(folder, 'summary'), 'utf8')).toContain('the summary')
  })

  test.each([1, 2, 3, 4])('keep exit code %i for the last step, so that the reports are kept before', (code) => {
    const { status, output } = judged({}, code)
    expect([status, output]).toEqual([0, `exit-code=${code}\n`])
    expect(play('Pass or fail', { CODE: String(code), WORSE: '', FAIL_ON_WORSE: 'true' }).status).toBe(code)
  })

  test('fail for what became worse, unless told otherwise, and when there was no run', () => {
    const ended = [
      play('Pass or fail', { CODE: '0', WORSE: 'true', FAIL_ON_WORSE: 'true' }),
      play('Pass or fail', { CODE: '0', WORSE: 'true', FAIL_ON_WORSE: 'false' }),
      play('Pass or fail', { CODE: '0', WORSE: '', FAIL_ON_WORSE: 'true' }),
      play('Pass or fail', { CODE: '', WORSE: '', FAIL_ON_WORSE: 'true' }),
    ]
    expect(ended.map(({ status }) => status)).toEqual([1, 0, 0, 5])
  })

  test('give up waiting for a target that does not answer, with its log', () => {
    writeFileSync(join(folder, 'conformance-target.log'), 'no such module\n')
    const { status, stdout } = play('Wait until it is ready', { READY_URL: '', TARGET: 'http://127.0.0.1:1/w', TIMEOUT: '1' })
    expect(status).toBe(1)
    expect(stdout).toMatch(/::error title=[^:]+::http:\/\/127\.0\.0\.1:1\/ did not answer within 1 seconds\n {2}\| no such module/)
  })
})

describe('the recipes', () => {
  test('GitHub: gives the action inputs that it has, the required among them', () => {
    const workflow = parse(text('examples/ci/github-actions.yml'))
    const step = workflow.jobs.webhooks.steps.find(({ uses }: Step) => uses === './')
    expect(Object.keys(step.with).filter((name) => !action.inputs[name])).toEqual([])
    expect(Object.entries(action.inputs).filter(([name, { required }]) => required && !(name in step.with))).toEqual([])
    expect(workflow.permissions).toEqual({ contents: 'read', actions: 'read' })
  })

  test('GitLab: one job with a script, whose JUnit file is the one that is collected', () => {
    const { 'webhook-conformance': job, ...rest } = parse(text('examples/ci/gitlab-ci.yml'))
    expect(rest).toEqual({})
    for (const line of [...job.before_script, ...job.script]) expect(spawnSync('sh', ['-n'], { input: line }).status, line).toBe(0)
    expect(job.script.join('\n')).toContain(`--reporter junit=${job.artifacts.reports.junit}`)
    expect(job.artifacts.when).toBe('always')
  })

  test('CircleCI: every job of the workflow is there, and every command is one that a shell can read', () => {
    const { version, jobs, workflows } = parse(text('examples/ci/circleci.yml'))
    expect(version).toBe(2.1)
    expect(workflows.gate.jobs.filter((name: string) => !(name in jobs))).toEqual([])
    const runs = jobs.conformance.steps.flatMap((step: { run?: string | { command: string } } | string) => (typeof step === 'object' && step.run !== undefined ? [typeof step.run === 'string' ? step.run : step.run.command] : []))
    expect(runs.length).toBe(4)
    for (const command of runs) expect(spawnSync('bash', ['-n'], { input: command }).status, command).toBe(0)
  })

  test('Jenkins: a declarative pipeline with balanced blocks, and a script that a shell can read', () => {
    const pipeline = text('examples/ci/Jenkinsfile')
    const [, script = ''] = /sh '''\n([\s\S]*?)'''/.exec(pipeline) ?? []
    expect(spawnSync('sh', ['-n'], { input: script.replaceAll('\\\\', '\\') }).status).toBe(0)
    // A single backslash before a line end would be Groovy's, not the shell's.
    expect(script).not.toMatch(/(?<!\\)\\\n/)
    const outline = pipeline.replace(/'''[\s\S]*?'''|'[^']*'|\/\/.*/g, '')
    expect(outline.split('{').length).toBe(outline.split('}').length)
    for (const section of ['pipeline', 'agent', 'stages', 'steps', 'post']) expect(outline).toMatch(new RegExp(`\\b${section} \\{`))
  })
})

/** The words of the first `conformance run` of a recipe. */
function commandOf(recipe: string): readonly string[] {
  const lines = recipe.slice(recipe.indexOf('conformance run')).split('\n')
  const words = lines.slice(0, lines.findIndex((line) => line.includes('--reporter junit')) + 1).join(' ').replaceAll('\\', ' ').split(/\s+/)
  return words.slice(2)
}
