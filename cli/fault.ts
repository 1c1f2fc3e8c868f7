import type { HarnessError } from '../harness/errors.ts'
import { printable } from '../harness/report/inert.ts'

/** A fault for a terminal, as fact and cure. */
export function faultText({ code, message, cure }: HarnessError): string {
  return `error[${code}]: ${printable(message)}\ncure: ${printable(cure)}\n`
}
