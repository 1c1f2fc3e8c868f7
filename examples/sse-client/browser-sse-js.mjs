import { SSE } from '/library.mjs'

/** sse.js over the browser's XMLHttpRequest, told to reconnect and otherwise with its defaults. */
export function connect(url, types, on) {
  const source = new SSE(url, { autoReconnect: true, start: false })
  const states = ['connecting', 'open', 'closed']
  const deliver = ({ type, data, lastEventId }) => lastEventId !== undefined && on.event({ type, data, lastEventId })
  for (const type of types) source.addEventListener(type, deliver)
  source.addEventListener('readystatechange', ({ readyState }) => states[readyState] && on.state(states[readyState]))
  // An event of that name from the stream has an id; the library's own has none.
  source.addEventListener('error', ({ lastEventId }) => lastEventId === undefined && on.error())
  source.stream()
  return source
}
