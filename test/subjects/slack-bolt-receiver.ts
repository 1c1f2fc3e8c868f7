import { App, HTTPReceiver, LogLevel } from '@slack/bolt'
import type { AddressInfo } from 'node:net'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import type { Subject } from './receiver-server.ts'

/**
 * `@slack/bolt` with its HTTP receiver and its defaults: it reads, verifies and acknowledges, then calls the listener.
 *
 * The control API stands in its custom routes. The authorisation is a stub, so nothing is ever asked of Slack.
 */
export async function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  const control = createControlApi('@slack/bolt', packageVersion('@slack/bolt'), 'slack', journal)
  const receiver = new HTTPReceiver({
    signingSecret: secret,
    logger: silent,
    customRoutes: control.routes.map(({ method, path }) => ({ method, path, handler: (request, response) => void control.serve(request, response) })),
  })
  const app = new App({
    receiver,
    logger: silent,
    tokenVerificationEnabled: false,
    authorize: async () => ({ botToken: 'xoxb-not-a-token', botId: 'B0BOT', botUserId: 'U0BOT' }),
  })
  app.event(/.*/, async ({ body }) => void journal.process(body.event_id))
  const server = await receiver.start({ port: 0, host: '127.0.0.1' })
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    async close() {
      const stopped = app.stop()
      server.closeAllConnections()
      await stopped
    },
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => LogLevel.ERROR }
