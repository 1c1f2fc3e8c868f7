import { HarnessError } from '../harness/errors.ts'
import type { Terminal } from './terminal.ts'

export async function mergeCommand(_args: readonly string[], _terminal: Terminal): Promise<number> {
  throw new HarnessError('usage', 'the command merge is not written yet', 'see conformance --help')
}
