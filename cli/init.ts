import { HarnessError } from '../harness/errors.ts'
import type { Terminal } from './terminal.ts'

export async function initCommand(_args: readonly string[], _terminal: Terminal): Promise<number> {
  throw new HarnessError('usage', 'the command init is not written yet', 'see conformance --help')
}
