import type { GivenControl } from '../harness/attach/attach.ts'
import type { Control } from '../harness/attach/control.ts'
import { HarnessError } from '../harness/errors.ts'
import type { GivenFlags } from './flags.ts'
import { many, one } from './options.ts'
import { checkHost, readUrl } from './target.ts'

export { attach, attachClient, type GivenControl } from '../harness/attach/attach.ts'

/** @throws HarnessError `usage` for both flags at once, `host-not-allowed` for a foreign host. */
export function readControl(given: GivenFlags, sends: boolean): GivenControl | undefined {
  const url = one(given, 'control')
  const command = one(given, 'exec')
  if (url !== undefined && command !== undefined) throw new HarnessError('usage', '--control and --exec are both given', 'give the one through which the target is controlled')
  if (command !== undefined) return { kind: 'exec', command }
  if (url === undefined) return undefined
  const read = readUrl(url, '--control')
  if (sends) checkHost(read, many(given, 'allow-host'))
  return { kind: 'url', url: read }
}

/** A control API that is never called: it stands for the one that a run would attach to. */
export function plannedControl(kind: GivenControl['kind']): Control {
  const unused = () => Promise.reject(new TypeError('a plan calls no control API'))
  return {
    manifest: { capabilities: {} },
    attachment: kind === 'exec' ? 'exec' : 'control',
    reset: unused,
    effects: unused,
    faults: unused,
    subscribe: unused,
    unsubscribe: unused,
    publish: unused,
    disconnect: unused,
    retain: unused,
    connect: unused,
    connection: unused,
    closeConnection: unused,
    close: () => Promise.resolve(),
  }
}
