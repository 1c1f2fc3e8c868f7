import { basename } from 'node:path'
import { builtInProfiles } from '../profile/load.ts'
import type { Profile } from '../profile/profile.ts'
import type { ProfileSource } from './documents.ts'

/**
 * The first lines of a generated module: which profile, and how to renew it. No date and no folder, so that the same profile
 * gives the same text everywhere.
 */
export function moduleHeader({ profile, documents }: ProfileSource, kind: 'types' | 'mocks', words: string): string {
  const name = builtInProfiles().some((builtIn) => builtIn.name === profile.name && builtIn.hash === profile.hash) ? profile.name : basename(documents.main)
  return `/* eslint-disable */
/**
 * ${titleOf(profile)}: ${kind} of the profile ${oneLine(name)}, generated. Do not edit; renew it with:
 *
 *   npx conformance generate ${kind} --profile ${oneLine(name)} --out FILE
 *
 * ${words}
 */
`
}

function titleOf({ title, version }: Profile): string {
  return oneLine([title, version].filter((text) => text !== '').join(', version ') || 'An event-delivery API')
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  return text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ').replaceAll('*/', '*\\/').slice(0, 200)
}
