import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import { process, startReceiver, type Subject } from './receiver-server.ts'

/** `standardwebhooks` as its README has it: `verify` with body and headers; its own error means forged, any other unreadable. */
export function start(secret: string): Promise<Subject> {
  const webhook = new Webhook(secret)
  const journal = createJournal()
  return startReceiver(createControlApi('standardwebhooks', packageVersion('standardwebhooks'), 'standard-webhooks', journal), ({ headers, body }) => {
    try {
      webhook.verify(body, headers as Record<string, string>) // what its types ask for; Node joins repeated headers
    } catch (error) {
      return error instanceof WebhookVerificationError ? { status: 401, body: error.message } : { status: 400, body: 'unreadable' }
    }
    return process(journal, String(headers['webhook-id']))
  })
}
