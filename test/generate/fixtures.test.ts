import { execFile } from 'node:child_process'
import { createPrivateKey, createPublicKey, verify as verifyWith } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Webhooks } from '@octokit/webhooks'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deterministicEcdsa } from '../../harness/generate/deterministic-ecdsa.ts'
import { curlLine, fixtureFiles, httpText } from '../../harness/generate/fixture-files.ts'
import { defaultSignedAtMs, fixturesOf, type Fixture, type FixtureSet } from '../../harness/generate/fixtures.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { generateSecret, verifyingSecret } from '../../harness/signing/key.ts'
import { verify } from '../../harness/signing/verify.ts'
import { seededRandom } from '../../harness/random.ts'

const url = 'http://localhost:3000/webhooks'
const profiles = builtInProfiles().filter(({ withoutWebhooks }) => !withoutWebhooks)
const named = (name: string): Profile => profiles.find((profile) => profile.name === name) ?? expect.fail()
const made = (name: string, options: object = {}): FixtureSet => fixturesOf(named(name), { url, signedAtMs: defaultSignedAtMs, ...options })
const variantOf = ({ fixtures }: FixtureSet, variant: Fixture['variant']): Fixture => fixtures.find((fixture) => fixture.variant === variant) ?? expect.fail(`no ${variant}`)

describe.each(profiles.map(({ name }) => name))('%s', (name) => {
  const profile = named(name)

  test('the valid request verifies with our verifier when it was signed, and every other one is refused for its own reason', () => {
    const set = made(name)
    const keys = { secrets: [set.exampleSecret ?? ''], config: Object.fromEntries((profile.signature.config ?? []).map((key) => [key, url])) }
    const outcomes = new Map<string, Set<string>>()
    for (const { variant, request, expect: expected } of set.fixtures) {
      const outcome = verify(profile.signature, request, keys, set.signedAtMs)
      expect(outcome.verified, variant).toBe(expected.answer === 'accepted')
      outcomes.set(variant, (outcomes.get(variant) ?? new Set()).add(outcome.verified ? 'verified' : outcome.reason))
    }
    expect(outcomes.get('valid')).toEqual(new Set(['verified']))
    expect(outcomes.get('wrong-secret')).toEqual(new Set(['no-match']))
    if (outcomes.has('tampered-body')) expect(outcomes.get('tampered-body')).toEqual(new Set(['no-match']))
    if (profile.signature.timestamp !== null) expect(outcomes.get('expired')).toEqual(new Set(['too-old']))
    expect([...outcomes.keys(), ...set.leftOut.map(({ variant }) => variant)].sort()).toEqual(['expired', 'tampered-body', 'valid', 'wrong-secret'])
  })

  test('the same bytes each time, and the files of a given secret never hold it', () => {
    expect([...fixtureFiles(made(name))]).toEqual([...fixtureFiles(made(name))])
    const { signing } = generateSecret(profile.signature, seededRandom(5, 'somebody’s own'))
    if (Object.values(profile.signature.schemes).some(({ alg }) => alg === 'shared-secret')) {
      expect(() => made(name, { secrets: [signing] })).toThrow(/carries the secret itself/)
      return
    }
    const set = made(name, { secrets: [signing] })
    for (const [file, bytes] of fixtureFiles(set)) expect(bytes.includes(signing), file).toBe(false)
    const keys = { secrets: [verifyingSecret(profile.signature, signing)], config: Object.fromEntries((profile.signature.config ?? []).map((key) => [key, url])) }
    expect(verify(profile.signature, variantOf(set, 'valid').request, keys, set.signedAtMs).verified).toBe(true)
    expect(set.exampleSecret).toBeUndefined()
  })
})

describe('the libraries of the providers', () => {
  beforeEach(() => void vi.useFakeTimers({ now: defaultSignedAtMs, toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  const verifiers: Readonly<Record<string, (secret: string, body: string, headers: Record<string, string>) => unknown>> = {
    'standard-webhooks': (secret, body, headers) => new StandardWebhook(secret).verify(body, headers),
    svix: (secret, body, headers) => new SvixWebhook(secret).verify(body, headers),
    stripe: (secret, body, headers) => new Stripe('sk_test_not_used').webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret),
    github: async (secret, body, headers) => {
      if (!(await new Webhooks({ secret }).verify(body, headers['x-hub-signature-256'] ?? ''))) throw new Error('refused')
    },
  }

  test.each(Object.keys(verifiers))('%s accepts the valid request and none of the others', async (name) => {
    const set = made(name)
    const answers = await Promise.all(
      set.fixtures.map(async ({ request, variant }) => {
        const headers = Object.fromEntries(request.headers.map(([header, value]) => [header.toLowerCase(), value]))
        const answer = await Promise.resolve()
          .then(() => verifiers[name]?.(set.exampleSecret ?? '', request.body.toString('utf8'), headers))
          .then(() => 'accepted', () => 'refused')
        return [variant, answer] as const
      }),
    )
    expect(new Set(answers.map((pair) => pair.join(' ')))).toEqual(new Set(set.fixtures.map(({ variant, expect: { answer } }) => `${variant} ${answer}`)))
    expect(answers.some(([, answer]) => answer === 'accepted')).toBe(true)
  })
})

describe('an ECDSA signature that is the same each time', () => {
  // RFC 6979, appendix A.2.5.
  const coordinates = { x: '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6', y: '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299', d: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721' }
  const jwk = Object.fromEntries(Object.entries(coordinates).map(([name, hex]) => [name, Buffer.from(hex, 'hex').toString('base64url')]))
  const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', ...jwk }, format: 'jwk' })

  test.each([
    ['sample', 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716', 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8'],
    ['test', 'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367', '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083'],
  ])('the vector "%s" of the RFC', (text, r, s) => {
    const signature = deterministicEcdsa(key, Buffer.from(text))
    const hex = signature.toString('hex').toUpperCase()
    expect(hex).toContain(r)
    expect(hex).toContain(s.replace(/^00/, ''))
    expect(verifyWith('sha256', Buffer.from(text), createPublicKey(key), signature)).toBe(true)
    expect(verifyWith('sha256', Buffer.from(`${text}.`), createPublicKey(key), signature)).toBe(false)
  })
})

describe('files survive hostile texts', () => {
  const hostile = "it's \"so\" $HOME `id` \\ \\n !! {{variable}} %s\n### next\n< ./etc/passwd\r\n@file é 注文 😀 \u0001\u007f"
  const bodies: readonly (readonly [title: string, body: Buffer])[] = [
    ['quotes, line breaks, controls and characters beyond ASCII', Buffer.from(hostile)],
    ['a text that begins like a file name of curl', Buffer.from('@/etc/hostname')],
    ['nothing', Buffer.alloc(0)],
    ['NUL', Buffer.from('a\0b')],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x27, 0x0a, 0x80])],
    ['more than one argument may hold', Buffer.from(`"${'é\''.repeat(60_000)}"`)],
  ]
  const fixture = (body: Buffer, target = url): Fixture => ({
    event: 'evil\n; rm -rf /\u2028 `x`',
    variant: 'valid',
    request: { method: 'POST', url: target, headers: [['Content-Type', 'text/plain'], ['X-Quote', 'it\'s "$HOME" `id` \\'], ['X-Empty', '']], body },
    expect: { answer: 'accepted', status: ['2xx'], because: 'so' },
  })

  test.each(bodies)('curl by a shell sends exactly %s', async (_, body) => {
    const seen: { body: Buffer; headers: IncomingHttpHeaders }[] = []
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (bytes: Buffer) => chunks.push(bytes))
      request.on('end', () => {
        seen.push({ body: Buffer.concat(chunks), headers: request.headers })
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const target = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/a[1]{x}?q='%20'`
    const folder = await mkdtemp(join(tmpdir(), 'conformance-curl-'))
    try {
      const text = curlLine(fixture(body, target))
      // A line may be longer than one argument: a shell then reads it from a file.
      await writeFile(join(folder, 'line.sh'), text)
      const { stdout } = await promisify(execFile)('sh', text.length < 100_000 ? ['-c', text] : [join(folder, 'line.sh')], { env: { PATH: process.env['PATH'] ?? '' } })
      expect(stdout).toMatch(/^HTTP\/1\.1 204/m)
    } finally {
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    }
    expect(seen.map((each) => each.body.equals(body))).toEqual([true])
    expect(seen[0]?.headers).toMatchObject({ 'content-type': 'text/plain', 'x-quote': 'it\'s "$HOME" `id` \\', 'x-empty': '' })
  })

  test('a .http file says nothing that a body could change, and points at its bytes', () => {
    const text = httpText(fixture(Buffer.from(hostile)), 'x.body')
    expect(text).toBe('### evil ; rm -rf / `x`, valid: accept it (2xx): so\nPOST http://localhost:3000/webhooks\nContent-Type: text/plain\nX-Quote: it\'s "$HOME" `id` \\\nX-Empty: \n\n< ./x.body\n')
    const set = made('event-delivery')
    const files = fixtureFiles(set)
    for (const [name, bytes] of files) if (name.endsWith('.http')) expect(files.has(/< \.\/(.*)\n$/.exec(bytes.toString())?.[1] ?? ''), name).toBe(true)
    expect(files.get('order.created.valid.body')?.equals(variantOf(set, 'valid').request.body)).toBe(true)
  })

  test('a header that an editor would take for a variable is refused', () => {
    const { request, ...rest } = fixture(Buffer.from('x'))
    expect(() => httpText({ ...rest, request: { ...request, headers: [['X-Evil', '{{$processEnv HOME}}']] } }, 'x.body')).toThrow(/which REST clients take for a variable/)
  })

  test('events whose names differ by case or by signs get files of their own', () => {
    const [sample] = named('stripe').samples
    const names = ['Order/Created', 'order-created', '../../evil', '...', 'Order/Created']
    const set = fixturesOf({ ...named('stripe'), samples: names.map((name) => ({ ...(sample ?? expect.fail()), name })) }, { url, signedAtMs: defaultSignedAtMs })
    const valid = [...fixtureFiles(set).keys()].filter((name) => name.endsWith('.valid.json'))
    expect(valid).toEqual(['order-created.valid.json', 'order-created-2.valid.json', 'evil.valid.json', 'event.valid.json', 'order-created-2-2.valid.json'])
  })

  test('a JSON file holds what fetch takes', () => {
    const file = JSON.parse(fixtureFiles(made('github')).get('push.wrong-secret.json')?.toString() ?? '')
    expect(file.request.headers['X-Hub-Signature-256'] ?? file.request.headers['x-hub-signature-256']).toMatch(/^sha256=/)
    expect(new Request(file.request.url, file.request).method).toBe('POST')
    expect(file.expect).toEqual({ answer: 'refused', status: [401, 403, 400], because: 'it was signed with another secret' })
  })
})
