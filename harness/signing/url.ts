import { byteText } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import type { UrlCandidate } from './scheme.ts'

/** The spellings of a URL that a verifier tries, in order and each once. The first is the one that a sender signs. */
export function urlSpellings(candidates: readonly UrlCandidate[] | undefined, url: string): readonly string[] {
  return [...new Set((candidates ?? ['as-received']).map((candidate) => spell(candidate, url)))]
}

/**
 * A URL with the percent-encodings undone that HubSpot's third signature version leaves out of the signed content.
 *
 * Source: HubSpot, "Validating requests", list of characters to decode; every other encoding stays.
 */
export function decodeHubspotUrl(url: string): string {
  return url.replaceAll(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent)
}

/** The decoded values of a query parameter, in order. */
export function queryValues(url: string, name: string): readonly ByteText[] {
  return new URLSearchParams(queryOf(url)).getAll(name).map(byteText)
}

/** A URL whose query has the parameter once, with this value, in the place where it stood first; the rest is kept as spelled. */
export function withQueryValue(url: string, name: string, value: string): string {
  const [, path = '', , fragment = ''] = urlParts.exec(url) ?? []
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  const pairs = queryOf(url).split('&').filter((text) => text !== '')
  const at = pairs.findIndex((text) => isNamed(text, name))
  const kept = pairs.flatMap((text, index) => (index === at ? [pair] : isNamed(text, name) ? [] : [text]))
  return `${path}?${(at === -1 ? [...kept, pair] : kept).join('&')}${fragment}`
}

const authority = /^(https?):\/\/((?:[^/?#@]*@)?(?:\[[^\]]*\]|[^/?#:@]*))(?::([0-9]*))?(.*)$/is
const urlParts = /^([^?#]*)(\?[^#]*)?(#.*)?$/s

function spell(candidate: UrlCandidate, url: string): string {
  const [, scheme = '', host = '', port, rest = ''] = authority.exec(url) ?? []
  if (candidate === 'as-received' || host === '') return url
  if (candidate === 'without-port') return `${scheme}://${host}${rest}`
  return `${scheme}://${host}:${port ?? (scheme.toLowerCase() === 'https' ? '443' : '80')}${rest}`
}

function queryOf(url: string): string {
  return urlParts.exec(url)?.[2]?.slice(1) ?? ''
}

function isNamed(pair: string, name: string): boolean {
  return new URLSearchParams(pair).has(name)
}
