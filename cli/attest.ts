import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import type { Report } from '../harness/report/report.ts'
import { sealEnvelope } from '../harness/trust/dsse.ts'
import { readPrivateKey } from '../harness/trust/key.ts'
import { attestationFile, expiryOf, statementOf } from '../harness/trust/statement.ts'
import type { GivenFlags } from './flags.ts'
import { duration, one } from './options.ts'

/** What signs a folder, and for how long that holds. */
export interface Attester {
  readonly key: KeyObject
  readonly validForMs: number
}

/** How long an attestation or a badge holds when nobody says: a quarter of a year. */
export const defaultValidMs = 90 * 86_400_000

/** @throws HarnessError `usage` for an attestation without a folder, `bad-key` for a key that does not fit. */
export async function readAttester(line: GivenFlags): Promise<Attester | undefined> {
  const given = one(line, 'attest')
  const validForMs = duration(line, 'valid-for') ?? defaultValidMs
  if (given === undefined) {
    if (one(line, 'valid-for') !== undefined) throw new HarnessError('usage', '--valid-for is given, and nothing is attested', 'add --attest KEY, or leave it out')
    return undefined
  }
  if (one(line, 'out') === undefined) throw new HarnessError('usage', '--attest is given, and no folder to sign', 'add --out DIR')
  return { key: readPrivateKey(await keyText(given, '--attest'), spelled(given)), validForMs }
}

/** Path and text of the attestation of what a folder is about to hold. */
export function attestation({ key, validForMs }: Attester, report: Report, out: string, files: ReadonlyMap<string, string>): readonly [path: string, text: string] {
  const own = [...files].filter(([path]) => dirname(path) === join(out)).map(([path, text]) => [relative(out, path), text] as const)
  const statement = statementOf(report, new Map(own), expiryOf(report, validForMs))
  return [join(out, attestationFile), sealEnvelope(JSON.stringify(statement), key)]
}

/** The text of a key: a file, or a variable of the environment. @throws HarnessError `bad-key`. */
export async function keyText(given: string, flag: string): Promise<string> {
  if (given.startsWith('env:')) {
    const value = process.env[given.slice(4)]
    if (value === undefined || value === '') throw new HarnessError('bad-key', `the environment variable ${given.slice(4)} is ${value === undefined ? 'not set' : 'empty'}`, `set it, or correct ${flag}`)
    return value
  }
  if (given.includes('-----BEGIN')) throw new HarnessError('bad-key', `${flag} holds a key itself, which the history of a shell would keep`, `write ${flag} FILE, or ${flag} env:NAME`)
  const path = given.replace(/^file:/, '')
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new HarnessError('bad-key', `the file ${path} of ${flag} cannot be read`, 'correct the path, or let this user read it', { cause })
  })
  if (bytes.length > 65_536) throw new HarnessError('bad-key', `the file ${path} of ${flag} is larger than 64 KiB`, 'name the file that holds nothing but the key')
  return bytes.toString('utf8')
}

function spelled(given: string): string {
  return given.startsWith('env:') ? `the variable ${given.slice(4)}` : given
}
