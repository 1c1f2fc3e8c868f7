import { describe, expect, it } from 'vitest'
import { runCommand } from '../../cli/run.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { HarnessError } from '../../harness/errors.ts'

const plan = ['--target', 'http://127.0.0.1:9/stream', '--plan']

describe('--via', () => {
  it('names the role, and is the first that is told', async () => {
    const { terminal, printed } = deafTerminal()
    expect(await runCommand([...plan, '--via', 'nginx-buffering'], terminal)).toBe(0)
    const lines = printed.join('').split('\n')
    expect(lines[0]).toMatch(/^via: nginx-buffering, an embedded proxy .* unless the answer says X-Accel-Buffering: no$/)
    expect(printed.join('')).toContain('role sse-server')
    expect(printed.join('')).toContain('listeners: the proxy lens nginx-buffering on a free port of 127.0.0.1')
  })

  it.each([
    ['a misspelled proxy', ['--via', 'nginx-bufering'], /no proxy lens "nginx-bufering"/, /did you mean nginx-buffering\?/],
    ['a proxy that there is none of', ['--via', 'squid'], /no proxy lens "squid"/, /write --via nginx-buffering, or --via gzip, or --via idle-timeout/],
    ['a proxy for another role', ['--role', 'consumer', '--via', 'gzip'], /--via is for the role sse-server, and the role here is consumer/, /leave it out/],
  ])('is refused with the cure for %s', async (_title, flags, fact, cure) => {
    const error: unknown = await runCommand([...plan, ...flags], deafTerminal().terminal).then(() => undefined, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HarnessError)
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(fact) as unknown, cure: expect.stringMatching(cure) as unknown })
  })
})

function deafTerminal(): { readonly terminal: Terminal; readonly printed: readonly string[] } {
  const printed: string[] = []
  const out = async (text: string) => void printed.push(text)
  return { printed, terminal: { out, err: out, colour: false, width: 100, live: undefined, signal: new AbortController().signal } }
}
