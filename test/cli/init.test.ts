import { spawnSync } from 'node:child_process'
import { mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { frameworkNames, frameworks, type Framework } from '../../cli/init/frameworks.ts'
import packageFile from '../../package.json' with { type: 'json' }
import { newProject, type Project } from '../examples/project.ts'
import { build, root } from './command.ts'

beforeAll(build)

const workflowFile = '.github/workflows/conformance.yml'

describe.each(frameworkNames)('init --framework %s', (name) => {
  const { adapter, mount, port }: Framework = frameworks[name]
  const example = (file: string) => readFile(join(root, 'examples/consumer', name, file), 'utf8')

  test('writes the configuration and the adapter of the example, and a CI job, the same each time', async () => {
    await using project = await newProject(false)
    const { code, out, err } = await project.conformance(['init', '--framework', name])
    expect([code, err]).toEqual([0, ''])
    expect(await filesOf(project)).toEqual([workflowFile, 'conformance.config.yaml', adapter].toSorted())
    expect(await project.read('conformance.config.yaml')).toBe(await example('conformance.config.yaml'))
    expect(await project.read(adapter)).toBe(await example(adapter))
    for (const file of await filesOf(project)) {
      expect(out).toContain(`wrote ${file}\n`)
      expect(await project.read(file)).toMatch(/^[^\r]*[^\s]\n$/)
    }
    await using other = await newProject(false)
    expect(await other.conformance(['init', '--framework', name])).toEqual({ code, out, err })
    expect(await other.read(workflowFile)).toBe(await project.read(workflowFile))
  })

  test('writes a configuration that its schema allows', async () => {
    const schema: object = JSON.parse(await readFile(join(root, 'schemas/configuration.json'), 'utf8'))
    const valid = new Ajv2020({ strict: false }).compile(schema)
    const configuration = parse(await example('conformance.config.yaml'), { strict: true, uniqueKeys: true })
    expect(valid(configuration), JSON.stringify(valid.errors)).toBe(true)
    expect(configuration).toMatchObject({ target: `http://127.0.0.1:${port}/webhooks`, secret: 'env:WEBHOOK_SECRET' })
  })

  test('writes a CI job whose every script a shell can read, and which reports what the configuration writes', async () => {
    await using project = await newProject(false)
    await project.conformance(['init', '--framework', name])
    const text = await project.read(workflowFile)
    expect(text).not.toMatch(/\t|[ ]+$/m)
    const { jobs, permissions } = parse(text, { strict: true, uniqueKeys: true })
    expect(permissions).toEqual({ contents: 'read' })
    const steps: readonly Step[] = jobs.webhooks.steps
    for (const { run, uses } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/)
      if (run !== undefined) expect([run, spawnSync('bash', ['-n'], { input: run }).status]).toEqual([run, 0])
    }
    const scripts = steps.map(({ run }) => run ?? '').join('\n')
    expect(scripts).toContain(`npx --yes --package=${packageFile.name}@${packageFile.version} conformance run`)
    expect(scripts).toContain(`http://127.0.0.1:${port}/`)
    expect(steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'))?.with).toMatchObject({ path: parse(await project.read('conformance.config.yaml')).out })
  })

  test('says what to add, and that is what the example has', async () => {
    await using project = await newProject(false)
    const { out } = await project.conformance(['init', '--framework', name])
    const sources = (await Promise.all((await filesBelow(join(root, 'examples/consumer', name))).filter((file) => file !== adapter).map(example))).join('\n')
    for (const line of [mount.load, mount.serve, mount.effect]) {
      if (line === undefined) continue
      expect(out).toContain(`  ${line}\n`)
      expect(sources).toContain(line)
    }
    expect(out).toContain(`npx -p ${packageFile.name}@${packageFile.version} conformance run\n`)
  })
})

describe('init finds', () => {
  const deps = (...names: readonly string[]) => JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '*'])) })
  test.each([
    ['express', 'a dependency', { 'package.json': deps('left-pad', 'express') }],
    ['fastify', 'a dependency', { 'package.json': deps('fastify') }],
    ['hono', 'a dependency', { 'package.json': deps('hono') }],
    ['next', 'a dependency that stands beside express', { 'package.json': deps('express', 'next') }],
    ['express', 'a development dependency, behind a byte order mark', { 'package.json': `\uFEFF{ "devDependencies": { "express": "5" } }` }],
    ['node-http', 'a package.json with no framework', { 'package.json': '{}' }],
    ['node-http', 'a package.json whose dependencies are no object', { 'package.json': '{ "dependencies": ["express"] }' }],
    ['flask', 'a line of requirements.txt', { 'requirements.txt': 'gunicorn\nFlask[async]>=3 # web\n' }],
    ['flask', 'a dependency in pyproject.toml', { 'pyproject.toml': '[project]\ndependencies = ["flask~=3.0", "x"]\n' }],
    ['flask', 'Flask in front of a package.json that is only for tools', { 'package.json': '{ "devDependencies": { "prettier": "3" } }', 'requirements.txt': 'flask\n' }],
    ['node-http', 'a Python project that has flask in a comment and an extension of it', { 'package.json': '{}', 'requirements.txt': '# flask\nflask-cors\n' }],
    ['go', 'a go.mod', { 'go.mod': 'module x\n' }],
    ['ruby', 'a Gemfile', { Gemfile: '' }],
    ['ruby', 'a config.ru', { 'config.ru': '' }],
    ['php', 'a composer.json', { 'composer.json': '{}' }],
  ] as const)('%s by %s', async (name, _, files) => {
    await using project = await newProject(false)
    for (const [file, text] of Object.entries(files)) await project.write(file, text)
    expect(await project.conformance(['init'])).toMatchObject({ code: 0, out: expect.stringContaining(`framework: ${name} (`) })
  })

  test('two, takes the first and names the other', async () => {
    await using project = await newProject(false)
    await project.write('package.json', deps('express'))
    await project.write('go.mod', 'module x\n')
    const { out } = await project.conformance(['init'])
    expect(out).toContain('framework: express (package.json depends on express; --framework go for another)\n')
  })

  test('how the project starts, a lock file, and the installed package', async () => {
    await using project = await newProject(false)
    await project.write('package.json', '{ "scripts": { "start": "node ." } }')
    await project.write('package-lock.json', '{}')
    await mkdir(join(project.folder, 'node_modules'))
    await symlink(root, join(project.folder, 'node_modules/event-delivery-conformance'))
    const { out } = await project.conformance(['init'])
    expect(out).toMatch(/ {2}CONFORMANCE_CONTROL=1 npm start\n {2}npx conformance run\n$/)
    const workflow = await project.read(workflowFile)
    expect(workflow).toContain('nohup npm start > app.log')
    expect(workflow).toContain('- run: npm ci\n')
  })
})

describe('init loses nothing', () => {
  test.each(['conformance.config.yaml', 'conformance-control.mjs', workflowFile])('writes nothing at all when there is a %s', async (file) => {
    await using project = await newProject(false)
    await mkdir(join(project.folder, '.github/workflows'), { recursive: true })
    await project.write(file, 'mine\n')
    const { code, out, err } = await project.conformance(['init', '--framework', 'express'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${file} exists, and nothing was written\n`)
    expect(err).toContain('--force')
    expect(await filesOf(project)).toEqual([file])
    expect(await project.read(file)).toBe('mine\n')
  })

  test('lists all that is in the way the second time, and replaces it with --force', async () => {
    await using project = await newProject(false)
    await project.conformance(['init', '--framework', 'hono'])
    await project.write('conformance.config.yaml', 'mine\n')
    const second = await project.conformance(['init', '--framework', 'hono'])
    expect(second).toMatchObject({ code: 2, err: expect.stringContaining(`conformance.config.yaml, conformance-control.mjs, ${workflowFile} exist,`) })
    expect(await project.read('conformance.config.yaml')).toBe('mine\n')
    expect(await project.conformance(['init', '--framework', 'hono', '--force'])).toMatchObject({ code: 0 })
    expect(await project.read('conformance.config.yaml')).toContain('target: ')
    expect((await filesOf(project)).length).toBe(3)
  })

  test('takes a link to nowhere for a file that is there', async () => {
    await using project = await newProject(false)
    await symlink('/nowhere/at/all', join(project.folder, 'conformance.config.yaml'))
    expect(await project.conformance(['init', '--framework', 'go'])).toMatchObject({ code: 2, err: expect.stringContaining('conformance.config.yaml exists') })
  })

  test.each(['conformance.config.json', 'conformance.config.yml'])('does not write a second configuration beside %s, even with --force', async (file) => {
    await using project = await newProject(false)
    await project.write(file, '{}')
    expect(await project.conformance(['init', '--framework', 'go', '--force'])).toMatchObject({ code: 2, err: expect.stringContaining(`${file} exists`) })
    expect(await filesOf(project)).toEqual([file])
  })

  test('names a file that stands where a folder has to be', async () => {
    await using project = await newProject(false)
    await project.write('.github', 'a file\n')
    expect(await project.conformance(['init', '--framework', 'go'])).toMatchObject({ code: 2, err: expect.stringContaining(`${workflowFile} cannot be written`) })
    expect(await filesOf(project)).toEqual(['.github'])
  })
})

describe('init refuses', () => {
  test.each([
    ['a framework that it does not know', ['--framework', 'django'], {}, [`init knows no framework "django"`, `write one of ${frameworkNames.join(', ')}`]],
    ['a name that only objects have', ['--framework', 'constructor'], {}, ['init knows no framework "constructor"']],
    ['an argument', ['express'], {}, ['init takes no argument']],
    ['a flag of another command', ['--target', 'http://127.0.0.1/'], {}, ['there is no flag --target']],
    ['a folder that shows nothing', [], {}, ['nothing here shows a framework', ...frameworkNames]],
    ['a Python project without Flask', [], { 'requirements.txt': 'django\n' }, ['nothing here shows a framework']],
    ['a package.json that is not JSON', [], { 'package.json': '{ "dependencies": ' }, ['package.json is not JSON']],
    ['a package.json that holds no object', [], { 'package.json': 'null' }, ['package.json holds no object']],
  ] as const)('%s', async (_, args, files, told) => {
    await using project = await newProject(false)
    for (const [file, text] of Object.entries(files)) await project.write(file, text)
    const { code, out, err } = await project.conformance(['init', ...args])
    expect([code, out]).toEqual([2, ''])
    for (const words of told) expect(err).toContain(words)
    expect(await filesOf(project)).toEqual(Object.keys(files))
  })
})

test('init --help has its flags and the frameworks', async () => {
  await using project = await newProject(false)
  const { code, out } = await project.conformance(['init', '--help'])
  expect(code).toBe(0)
  for (const word of ['--framework NAME', '--force', ...frameworkNames]) expect(out).toContain(word)
})

interface Step {
  readonly run?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
}

/** Every file of a project by its path, sorted; what is installed left out. */
async function filesOf({ folder }: Project): Promise<readonly string[]> {
  return filesBelow(folder)
}

async function filesBelow(folder: string, below = ''): Promise<readonly string[]> {
  const names = (await readdir(join(folder, below))).filter((name) => name !== 'node_modules').toSorted()
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(below, name)
      return (await stat(join(folder, path)).catch(() => undefined))?.isDirectory() ? filesBelow(folder, path) : [path]
    }),
  )
  return found.flat()
}
