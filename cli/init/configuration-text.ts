import { suiteIdentity } from '../../harness/identity.ts'
import type { Framework } from './frameworks.ts'

/** The folder of the reports, as the configuration names it and the CI job keeps it. */
export const reportFolder = 'conformance-report'

/** `conformance.config.yaml` of a project: what `conformance run` is told in it. */
export function configurationText({ ecosystem, port, controlPath }: Framework): string {
  const { name, version } = suiteIdentity()
  // Other projects have no node_modules: their editors fetch the schema.
  const folder = ecosystem === 'node' ? `node_modules/${name}` : `https://unpkg.com/${name}@${version}`
  const origin = `http://127.0.0.1:${port}`
  return [
    `# yaml-language-server: $schema=${folder}/schemas/configuration.json`,
    '# What `conformance run` is told. A key is a flag of the command line, which wins over this file.',
    `target: ${origin}/webhooks`,
    'role: consumer',
    'profile: event-delivery # or the provider whose webhooks these are, such as github or stripe',
    'secret: env:WEBHOOK_SECRET',
    ...(controlPath === undefined ? [] : [`control: ${origin}${controlPath}`]),
    'reporter: pretty',
    `out: ${reportFolder} # for .gitignore`,
    '',
  ].join('\n')
}
