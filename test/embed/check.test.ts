import { describe, expect, it } from 'vitest'
import { check, verdicts, type ConformanceOptions, type Report } from '../../embed/index.ts'
import { deadUrl, serve } from '../cli/command.ts'

const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const few = { role: 'consumer', only: 'consumer-signature/*' } as const

describe('check', () => {
  it('gives report and transcript of the reference, in each role', async () => {
    for (const role of ['consumer', 'producer', 'sse-server', 'sse-client'] as const) {
      const only = { consumer: 'consumer-signature/untouched', producer: 'producer-delivery', 'sse-server': 'sse-server-stream', 'sse-client': 'sse-client-close' }[role]
      const { report, transcript } = await check({ target: 'reference', role, only })
      expect(report.summary.counts, role).toMatchObject({ failed: 0, unproven: 0, faulted: 0 })
      expect(report.summary.measured, role).toBeGreaterThan(0)
      expect(transcript[0]).toMatchObject({ kind: 'run', target: { role } })
    }
  }, 120_000)

  it('tells of a target that is not there in the report, and is never conformant', async () => {
    const { report } = await check({ ...few, target: await deadUrl(), secret })
    expect(report.summary.obstacle).toMatchObject({ code: expect.any(String), cure: expect.any(String) })
    expect(report.summary.conformant).not.toBe(true)
  })

  it('keeps secrets and credentials out of everything', async () => {
    const server = await serve((request, response) => void request.resume().on('end', () => response.writeHead(200).end(JSON.stringify(request.headers))))
    const result = await check({ ...few, only: 'consumer-signature/untouched', target: server.url, secret, headers: { Authorization: 'Bearer tok_4711' } })
    await server.close()
    expect(JSON.stringify(result)).toContain('POST')
    expect(JSON.stringify(result)).not.toMatch(/tok_4711|AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8/)
  })

  it('ends when it is aborted, and closes what was started', async () => {
    const abort = new AbortController()
    let closed = 0
    const server = await serve((request) => void request.resume().on('end', () => abort.abort(new Error('enough'))))
    const ended = check({ ...few, target: async () => ({ url: server.url, close: () => void (closed += 1) }), secret, signal: abort.signal })
    await expect(ended).rejects.toThrow('enough')
    expect(closed).toBe(1)
    await server.close()
  })

  it.each<readonly [string, Partial<ConformanceOptions>, string]>([
    ['no secret', { target: 'http://127.0.0.1:9/' }, 'bad-secret'],
    ['a secret that is not set', { target: 'http://127.0.0.1:9/', secret: 'env:NO_SUCH_VARIABLE_HERE' }, 'bad-secret'],
    ['no target', { secret }, 'usage'],
    ['a target that is no URL', { target: 'localhost:3000', secret }, 'usage'],
    ['a function that gives nothing', { target: () => '', secret }, 'usage'],
    ['a foreign host', { target: 'https://shop.example/hook', secret }, 'host-not-allowed'],
    ['a foreign control API', { target: 'http://127.0.0.1:9/', control: 'https://shop.example/c', secret }, 'host-not-allowed'],
    ['a budget without its unit', { target: 'http://127.0.0.1:9/', secret, budget: '60' }, 'usage'],
    ['an unknown profile', { target: 'http://127.0.0.1:9/', secret, profile: 'stripes' }, 'unknown-profile'],
    ['a profile without webhooks', { target: 'http://127.0.0.1:9/', secret, profile: 'whatwg' }, 'usage'],
    ['a control API beside the reference', { target: 'reference', control: 'http://127.0.0.1:9/c' }, 'usage'],
  ])('refuses %s before anything is sent', async (_, options, code) => {
    await expect(check({ role: 'consumer', ...options })).rejects.toMatchObject({ name: 'HarnessError', code, cure: expect.stringMatching(/\w/) })
  })
})

describe('verdicts', () => {
  it('yields each verdict of the report, and returns the report', async () => {
    const all = verdicts({ target: 'reference', ...few })
    const seen: string[] = []
    let report: Report | undefined
    for (;;) {
      const next = await all.next()
      if (next.done) {
        report = next.value
        break
      }
      seen.push(`${next.value.case} ${next.value.requirement}`)
    }
    expect(seen.length).toBeGreaterThan(10)
    expect(seen).toEqual(report.verdicts.map((verdict) => `${verdict.case} ${verdict.requirement}`))
  })

  it('throws when nothing could be measured, so that a loop that looks for failures does not end green', async () => {
    const failed: string[] = []
    const loop = async () => {
      for await (const { outcome, requirement } of verdicts({ ...few, target: await deadUrl(), secret })) if (outcome === 'failed') failed.push(requirement)
    }
    await expect(loop()).rejects.toMatchObject({ code: 'unreachable' })
    expect(failed).toEqual([])
  })
})
