import { Environment, LogLevel, Paddle } from '@paddle/paddle-node-sdk'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import { process, startReceiver, type Subject } from './receiver-server.ts'

/**
 * `@paddle/paddle-node-sdk` with the body as text, as its README has it; whatever it throws is refused.
 *
 * `unmarshal` would also build an entity, for which the events of the profile have too few members.
 */
export function start(secret: string): Promise<Subject> {
  const paddle = new Paddle('not-used-for-webhooks', { environment: Environment.sandbox, logLevel: LogLevel.none })
  const journal = createJournal()
  return startReceiver(createControlApi('@paddle/paddle-node-sdk', packageVersion('@paddle/paddle-node-sdk'), 'paddle', journal), async ({ headers, body }) => {
    const signature = headers['paddle-signature']
    const text = body.toString()
    // Its example passes over a delivery that lacks either.
    if (typeof signature !== 'string' || signature === '' || text === '') return { status: 401, body: 'the signature is missing' }
    try {
      if (!(await paddle.webhooks.isSignatureValid(text, secret, signature))) return { status: 401, body: 'the signature is wrong' }
    } catch (error) {
      return { status: 401, body: error instanceof Error ? error.message : 'refused' }
    }
    const id = eventId(text)
    return id === undefined ? { status: 400, body: 'not an event' } : process(journal, id)
  })
}

function eventId(text: string): string | undefined {
  try {
    const { event_id: id } = JSON.parse(text) as { readonly event_id?: unknown } // null throws too
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}
