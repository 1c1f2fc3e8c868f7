import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, root } from '../cli/command.ts'
import { createProject, type Project } from './project.ts'

const env = { WEBHOOK_SECRET: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' }
let project: Project
let handler = ''

beforeAll(async () => {
  await build()
  project = await createProject()
  const guide = await readFile(join(root, 'docs/guide/embedding.md'), 'utf8')
  for (const [, name = '', text = ''] of guide.matchAll(/<!-- file: (\S+) -->\n```js\n(.*?)```/gs)) {
    await project.write(name, text)
    if (name === 'webhooks.js') handler = text
  }
}, 60_000)

afterAll(() => project?.remove())

describe('the guide to embedding', () => {
  it('shows tests that are green, and a remark on what is below MUST', async () => {
    const { code, files, out, err } = await project.vitest([], env)
    expect(code, out + err).toBe(0)
    expect(files.get('sender.test.js')?.tests.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 'passed'))
    expect(files.get('webhooks.test.js')?.tests.filter(({ status }) => status === 'passed').length).toBeGreaterThan(80)
    expect(out).toMatch(/webhook-body-bounded \(SHOULD\) is not kept/)
  }, 120_000)

  it('shows a program that runs', async () => {
    const { code, out, err } = await project.node(['check.js'], env)
    expect(err).toBe('')
    expect([code, out]).toEqual([0, 'true partial\n'])
  }, 120_000)

  it('names a change that turns a test red', async () => {
    const decoded = handler
      .replace('Buffer.from(`v1,${createHmac', 'Buffer.from(createHmac')
      .replace(".digest('base64')}`)", ".digest('base64'), 'base64')")
      .replace('.map((text) => Buffer.from(text))', ".map((text) => Buffer.from(text.replace(/^v1,/, ''), 'base64'))")
    await project.write('webhooks.js', decoded)
    const { files } = await project.vitest(['webhooks.test.js', '-t', 'consumer-signature'], env)
    const failed = files.get('webhooks.test.js')?.tests.filter(({ status }) => status === 'failed') ?? []
    expect(failed.map(({ title }) => title.split(':')[0])).toContain('consumer-signature/length-doubled')
  }, 120_000)
})
