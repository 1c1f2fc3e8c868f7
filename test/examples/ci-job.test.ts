import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageFile from '../../package.json' with { type: 'json' }
import { build, root } from '../cli/command.ts'
import { freePort, newProject, type Project } from './project.ts'

interface Step {
  readonly name?: string
  readonly run?: string
}

beforeAll(build)

test.each([
  ['a right app', (source: string) => source, 0, 'CONFORMANT'],
  ['an app that forgets what it has', (source: string) => source.replace("events.set(id, 'done')", 'events.delete(id)'), 1, '::error'],
])('the CI job that init wrote starts and judges %s', { timeout: 120_000 }, async (_, edit, code, told) => {
  await using project = await newProject(true)
  await project.write('package.json', '{ "type": "module", "dependencies": { "express": "5" } }')
  await project.conformance(['init'])
  await project.copy('examples/consumer/express')
  await project.write('server.mjs', edit(await project.read('server.mjs')))
  const port = await freePort()
  const here = (text: string) => text.replaceAll('127.0.0.1:3000/', `127.0.0.1:${port}/`)
  await project.write('conformance.config.yaml', here(await project.read('conformance.config.yaml')))

  const { env, steps } = parse(await project.read('.github/workflows/conformance.yml')).jobs.webhooks
  const script = (name: string) => here(steps.find((step: Step) => step.name === name)?.run ?? 'exit 99')
  const ended = await play(project, [script('Start the app'), script('Judge it')], { ...env, PORT: String(port) })
  expect(ended.code, ended.out).toBe(code)
  expect(ended.out).toContain(told)
  expect(await project.read('summary.md')).toContain(code === 0 ? '**CONFORMANT**' : 'webhook-idempotency-once')
  expect(JSON.parse(await project.read('conformance-report/report.json')).summary.conformant).toBe(code === 0)
})

/** Runs scripts one after the other, as a runner does; what they leave running ends with them. */
async function play(project: Project, scripts: readonly string[], env: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly out: string }> {
  // Stands in for npx, which would ask the registry for the package.
  const bin = join(project.folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'npx'), `#!/usr/bin/env bash\n[ "$1 $2 $3" = '--yes --package=${packageFile.name}@${packageFile.version} conformance' ] || exit 98\nshift 3\nexec '${process.execPath}' '${join(root, 'dist/conformance.js')}' "$@"\n`)
  await chmod(join(bin, 'npx'), 0o755)
  await Promise.all(scripts.map((script, index) => project.write(`step-${index}.sh`, script)))
  const child = spawn('bash', ['-ec', scripts.map((__, index) => `bash --noprofile --norc -eo pipefail step-${index}.sh`).join('\n')], {
    cwd: project.folder,
    env: { ...process.env, ...env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, GITHUB_STEP_SUMMARY: join(project.folder, 'summary.md') },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (out += bytes.toString()))
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The app had ended before.
  }
  return { code, out }
}
