import { verify } from '@octokit/webhooks-methods'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import { process, startReceiver, type Subject } from './receiver-server.ts'

/** `@octokit/webhooks-methods` as its README has it: `verify` with the body as text; what it throws is unreadable. */
export function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  return startReceiver(createControlApi('@octokit/webhooks-methods', packageVersion('@octokit/webhooks-methods'), 'github', journal), async ({ headers, body }) => {
    const text = body.toString('utf8')
    try {
      if (!(await verify(secret, text, String(headers['x-hub-signature-256'] ?? '')))) return { status: 401, body: 'the signature is wrong' }
      JSON.parse(text)
    } catch {
      return { status: 400, body: 'unreadable' }
    }
    const id = headers['x-github-delivery']
    return typeof id === 'string' && id !== '' ? process(journal, id) : { status: 400, body: 'no id' }
  })
}
