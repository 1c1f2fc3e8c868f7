import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node } from 'yaml'
import { HarnessError } from '../errors.ts'
import { compileProfile } from './compile.ts'
import type { Origin, Path } from './locate.ts'
import type { Profile } from './profile.ts'

const maxBytes = 1_048_576
const maxAliases = 100

/**
 * Reads and compiles one AsyncAPI document, YAML or JSON.
 *
 * At most 1 MiB, and at most 100 aliases resolved, so that a hostile document costs no more than its size. Throws
 * `unknown-profile` when there is no such file and `broken-profile` for everything that is wrong in it.
 */
export async function readProfile(file: string, name: string): Promise<Profile> {
  const { value, origin } = await readDocument(file, name)
  return compileProfile(value, origin)
}

/** A document as the value that its YAML or JSON means, within the same limits, and where its parts stand. */
export async function readDocument(file: string, name: string): Promise<{ readonly value: unknown; readonly origin: Origin }> {
  const bytes = await readBounded(file)
  const lines = new LineCounter()
  const document = parseDocument(bytes.toString('utf8'), { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const fault = document.errors[0]
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0])
    throw new HarnessError('broken-profile', `${file}:${line}:${col}: ${fault.message.replaceAll(/\s+/g, ' ')}`, 'correct the YAML at this place; an editor with YAML support marks it')
  }
  const origin: Origin = {
    name,
    file,
    hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    where: (path) => {
      const offset = offsetOf(document, path)
      if (offset === undefined) return undefined
      const { line, col } = lines.linePos(offset)
      return { line, column: col }
    },
  }
  return { value: plainValue(document, file), origin }
}

async function readBounded(file: string): Promise<Buffer> {
  let handle
  try {
    handle = await open(file, 'r')
  } catch (cause) {
    throw new HarnessError('unknown-profile', `the profile document ${file} cannot be read`, 'check the path, or name a built-in profile', { cause })
  }
  try {
    const buffer = Buffer.alloc(maxBytes + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    if (length > maxBytes) throw new HarnessError('broken-profile', `${file} is larger than 1 MiB`, 'leave out of the document what is not about delivery')
    return buffer.subarray(0, length)
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    throw new HarnessError('unknown-profile', `the profile document ${file} cannot be read`, 'name a file, not a folder', { cause })
  } finally {
    await handle.close()
  }
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases })
  } catch (cause) {
    const fact = cause instanceof Error ? cause.message : String(cause)
    throw new HarnessError('broken-profile', `${file}:1:1: ${fact}`, 'write repeated parts once under components and point at them with $ref', { cause })
  }
}

/** Where the key of a member, or an item of a list, begins. */
function offsetOf(document: Document, path: Path): number | undefined {
  let node: Node | null | undefined = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const key of path) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node
    if (isMap(target)) {
      const pair: { readonly key: unknown; readonly value: unknown } | undefined = target.items.find((item) => (isScalar(item.key) ? String(item.key.value) : String(item.key)) === String(key))
      if (pair === undefined) return undefined
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(target)) {
      const item = target.items[Number(key)] as Node | undefined
      if (item === undefined) return undefined
      offset = item.range?.[0] ?? offset
      node = item
    } else return undefined
  }
  return offset
}
