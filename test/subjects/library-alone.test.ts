import { createHmac } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { start as startOctokit } from './octokit-webhooks-receiver.ts'
import { start as startBolt } from './slack-bolt-receiver.ts'

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
const now = Math.floor(Date.now() / 1000)
const json = Buffer.from('{"id":"evt_1","object":"event"}')
const withMark = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json])
const notText = Buffer.concat([json.subarray(0, -1), Buffer.from([0x20, 0xff, 0xfe, 0x80, 0x7d])])
const boltEvent = Buffer.from('{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_mention","user":"U1"}}')
const large = Buffer.from(JSON.stringify({ id: 'evt_1', text: 'x'.repeat(32 * 1024 * 1024) }))

type Fact = readonly [fact: string, accepted: boolean, attempt: () => unknown]

/** Every recorded deviation once more, without the harness: each library by itself, each signature by node:crypto. */
describe('standardwebhooks and svix', () => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const mac = (body: Buffer) => `v1,${createHmac('sha256', key).update(`msg_1.${now}.`).update(body).digest('base64')}`
  const changed = (change: Readonly<Record<string, string>>, prefix?: string) => ({ ...headers(json, prefix), ...change })
  const headers = (body: Buffer, prefix = 'webhook') => ({ [`${prefix}-id`]: 'msg_1', [`${prefix}-timestamp`]: String(now), [`${prefix}-signature`]: mac(body) })
  const library = new Webhook(secret)
  const svix = new SvixWebhook(secret)

  test.each<Fact>([
    ['standardwebhooks refuses a signed body that is not UTF-8', false, () => library.verify(notText, headers(notText))],
    ['standardwebhooks does not take an svix-id for its own', false, () => library.verify(json, mixed())],
    ['svix refuses a signed body that is not UTF-8', false, () => svix.verify(notText, headers(notText, 'svix'))],
    ['svix completes one header family from the other', true, () => svix.verify(json, mixed())],
    ['standardwebhooks reads digits and drops the letters behind them', true, () => library.verify(json, changed({ 'webhook-timestamp': `${now}abc` }))],
    ['standardwebhooks reads a signature up to its second comma', true, () => library.verify(json, changed({ 'webhook-signature': `${mac(json)},junk` }))],
    ['standardwebhooks passes over an empty entry', true, () => library.verify(json, changed({ 'webhook-signature': `v1, ${mac(json)}` }))],
    ['svix reads digits and drops the letters behind them', true, () => svix.verify(json, changed({ 'svix-timestamp': `${now}abc` }, 'svix'))],
    ['svix reads a signature up to its second comma', true, () => svix.verify(json, changed({ 'svix-signature': `${mac(json)},junk` }, 'svix'))],
  ])('%s', (_, accepted, attempt) => expect(accepts(attempt)).toBe(accepted))

  test('standardwebhooks throws an error of JSON.parse on a signed body that is not JSON', () => {
    const body = Buffer.from('not JSON')
    expect(() => library.verify(body, headers(body))).toThrow(SyntaxError)
  })

  function mixed(): Record<string, string> {
    const { 'webhook-id': id = '', ...others } = headers(json)
    return { ...others, 'svix-id': id }
  }
})

describe('stripe', () => {
  const stripe = new Stripe('sk_test_not_used')
  const mac = (time: string | number, body = json) => createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
  const construct = (body: Buffer, header: string) => stripe.webhooks.constructEvent(body, header, secret)

  test.each<Fact>([
    ['accepts a timestamp one year ahead', true, () => construct(json, `t=${now + 31_536_000},v1=${mac(now + 31_536_000)}`)],
    ['accepts milliseconds for seconds', true, () => construct(json, `t=${now}000,v1=${mac(`${now}000`)}`)],
    ['accepts the timestamp NaN', true, () => construct(json, `t=NaN,v1=${mac('NaN')}`)],
    ['reads the last of two timestamps', true, () => construct(json, `t=1,t=${now},v1=${mac(now)}`)],
    ['drops a byte order mark that was added after signing', true, () => construct(withMark, `t=${now},v1=${mac(now)}`)],
    ['refuses a byte order mark that was signed', false, () => construct(withMark, `t=${now},v1=${mac(now, withMark)}`)],
    ['refuses a signed body that is not UTF-8', false, () => construct(notText, `t=${now},v1=${mac(now, notText)}`)],
    ['reads digits and drops the letters behind them', true, () => construct(json, `t=${now}abc,v1=${mac(now)}`)],
    ['reads a signature up to its second equals sign', true, () => construct(json, `t=${now},v1=${mac(now)}=junk`)],
    ['fails on an empty entry beside the right one', false, () => construct(json, `t=${now},v1=,v1=${mac(now)}`)],
    ['passes over an entry with nothing but an unknown tag', true, () => construct(json, `t=${now},v9=,v1=${mac(now)}`)],
  ])('%s', (_, accepted, attempt) => expect(accepts(attempt)).toBe(accepted))
})

describe('@octokit/webhooks', () => {
  test.each<readonly [string, number, Buffer, Buffer, string]>([
    ['accepts a body as it was signed', 200, json, json, 'application/json'],
    ['answers the signed JSON value null with a server error', 500, Buffer.from('null'), Buffer.from('null'), 'application/json'],
    ['refuses a media type with capitals', 415, json, json, 'Application/JSON'],
    ['drops a byte order mark that was added after signing', 200, withMark, json, 'application/json'],
    ['refuses a byte order mark that was signed', 400, withMark, withMark, 'application/json'],
    ['refuses a signed body that is empty', 400, Buffer.alloc(0), Buffer.alloc(0), 'application/json'],
    ['refuses a signed body that is not UTF-8', 400, notText, notText, 'application/json'],
    ['takes thirty-two megabytes, seven more than GitHub ever sends', 200, large, large, 'application/json'],
  ])('%s', async (_, status, sent, signed, contentType) => {
    const signature = `sha256=${createHmac('sha256', secret).update(signed).digest('hex')}`
    const headers = { 'Content-Type': contentType, 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'd1', 'X-Hub-Signature-256': signature }
    expect(await answerOf(startOctokit, headers, sent)).toBe(status)
  })
})

describe('@slack/bolt', () => {
  test.each<readonly [string, number, string, Buffer, string]>([
    ['accepts a body as it was signed', 200, String(now), boltEvent, 'application/json'],
    ['accepts a timestamp one year ahead', 200, String(now + 31_536_000), boltEvent, 'application/json'],
    ['accepts milliseconds for seconds', 200, `${now}000`, boltEvent, 'application/json'],
    ['accepts the timestamp Infinity', 200, 'Infinity', boltEvent, 'application/json'],
    ['accepts a fraction of a second', 200, `${now}.5`, boltEvent, 'application/json'],
    ['takes JSON for any media type', 200, String(now), boltEvent, 'text/csv'],
    ['refuses a signed body that is not UTF-8', 401, String(now), notText, 'application/json'],
  ])('%s', async (_, status, time, body, contentType) => {
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest('hex')}`
    const headers = { 'Content-Type': contentType, 'X-Slack-Request-Timestamp': time, 'X-Slack-Signature': signature }
    expect(await answerOf(startBolt, headers, body)).toBe(status)
  })
})

describe('@slack/bolt, beyond what a case looks at', () => {
  const mac = `v0=${createHmac('sha256', secret).update(`v0:${now}:`).update(boltEvent).digest('hex')}`

  test.each([
    ['writes hexadecimal digits of the timestamp as decimal ones', `0x${now.toString(16)}`, mac],
    ['reads a signature up to its second equals sign', String(now), `${mac}=junk`],
  ])('%s', async (_, time, signature) => {
    const headers = { 'Content-Type': 'application/json', 'X-Slack-Request-Timestamp': time, 'X-Slack-Signature': signature }
    expect(await answerOf(startBolt, headers, boltEvent)).toBe(200)
  })
})

/** By Node's default a rejection that nobody handles ends the process. */
describe('an authentic body that is JSON and no object ends the process', () => {
  const script = (construct: string, path: string, sign: string, body: string) => `
    import { createHmac } from 'node:crypto'
    const mac = (text) => createHmac('sha256', 'key').update(text).digest('hex'), now = Math.floor(Date.now() / 1000), body = '${body}'
    ${construct}
    const url = 'http://127.0.0.1:' + server.address().port + '${path}'
    await fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ${sign} } }).catch(() => {})
    process.exit(0)`
  const octokit = `
    import { createServer } from 'node:http'
    import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
    const server = createServer(createNodeMiddleware(new Webhooks({ secret: 'key' })))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))`
  const bolt = `
    import { HTTPReceiver } from '@slack/bolt'
    const server = await new HTTPReceiver({ signingSecret: 'key' }).start({ port: 0, host: '127.0.0.1' })`

  test.each([
    ['@octokit/webhooks', '1', 'is not iterable', octokit, '/api/github/webhooks', `'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'd1', 'X-Hub-Signature-256': 'sha256=' + mac(body)`],
    ['@slack/bolt', 'null', 'ssl_check', bolt, '/slack/events', `'X-Slack-Request-Timestamp': now, 'X-Slack-Signature': 'v0=' + mac('v0:' + now + ':' + body)`],
  ])('%s on %s', (_, body, message, construct, path, sign) => {
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script(construct, path, sign, body)], { encoding: 'utf8', timeout: 20_000 })
    expect(status).toBe(1)
    expect(stderr).toContain(message)
  })
})

function accepts(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

async function answerOf(start: typeof startBolt, headers: Readonly<Record<string, string>>, body: Buffer): Promise<number> {
  const { url, close } = await start(secret)
  try {
    return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })).status
  } finally {
    await close()
  }
}
