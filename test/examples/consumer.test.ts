import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { frameworkNames, frameworks, type Framework, type FrameworkName } from '../../cli/init/frameworks.ts'
import type { Report } from '../../harness/report/report.ts'
import { build, root } from '../cli/command.ts'
import { freePort, newProject } from './project.ts'
import { runtimeOf } from './runtimes.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** What the library `standardwebhooks` takes too kindly, in `docs/discoveries/standardwebhooks.md`. */
const library = ['webhook-body-not-text-authentic', 'webhook-signature-encoding-canonical', 'webhook-timestamp-grammar']
const withLibrary: readonly FrameworkName[] = ['express', 'fastify', 'hono', 'next']

/** The file by which `init` finds the framework. */
const manifests: Readonly<Record<FrameworkName, readonly [name: string, text: string]>> = {
  express: ['package.json', '{ "type": "module", "dependencies": { "express": "5" } }'],
  fastify: ['package.json', '{ "type": "module", "dependencies": { "fastify": "5" } }'],
  hono: ['package.json', '{ "type": "module", "dependencies": { "hono": "4" } }'],
  next: ['package.json', '{ "type": "module", "dependencies": { "next": "16" } }'],
  'node-http': ['package.json', '{ "type": "module" }'],
  flask: ['requirements.txt', 'flask>=2\n'],
  go: ['go.mod', 'module example.com/webhook-receiver\n\ngo 1.19\n'],
  ruby: ['config.ru', 'run ->(_) { [200, {}, []] }\n'],
  php: ['composer.json', '{}\n'],
}

beforeAll(build)

const runtimes = frameworkNames.map((name) => ({ name, runtime: runtimeOf(name) }))

/** A project in which `init` ran, with the app of the example. */
describe('a consumer with the control adapter and the configuration that init wrote keeps every MUST', () => {
  for (const { name, runtime } of runtimes) {
    if ('missing' in runtime) {
      test.skip(`${name} (not run here: ${runtime.missing})`, () => {})
      continue
    }
    test.concurrent(name, { timeout: 120_000 }, async () => {
      const { ecosystem, port: usual }: Framework = frameworks[name]
      await using project = await newProject(ecosystem === 'node')
      const [manifest, text] = manifests[name]
      await project.write(manifest, text)
      expect(await project.conformance(['init'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`framework: ${name} (`) })
      if (manifest === 'config.ru') await project.write(manifest, await readFile(join(root, 'examples/consumer/ruby/config.ru'), 'utf8'))
      await project.copy(`examples/consumer/${name}`)

      const port = await freePort()
      const configuration = await project.read('conformance.config.yaml')
      await project.write('conformance.config.yaml', configuration.replaceAll(`127.0.0.1:${usual}/`, `127.0.0.1:${port}/`))
      const env = { WEBHOOK_SECRET: secret, CONFORMANCE_CONTROL: '1', EVENTS_FOLDER: join(project.folder, 'events') }
      const server = await project.serve(runtime.command(port), port, { ...env, ...runtime.env })
      const { code, out, err } = await project.conformance(['run'], { WEBHOOK_SECRET: secret })
      expect(code, `${out}${err}${server.log()}`).toBe(0)

      const report = JSON.parse(await project.read('conformance-report/report.json')) as Report // what this suite wrote
      expect(report.summary).toMatchObject({ conformant: true, claim: 'full', byLevel: { MUST: { failed: 0, unproven: 0, faulted: 0 } } })
      expect(report.target.attachment).toContain('control')
      const broken = new Set(report.verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'unproven').map(({ requirement }) => requirement))
      expect([...broken].toSorted()).toEqual(withLibrary.includes(name) ? library : [])
    })
  }
})

describe('without CONFORMANCE_CONTROL=1', () => {
  for (const { name, runtime } of runtimes) {
    if ('missing' in runtime) {
      test.skip(`${name} (not run here: ${runtime.missing})`, () => {})
      continue
    }
    test.concurrent(`${name} serves no control API`, { timeout: 120_000 }, async () => {
      await using project = await newProject(frameworks[name].ecosystem === 'node')
      await project.write('package.json', '{ "type": "module" }')
      await project.copy(`examples/consumer/${name}`)
      const port = await freePort()
      await project.serve(runtime.command(port), port, { WEBHOOK_SECRET: secret, CONFORMANCE_CONTROL: '', EVENTS_FOLDER: join(project.folder, 'events'), ...runtime.env })
      for (const path of ['.well-known/event-conformance', '_conformance', '_conformance/effects', 'api/conformance', 'api/conformance/effects']) {
        const { status } = await fetch(`http://127.0.0.1:${port}/${path}`)
        expect([path, status]).toEqual([path, 404])
      }
    })
  }
})
