/**
 * Follows an event stream with a parser that reads one response and no more: what it leaves to its user, by the book.
 *
 * `read(response, report)` hands on each event and resolves when the body has ended. `report.event({ type, data, id })`: an id that the
 * parser does not tell is the one before. `report.retry(ms)` sets the reconnection time. Statuses, media type, reconnection and
 * Last-Event-ID are those of the standard; after an end or a network error the stream is asked for again.
 */
export function follow({ url, headers = {}, lastEventId = '' }, report, read) {
  const end = new AbortController()
  let lastId = lastEventId
  let delayMs = 1000
  let timer
  const told = {
    event: ({ type, data, id }) => {
      if (end.signal.aborted) return
      lastId = id ?? lastId
      report.event({ type: type || 'message', data, lastEventId: lastId })
    },
    retry: (ms) => (delayMs = Math.min(ms, 2 ** 31 - 1)),
  }

  async function connect() {
    try {
      const own = { Accept: 'text/event-stream', 'Cache-Control': 'no-cache', ...headers }
      // A header's value is a string of bytes: UTF-8, one character a byte.
      const id = Buffer.from(lastId, 'utf8').toString('latin1')
      const response = await fetch(url, { headers: lastId === '' ? own : { ...own, 'Last-Event-ID': id }, signal: end.signal })
      if (response.status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(response.headers.get('content-type') ?? '')) {
        await response.body?.cancel()
        return fail()
      }
      report.state('open')
      await read(response, told, end.signal)
    } catch {
      // A network error ends like the body: the stream is asked for again.
    }
    if (end.signal.aborted) return
    report.error()
    report.state('connecting')
    timer = setTimeout(connect, delayMs)
  }

  function fail() {
    if (end.signal.aborted) return
    report.error()
    report.state('closed')
  }

  void connect()
  return {
    close: () => {
      clearTimeout(timer)
      end.abort()
    },
  }
}
