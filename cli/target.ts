import { HarnessError } from '../harness/errors.ts'
import { isLoopback } from '../harness/http/loopback.ts'

/** The target of a command. */
export type GivenTarget =
  | { readonly kind: 'reference' }
  | { readonly kind: 'url'; readonly url: string }
  /** A client without a URL, reached through the adapter that `--exec` starts. */
  | { readonly kind: 'adapter' }

/** @throws HarnessError `usage` for what is neither `reference` nor an http(s) URL without credentials. */
export function readTarget(text: string | undefined, adapter: boolean): GivenTarget {
  if (text === undefined && adapter) return { kind: 'adapter' }
  if (text === undefined) throw new HarnessError('usage', 'no target was given', 'write --target URL, or --target reference to see what a run looks like')
  return text === 'reference' ? { kind: 'reference' } : { kind: 'url', url: readUrl(text, '--target') }
}

/** An http(s) URL without fragment. */
export function readUrl(text: string, flag: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const guess = /^(?:\/\/)?([\w.-]+(?::\d+)?(?:\/.*)?)$/.exec(text)?.[1]
    throw new HarnessError('usage', `${flag} ${text} is not an http or https URL`, guess === undefined ? `write ${flag} http://localhost:3000/webhooks` : `write ${flag} http://${guess}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new HarnessError('usage', `the URL of ${flag} carries credentials`, "leave them out and give --header 'Authorization: env:NAME'")
  }
  url.hash = ''
  return url.href
}

/** @throws HarnessError `host-not-allowed` for a host that is neither loopback nor among the allowed. */
export function checkHost(text: string, allowed: readonly string[]): void {
  const { hostname, host } = new URL(text)
  if (isLoopback(hostname) || allowed.some((each) => [hostname, host].includes(each.toLowerCase()))) return
  throw new HarnessError('host-not-allowed', `${hostname} is not this machine, and nothing was sent to it`, `if you may send hostile deliveries to it, add --allow-host ${hostname}`)
}
