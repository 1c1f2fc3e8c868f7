/** The smallest document that compiles; a test replaces one line of it. */
export const smallest = `asyncapi: 3.0.0
info: { title: Orders, version: 1.2.0 }
channels:
  webhook:
    address: null
    messages:
      delivery: { $ref: '#/components/messages/Delivery' }
operations:
  deliver:
    action: send
    channel: { $ref: '#/channels/webhook' }
    messages:
      - { $ref: '#/channels/webhook/messages/delivery' }
    x-acknowledgement:
      deadline: 2s
components:
  messages:
    Delivery:
      payload: { type: object }
      x-signature:
        fields:
          ts: { in: header, name: x-time, grammar: '^[0-9]+$' }
        signature: { sources: [{ in: header, name: x-sig }], encoding: hex }
        schemes: { '': { alg: hmac-sha256, key: { encoding: utf8 } } }
        signed: [{ field: ts }, { part: body }]
        timestamp: { field: ts, unit: s, past: 60, future: 60, signed: true }
      examples:
        - payload: { id: 1 }
`

export function withLine(line: string, replacement: string): string {
  if (!smallest.includes(`${line}\n`)) throw new Error(`the document has no line ${line}`)
  return smallest.replace(line, () => replacement)
}
