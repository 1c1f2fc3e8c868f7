import type { BrokenParser } from './broken-parser.ts'
import { dataAndTypeFaults } from './data-and-type.ts'
import { decodingFaults } from './decoding.ts'
import { idAndRetryFaults } from './id-and-retry.ts'
import { lineEndFaults } from './line-ends.ts'
import { lineFaults } from './lines.ts'

export type { BrokenParser } from './broken-parser.ts'

/** Every parser that is wrong in one way. */
export const brokenParsers: readonly BrokenParser[] = [...decodingFaults, ...lineEndFaults, ...lineFaults, ...dataAndTypeFaults, ...idAndRetryFaults]
