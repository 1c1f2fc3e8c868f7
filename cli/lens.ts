import { HarnessError } from '../harness/errors.ts'
import { proxyLensNames, type ProxyLensName } from '../harness/http/proxy-passage.ts'
import type { GivenFlags } from './flags.ts'
import { didYouMean } from './near.ts'
import { one } from './options.ts'

/** What each proxy does, and what calls it off. */
const words: Readonly<Record<ProxyLensName, string>> = {
  'nginx-buffering': 'keeps the body back in buffers of 4 KiB unless the answer says X-Accel-Buffering: no',
  gzip: 'compresses a stream and flushes nothing, where the client accepts that, unless the answer says Cache-Control: no-transform',
  'idle-timeout': 'cuts a connection on which the target wrote nothing for four heartbeats (60 s where it is 15 s)',
}

/** The proxy that `--via` names. @throws HarnessError `usage` for any other. */
export function proxyLens(given: GivenFlags): ProxyLensName | undefined {
  const text = one(given, 'via')
  if (text === undefined) return undefined
  const name = proxyLensNames.find((each) => each === text)
  if (name) return name
  throw new HarnessError('usage', `there is no proxy lens "${text}"`, didYouMean(text, proxyLensNames, `write --via ${proxyLensNames.join(', or --via ')}`))
}

/** Told before everything else: the verdicts are on what clients behind the proxy get. */
export function lensLines(via: ProxyLensName | undefined): readonly string[] {
  return via === undefined ? [] : [`via: ${via}, an embedded proxy between the harness and the streams of the target, which ${words[via]}`]
}
