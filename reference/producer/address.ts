import { lookup } from 'node:dns'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { LookupFunction } from 'node:net'

/** Addresses that no endpoint of a stranger has. Loopback is missing on purpose: this is a test build. */
const forbidden = blockList(
  ['0.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'], // this network, private
  ['100.64.0.0/10', '169.254.0.0/16', 'fe80::/10', '192.0.0.0/24', '2001::/23'], // shared, link-local, assigned to protocols
  ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '198.18.0.0/15', '2001:2::/48'], // documentation, benchmarks
  ['224.0.0.0/4', 'ff00::/8', '240.0.0.0/4'], // multicast, reserved
)
const loopback = blockList(['127.0.0.0/8', '::1/128'])
/** Unspecified, and the addresses in its range that once held one of IPv4. */
const compatible = blockList(['::/96'])

/** Whether a sender of webhooks may connect to an address. An IPv4 address inside an IPv6 one counts for itself. */
export function mayConnect(address: string): boolean {
  const inner = innermost(address)
  const family = isIPv6(inner) ? 'ipv6' : 'ipv4'
  if (isIP(inner) === 0) return false
  if (loopback.check(inner, family)) return true
  return !forbidden.check(inner, family) && !compatible.check(inner, family)
}

/** Why a text cannot be the URL of an endpoint; undefined when it can. A host that is a name is judged when it is connected to. */
export function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'The url has to be absolute.'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The url has to have the scheme https or http.'
  if (url.username !== '' || url.password !== '') return 'The url must not have user information.'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 || mayConnect(host) ? undefined : 'The url leads to an address that is not public.'
}

/** The resolver of an attempt: the address that was checked is the one that is connected to. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = addresses?.find(({ address }) => !mayConnect(address))
    const [first] = addresses ?? []
    if (error || refused || first === undefined) return callback(error ?? new Error(`${hostname} leads to an address that is not public`), '')
    if (options.all === true) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** The address that is reached in the end: IPv4-mapped, NAT64 and 6to4 addresses hold another one. */
function innermost(address: string): string {
  if (!isIPv6(address)) return address
  const groups = groupsOf(address)
  const [a, b, c] = groups
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  const isNat64 = a === 0x64 && b === 0xff9b && groups.slice(2, 6).every((group) => group === 0)
  if (isMapped || isNat64) return dotted(groups[6], groups[7])
  return a === 0x2002 ? dotted(b, c) : address
}

/** The eight groups of an IPv6 address. The URL parser writes it in its shortest form, without dots. */
function groupsOf(address: string): readonly number[] {
  const [plain = ''] = address.split('%')
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const numbers = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const left = numbers(head)
  const right = numbers(tail ?? '')
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function blockList(...groups: readonly (readonly string[])[]): BlockList {
  const list = new BlockList()
  for (const [network = '', bits] of groups.flat().map((range) => range.split('/'))) list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4')
  return list
}
