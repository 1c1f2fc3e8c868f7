/**
 * Whether a host, as `URL.hostname` spells it, is this machine's loopback interface: nothing sent there leaves the machine.
 *
 * Names under `localhost` count (RFC 6761, section 6.3), and all of 127.0.0.0/8 and `::1` (RFC 1122, section 3.2.1.3; RFC 4291).
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
