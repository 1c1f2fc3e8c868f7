import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../../harness/errors.ts'
import { requestUrl } from '../../harness/http/request-bytes.ts'
import { isObject } from '../../harness/profile/locate.ts'
import { parseJson } from '../../harness/profile/json-pointer.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { timestampMs } from '../../harness/signing/timestamp.ts'
import type { GivenFlags } from '../flags.ts'
import { has, many, one } from '../options.ts'
import { withEvents } from '../sample-event.ts'
import { readSecrets } from '../secret.ts'
import type { Terminal } from '../terminal.ts'
import { settleFolder } from './settle.ts'

const defaultUrl = 'http://localhost:3000/webhooks'

/** What the index of an earlier run tells. */
interface Earlier {
  readonly files: readonly string[]
  readonly signedAt?: string
  readonly ownSecret?: boolean
}

/**
 * `conformance generate fixtures`: signed requests of a profile.
 *
 * A check signs for the moment at which the files were signed, so that files of `--at now` can be checked, too.
 */
export async function generateFixtures(given: GivenFlags, terminal: Terminal): Promise<number> {
  const name = one(given, 'profile') ?? 'event-delivery'
  const [out, check] = [one(given, 'out'), has(given, 'check')]
  const earlier = out === undefined ? { files: [] } : await readEarlier(out)
  const profile = await withEvents(await loadProfile(name), many(given, 'event'))
  const secrets = (await readSecrets(many(given, 'secret'))).map(({ text }) => text)
  if (check && earlier.ownSecret && secrets.length === 0) throw new HarnessError('bad-secret', `the fixtures in ${out ?? ''} were signed with a secret of yours`, 'give it again: --secret env:NAME, or --secret file:PATH')
  const { defaultSignedAtMs, fixturesOf } = await import('../../harness/generate/fixtures.ts')
  const { fixtureFiles, fixturesJson } = await import('../../harness/generate/fixture-files.ts')
  const at = one(given, 'at') ?? (check ? earlier.signedAt : undefined)
  const url = requestUrl(one(given, 'target') ?? defaultUrl).href
  const set = fixturesOf(profile, { url, signedAtMs: at === undefined ? defaultSignedAtMs : momentOf(at), ...(secrets.length > 0 ? { secrets } : {}) })
  if (out === undefined) {
    await terminal.out(fixturesJson(set))
    return 0
  }
  const renew = ['generate', 'fixtures', '--profile', name, ...['event', 'target', 'at'].flatMap((flag) => many(given, flag as 'event' | 'target' | 'at').flatMap((value) => [`--${flag}`, value])), ...spelledSecrets(given)]
  return settleFolder({ out, check, files: fixtureFiles(set), earlier: earlier.files, renew }, terminal)
}

/** A secret that was typed stays out of what is printed. */
function spelledSecrets(given: GivenFlags): readonly string[] {
  return many(given, 'secret').flatMap((secret) => ['--secret', /^(env|file):/.test(secret) ? secret : 'env:NAME'])
}

/** @throws HarnessError `usage` for what is no moment. */
function momentOf(text: string): number {
  if (text === 'now') return Math.floor(Date.now() / 1000) * 1000
  const ms = timestampMs('rfc3339', text)
  if (ms === undefined) throw new HarnessError('usage', `--at ${text} is not a moment`, 'write --at now, or a time such as --at 2026-01-01T00:00:00Z')
  return ms
}

/** Names of files that are not ours are never taken from an index: it says what is removed. */
async function readEarlier(folder: string): Promise<Earlier> {
  const { indexName } = await import('../../harness/generate/fixture-files.ts')
  const text = await readFile(join(folder, indexName), 'utf8').catch(() => '')
  if (text === '') return { files: [] }
  const index = parseJson(text)
  if (!isObject(index) || !Array.isArray(index['fixtures'])) throw new HarnessError('usage', `${join(folder, indexName)} is there, and is no index of fixtures`, 'give the fixtures a folder of their own with --out')
  const files = index['fixtures'].flatMap((fixture: unknown) => (isObject(fixture) && Array.isArray(fixture['files']) ? fixture['files'] : []))
  const secret = index['secret']
  return {
    files: files.filter((file): file is string => typeof file === 'string' && /^[a-z0-9._-]+\.(valid|tampered-body|wrong-secret|expired)\.(json|http|sh|body)$/.test(file)),
    ...(typeof index['signedAt'] === 'string' ? { signedAt: index['signedAt'] } : {}),
    ownSecret: isObject(secret) && secret['example'] === false,
  }
}
