import { schemaErrors } from './json-schema.ts'
import { isObject } from './locate.ts'
import type { Located, SourceDocument } from './locate.ts'
import { distance } from './nearness.ts'
import { describeErrors } from './validate.ts'

type Place = 'message' | 'operation' | 'channel'

interface Extension {
  readonly on: readonly Place[]
  /** Read and checked by the compiler, after traits are merged. */
  readonly compiled?: true
}

const extensions: Readonly<Record<string, Extension>> = {
  'x-signature': { on: ['message', 'operation'], compiled: true },
  'x-delivery': { on: ['operation'], compiled: true },
  'x-acknowledgement': { on: ['operation'], compiled: true },
  'x-subscription': { on: ['channel'] },
  'x-handshake': { on: ['channel'] },
  'x-event-stream': { on: ['channel'] },
  'x-feed': { on: ['channel'] },
  'x-rate-limit': { on: ['channel', 'operation'], compiled: true },
}

/**
 * Reports an extension that is misspelt, stands where it has no meaning, or breaks its schema.
 *
 * Extensions of other tools are left alone: only a key that resembles one of ours counts as misspelt.
 */
export function checkExtensions(document: SourceDocument): void {
  const { root } = document
  const components = document.member(root, 'components')
  const part = (name: string): readonly Located[] => (components === undefined ? [] : document.members(document.member(components, name)))
  const channels = [...document.members(document.member(root, 'channels')), ...part('channels')]
  const messages = [...channels.flatMap((channel) => document.members(document.member(channel, 'messages'))), ...part('messages')]
  const operations = [...document.members(document.member(root, 'operations')), ...part('operations')]
  const traits = (targets: readonly Located[]): readonly Located[] => targets.flatMap((target) => document.members(document.member(target, 'traits')))

  const visit = (place: Place, targets: readonly Located[]): void => {
    for (const target of targets) checkKeys(document, target, place)
  }
  visit('channel', channels)
  visit('message', [...messages, ...traits(messages), ...part('messageTraits')])
  visit('operation', [...operations, ...traits(operations), ...part('operationTraits')])
}

/** Ends the run when a merged extension breaks its schema. */
export function checkExtension(document: SourceDocument, name: keyof typeof extensions & string, located: Located): void {
  const extension = extensions[name]
  const [problem] = extension === undefined ? [] : describeErrors(schemaErrors(name, located.value), name)
  if (problem !== undefined) document.fail(located, problem.path, problem.text, `schemas/${name}.json says what ${name} may have`)
}

function checkKeys(document: SourceDocument, target: Located, place: Place): void {
  if (!isObject(target.value)) return
  for (const key of Object.keys(target.value)) {
    if (!key.startsWith('x-')) continue
    const extension = extensions[key]
    if (extension === undefined) {
      const meant = Object.keys(extensions).find((name) => resembles(key.slice(2), name.slice(2)))
      if (meant !== undefined) document.fail(target, [key], `the extension ${key} is unknown`, `write ${meant}, or give the key a name of its own`)
      continue
    }
    if (!extension.on.includes(place)) {
      document.fail(target, [key], `${key} has no meaning on a ${place}`, `move it to ${extension.on.map((name) => `the ${name}`).join(' or ')}`)
    }
    const value = document.member(target, key)
    if (value !== undefined && extension.compiled !== true) checkExtension(document, key, value)
  }
}

function resembles(key: string, name: string): boolean {
  const [a, b] = [key, name].map((text) => text.toLowerCase().replaceAll(/[^a-z]/g, '')) as [string, string]
  return a === b || (a.length >= 3 && (a.includes(b) || b.startsWith(a))) || distance(a, b) <= Math.min(3, Math.floor(b.length / 2))
}
