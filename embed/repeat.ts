import { repeatCommand, type RepeatedRun } from '../harness/report/repeat-command.ts'
import { credentialHeaders } from '../harness/roles/sse-server/needs.ts'
import type { ConformanceOptions } from './options.ts'
import { fixedUrl } from './target.ts'

/** The command line that plays one case of the same run again; undefined for a target that lives in the calling process. */
export function repeatOf(options: ConformanceOptions): ((caseId: string) => string) | undefined {
  const { target, control, profile = 'event-delivery' } = options
  const url = fixedUrl(target)
  if (target !== undefined && url === undefined) return undefined
  const run: RepeatedRun = {
    ...(url === undefined ? {} : { target: url }),
    profile: typeof profile === 'string' ? profile : profile.name,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    secrets: [options.secret ?? []].flat().map((text) => ({ text, spelled: /^(env|file):/.test(text) ? text : undefined })),
    headers: headersOf(options),
    flags: [
      ['role', options.role],
      ...flag('control', typeof control === 'string' ? control : undefined),
      ...flag('exec', typeof control === 'object' ? control.exec : undefined),
      ...flag('trigger', options.trigger),
      ...flag('budget', options.budget),
      ...flag('time-scale', options.timeScale),
      ...(options.allowHosts ?? []).flatMap((host) => flag('allow-host', host)),
    ],
  }
  return (caseId) => repeatCommand(run, caseId)
}

function flag(name: string, value: string | number | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, String(value)]]
}

/** A credential is read from the environment. */
function headersOf({ headers = {} }: ConformanceOptions): readonly { readonly spelled: string }[] {
  const secret = credentialHeaders(Object.keys(headers))
  return Object.entries(headers).map(([name, value]) => ({ spelled: `${name}: ${secret.includes(name) ? `env:${name.toUpperCase().replace(/\W/g, '_')}` : value}` }))
}
