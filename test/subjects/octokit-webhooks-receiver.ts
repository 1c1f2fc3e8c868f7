import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import { listen, type Subject } from './receiver-server.ts'

/** `@octokit/webhooks` as its README has it: the Node middleware reads, verifies and answers; the handler takes every event. */
export function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  const control = createControlApi('@octokit/webhooks', packageVersion('@octokit/webhooks'), 'github', journal)
  const webhooks = new Webhooks({ secret, log: silent })
  webhooks.onAny(({ id }) => void journal.process(id))
  const middleware = createNodeMiddleware(webhooks, { path: '/webhooks', log: silent })
  return listen('/webhooks', (request, response) => {
    if (control.serve(request, response)) return
    void middleware(request, response).then((handled) => {
      if (!handled) response.writeHead(404).end()
    })
  })
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }
