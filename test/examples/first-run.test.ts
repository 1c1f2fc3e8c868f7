import { mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import packageFile from '../../package.json' with { type: 'json' }
import { build, root } from '../cli/command.ts'
import { changed, missing, settled, stepsOf, type Step } from './guide.ts'
import { ended, freePort, newProject, type Project, type Serving } from './project.ts'

const portOfTheGuide = 3000

beforeAll(build)

test('docs/guide/first-run.md is what a newcomer types and sees', { timeout: 300_000 }, async () => {
  const steps = stepsOf(await readFile(join(root, 'docs/guide/first-run.md'), 'utf8'))
  expect(steps.filter((step) => step.kind === 'run' && step.output).length).toBeGreaterThan(5)
  await using project = await newProject(false)
  // Four digits like the guide's, so that its lines break at the same words.
  const port = await freePort(7000, 9999)
  const here = (text: string) => withPort(text, portOfTheGuide, port)
  const there = (text: string) => withPort(text, port, portOfTheGuide)
  const env: Record<string, string> = { npm_config_update_notifier: 'false', npm_config_loglevel: 'error' }
  let serving: Serving | undefined

  for (const step of steps) {
    switch (step.kind) {
      case 'install':
        await install(project, step.commands, env)
        break
      case 'serve':
        await serving?.close()
        serving = await project.serve(['bash', '-c', step.commands.join('\n')], port, env)
        break
      case 'file':
        await project.write(step.name, here(`${step.lines.join('\n')}\n`))
        break
      case 'change':
        await project.write(step.name, here(changed(there(await project.read(step.name)), step.lines)))
        break
      case 'same':
        expect(await project.read(step.name)).toBe(`${step.lines.join('\n')}\n`)
        await project.write(step.name, here(await project.read(step.name)))
        break
      case 'run':
        await play(step)
    }
  }

  async function play({ commands, exit, output }: Step & { readonly kind: 'run' }): Promise<void> {
    const { code, out, err } = await ended(['bash', '-ec', here(commands.join('\n'))], project.folder, env)
    const printed = there(out)
    expect(code, `${commands.join('\n')}\n${printed}${err}${serving?.log() ?? ''}`).toBe(exit)
    if (output) expect(missing(output, printed.replace(/\n$/, '').split('\n')), `${commands.join('\n')} printed\n${printed}`).toBeUndefined()
  }
})

function withPort(text: string, from: number, to: number): string {
  return text.replaceAll(`127.0.0.1:${from}`, `127.0.0.1:${to}`).replaceAll(`listen(${from},`, `listen(${to},`)
}

/** What the lines of an installation would leave behind, without a network: links to the packages of this checkout. */
async function install(project: Project, commands: readonly string[], env: Record<string, string>): Promise<void> {
  const folder = join(project.folder, 'node_modules')
  await mkdir(join(folder, '.bin'), { recursive: true })
  const manifest = JSON.parse(await project.read('package.json'))
  for (const command of commands) {
    const [, name = '', value = ''] = /^export (\w+)=(\S+)$/.exec(command) ?? []
    if (name !== '') env[name] = value
    const packages = /^npm install (.+)$/.exec(command)?.[1]?.split(' ').filter((word) => !word.startsWith('--')) ?? []
    for (const wanted of packages) {
      const own = wanted === packageFile.name
      const from = own ? root : join(root, 'node_modules', wanted)
      expect(JSON.parse(await readFile(join(from, 'package.json'), 'utf8'))).toHaveProperty('name', wanted)
      await symlink(from, join(folder, wanted))
      const kind = command.includes('--save-dev') ? 'devDependencies' : 'dependencies'
      manifest[kind] = { ...manifest[kind], [wanted]: '*' }
      if (own) await symlink(join(root, packageFile.bin.conformance), join(folder, '.bin/conformance'))
    }
  }
  await project.write('package.json', JSON.stringify(manifest, null, 2))
}

describe('a guide is held to its word:', () => {
  test('a line that is not printed is found', () => {
    expect(missing(['a', '…', 'x'], ['a', 'b', 'c'])).toEqual(['x'])
    expect(missing(['b'], ['a', 'b'])).toEqual(['b'])
    expect(missing(['…', 'c', '…', 'b'], ['a', 'b', 'c'])).toEqual(['b'])
    expect(missing(['…', 'b'], ['a', 'b', 'c'])).toEqual(['b'])
  })

  test('a line that is printed twice is found where it comes last', () => {
    expect(missing(['…', 'b', '…', 'b'], ['b', 'a', 'b'])).toBeUndefined()
    expect(missing(['a', '…', 'c', 'd'], ['a', 'c', 'b', 'c', 'd'])).toBeUndefined()
  })

  test('a change that fits nowhere, or twice, is an error', () => {
    expect(changed('a\nb\nc\n', [' a', '-b', '+x', '+y'])).toBe('a\nx\ny\nc\n')
    expect(() => changed('a\n', ['-b'])).toThrow('0 times')
    expect(() => changed('b\nb\n', ['-b'])).toThrow('2 times')
  })

  test('a block without a mark is an error', () => {
    expect(() => stepsOf('```sh\nrm -rf x\n```\n')).toThrow('says nothing')
  })

  test('two runs differ in ids, times and signatures, and in nothing else', () => {
    expect(settled('    exchange  x95.1')).toBe(settled('    exchange  x7.2'))
    expect(settled('webhook-id: msg_wtv29kl71guioqz7wh5brh')).toBe(settled('webhook-id: msg_k2v29kl71guioqz7wh5b00'))
    expect(settled('webhook-timestamp: 17')).toBe(settled('webhook-timestamp: 18'))
    expect(settled('measured 65 of 74')).not.toBe(settled('measured 66 of 74'))
  })
})
