/** The browser's own EventSource, listened to type by type, as a page does. */
export function connect(url, types, on) {
  const source = new EventSource(url)
  const states = ['connecting', 'open', 'closed']
  const deliver = ({ type, data, lastEventId }) => data !== undefined && on.event({ type, data, lastEventId })
  for (const type of types) source.addEventListener(type, deliver)
  source.addEventListener('open', (event) => event.data === undefined && on.state('open'))
  source.addEventListener('error', (event) => {
    if (event.data !== undefined) return
    on.error()
    on.state(states[source.readyState])
  })
  return source
}
