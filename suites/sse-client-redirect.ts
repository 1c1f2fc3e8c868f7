import { all, awaitEnd, awaitQuiet, awaitRequests, connect, delivers, endEvent, endingStream, finding, headerValues, inapplicable, redirect, serve, serveAt, sseClientSuite, stream, unproven, type AnswerFacts, type SseClientCase, type SseClientCases, type SseClientSeen } from '../harness/roles/sse-client/index.ts'

const base = 'sse-client-connection/one-event'
const back = 'sse-client-reconnection/clean-end'
const final = 'final'
const other = 'other'
/** A client may not follow more in a row; Fetch stops at 20, other clients at 50. */
const mostInARow = 100
const loopRetryMs = 400
const token = 'Bearer conformance-token'

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients follow redirects, so far and with so much as is safe',
  cases: {
    ...codes(),
    ...relatives(),
    loop: {
      title: 'a redirect that leads to itself',
      control: [base, back],
      when: [serve(endingStream(`retry: ${loopRetryMs}\n\ndata: a\n\n`), redirect(302, { path: 'stream' })), connect(), awaitRequests(2, loopRetryMs), awaitQuiet(loopRetryMs - 50, mostInARow * 3)],
      then: { 'sse-client-redirect-loop': (seen) => bounded(seen) },
    },
    ...leaks(),
  },
})

function codes(): SseClientCases {
  return Object.fromEntries(
    [301, 302, 303, 307, 308].map((code): [string, SseClientCase] => [
      `redirect-${code}`,
      {
        title: `a redirect with ${code}, and a stream that ends once`,
        control: [base, back],
        when: [serveAt(final, 'here', endingStream('retry: 20\n\ndata: a\n\n'), stream(`data: b\n\n${endEvent}`)), serve(redirect(code, { path: final })), connect(), awaitRequests(2, 20, final), awaitEnd()],
        then: { 'sse-client-redirects': (seen) => all([followed(seen), delivers(seen, [{ data: 'a' }, { data: 'b' }])]) },
      },
    ]),
  )
}

function relatives(): SseClientCases {
  const forms: readonly (readonly [key: string, title: string, location: (facts: AnswerFacts) => string])[] = [
    ['path', 'a Location that is a path', ({ url }) => new URL(url(final)).pathname],
    ['relative', 'a Location that begins with two dots', ({ url }) => `..${new URL(url(final)).pathname}`],
    ['authority', 'a Location without its scheme', ({ url }) => url(final).replace(/^https?:/, '')],
  ]
  return Object.fromEntries(
    forms.map(([key, title, location]): [string, SseClientCase] => [
      `location-${key}`,
      {
        title,
        control: [base, 'redirect-302'],
        alone: 'last',
        when: [serveAt(final, 'here', stream(`data: a\n\n${endEvent}`)), serve(redirect(302, location)), connect(), awaitRequests(1), awaitEnd()],
        then: { 'sse-client-relative-location': (seen) => delivers(seen, [{ data: 'a' }]) },
      },
    ]),
  )
}

function leaks(): SseClientCases {
  return Object.fromEntries(
    [302, 307].map((code): [string, SseClientCase] => [
      `credentials-${code}`,
      {
        title: `a redirect with ${code} to another origin, of a client with a token`,
        control: [base, 'redirect-302', 'sse-client-connection/given-headers'],
        needs: ['headers', 'own-ports'],
        when: [serveAt(other, 'elsewhere', stream(`data: a\n\n${endEvent}`)), serve(redirect(code, { path: other })), connect({ headers: { Authorization: token } }), awaitRequests(1), awaitRequests(1, 0, other)],
        then: { 'sse-client-redirect-credentials': (seen) => keepsToken(seen) },
      },
    ]),
  )
}

/** That it followed; and, as a property that is not judged, which address it came back to. */
function followed(seen: SseClientSeen) {
  const [requests, finals] = [seen.requests(), seen.requests(final)]
  const words = 'a request where the redirect leads'
  if (requests.length === 0) return unproven(words, 'the client never asked for the stream')
  if (finals.length === 0) return finding(false, words, 'none')
  return finding(true, words, finals.length < 2 ? 'it came' : `it came; the client comes back to the ${requests.length > 1 ? 'original' : 'final'} address`)
}

/** Requests that follow one another without the pause that the client was told are one chain. */
function bounded(seen: SseClientSeen) {
  const words = `at most ${mostInARow} redirects in a row`
  const [, ...hops] = seen.requests()
  if (hops.length === 0) return unproven(words, 'the client did not come back to the redirect')
  let [longest, chain] = [0, 0]
  for (const [index, hop] of hops.entries()) {
    chain = index > 0 && hop.arrivedMs - (hops[index - 1]?.arrivedMs ?? 0) < loopRetryMs - 50 ? chain + 1 : 0
    longest = Math.max(longest, chain)
  }
  return finding(longest <= mostInARow, words, longest <= mostInARow ? `${longest}` : `${longest}, and no end of it`)
}

function keepsToken(seen: SseClientSeen) {
  const words = 'no Authorization at the other origin'
  const [request] = seen.requests(other)
  if (seen.requests().length === 0) return unproven(words, 'the client never asked for the stream')
  if (!request) return inapplicable(words, 'the client does not follow a redirect to another origin')
  const sent = headerValues(request.headers, 'authorization')
  return finding(sent.length === 0, words, sent.length === 0 ? 'none' : `Authorization: ${sent.join(', ')}`)
}
