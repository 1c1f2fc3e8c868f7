/**
 * Makes Alertmanager emit: each event of `{"events": [{"type", "data"}]}` on stdin becomes one alert.
 *
 * The type is the alert's name, every member of the data an annotation. A label of its own tells each alert from all others,
 * two of one type included; it is printed as the id of the event. The argument is the URL of Alertmanager.
 */
import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'

const [base = 'http://127.0.0.1:9093'] = process.argv.slice(2)
const { events } = JSON.parse(await text(process.stdin))
const alerts = events.map(({ type, data }) => ({
  labels: { alertname: type, event: randomUUID() },
  annotations: Object.fromEntries(Object.entries(data ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
}))

const answer = await fetch(`${base.replace(/\/+$/, '')}/api/v2/alerts`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(alerts),
  signal: AbortSignal.timeout(20_000),
})
if (answer.ok) {
  for (const { labels } of alerts) console.log(labels.event)
} else {
  console.error(`${answer.status} ${(await answer.text()).slice(0, 300)}`)
  process.exitCode = 1
}
