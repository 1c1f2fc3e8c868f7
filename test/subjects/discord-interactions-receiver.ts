import { verifyKeyMiddleware } from 'discord-interactions'
import express, { type Request, type Response } from 'express'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import { listen, process, type Subject } from './receiver-server.ts'

/** `discord-interactions` as its README has it: the middleware on a route of Express, and a handler behind it. */
export function start(publicKey: string): Promise<Subject> {
  const journal = createJournal()
  const control = createControlApi('discord-interactions', packageVersion('discord-interactions'), 'discord', journal)
  const app = express()
  app.post('/interactions', verifyKeyMiddleware(publicKey), (request: Request, response: Response) => {
    const { id } = request.body as { readonly id?: unknown } // the middleware has parsed it
    if (typeof id !== 'string') return void response.status(400).send({ error: 'not an interaction' })
    const { status, body } = process(journal, id)
    response.status(status).send(status === 200 ? { type: 5 } : { error: body })
  })
  return listen('/interactions', (request, response) => {
    if (!control.serve(request, response)) app(request, response)
  })
}
