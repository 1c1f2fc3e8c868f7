import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError } from '../../harness/errors.ts'
import { printable } from '../../harness/report/inert.ts'
import { quoted } from '../../harness/report/repeat-command.ts'
import type { Terminal } from '../terminal.ts'

/** A generated text, and where it belongs. */
export interface GeneratedFile {
  /** Absent: standard output. */
  readonly out: string | undefined
  readonly check: boolean
  readonly text: string
  /** The command that makes it, without `--out`. */
  readonly renew: readonly string[]
}

/** Prints or writes a text; with `check` only compares it. The exit code: 1 when it is stale. @throws HarnessError `usage`. */
export async function settleFile({ out, check, text, renew }: GeneratedFile, terminal: Terminal): Promise<number> {
  if (out === undefined) {
    await terminal.out(text)
    return 0
  }
  if (check) {
    const before = await contentOf(out)
    // A checkout may have turned line ends into CR LF.
    const stale = staleness(out, before?.toString('utf8').replaceAll('\r\n', '\n'), text)
    return report(stale === undefined ? [] : [stale], [...renew, '--out', out], `${printable(out)} is fresh\n`, terminal)
  }
  await refuseForeign(out, renew)
  await write(out, text)
  await terminal.err(`wrote ${printable(out)}\n`)
  return 0
}

/** A file that somebody wrote by hand is not replaced: its first lines do not name the command. */
async function refuseForeign(out: string, [command, kind]: readonly string[]): Promise<void> {
  const before = (await contentOf(out))?.toString('utf8') ?? ''
  if (before.trim() === '' || before.slice(0, 2000).includes(`conformance ${command ?? ''} ${kind ?? ''}`)) return
  throw new HarnessError('usage', `${out} is there, and was not generated; nothing was written`, 'name another file with --out, or move this one away')
}

/** Generated files of one folder. */
export interface GeneratedFolder {
  readonly out: string
  readonly check: boolean
  readonly files: ReadonlyMap<string, Buffer>
  /** Names that an earlier run wrote into the folder. */
  readonly earlier: readonly string[]
  readonly renew: readonly string[]
}

/** Writes files, and removes those of an earlier run that are none any more; with `check` only compares. The exit code, as above. */
export async function settleFolder({ out, check, files, earlier, renew }: GeneratedFolder, terminal: Terminal): Promise<number> {
  const gone = earlier.filter((name) => !files.has(name))
  if (check) {
    const stale = gone.map((name) => `${join(out, name)} is not generated any more`)
    for (const [name, bytes] of files) {
      const before = await contentOf(join(out, name))
      if (before?.equals(bytes)) continue
      stale.push(staleness(join(out, name), before?.toString('utf8'), bytes.toString('utf8')) ?? `${join(out, name)} has other bytes`)
    }
    return report(stale, [...renew, '--out', out], `${printable(out)}: ${files.size} files are fresh\n`, terminal)
  }
  for (const [name, bytes] of files) await write(join(out, name), bytes)
  for (const name of gone) await rm(join(out, name), { force: true })
  await terminal.err(`wrote ${files.size} files to ${printable(out)}\n`)
  return 0
}

/** Facts on standard error, the cure once. */
async function report(stale: readonly string[], renew: readonly string[], fresh: string, terminal: Terminal): Promise<number> {
  if (stale.length === 0) {
    await terminal.err(fresh)
    return 0
  }
  const shown = stale.slice(0, 10).map((fact) => `stale: ${printable(fact)}\n`)
  const more = stale.length > 10 ? [`and ${stale.length - 10} more\n`] : []
  await terminal.err([...shown, ...more, `cure: npx conformance ${renew.map(quoted).join(' ')}\n`].join(''))
  return 1
}

function staleness(file: string, before: string | undefined, now: string): string | undefined {
  if (before === undefined) return `${file} does not exist`
  if (before === now) return undefined
  const [old, fresh] = [before.split('\n'), now.split('\n')]
  const line = fresh.findIndex((text, index) => text !== old[index])
  return `${file} differs from what is generated, first in line ${(line < 0 ? fresh.length : line) + 1}`
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new HarnessError('usage', `${file} cannot be read`, 'name a file, and let this user read it', { cause })
  }
}

async function write(file: string, content: string | Buffer): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new HarnessError('usage', `${file} cannot be written${code}`, 'name another place with --out, or let this user write there', { cause })
  }
}
