import { flags, runFlags, type FlagName } from './flags.ts'
import { carriesCredentials } from './options.ts'

/** What is wrong with a value; `item` is its place in a list. */
export interface SettingFault {
  readonly item?: number
  readonly fact: string
  readonly cure: string
}

/** Flags that belong to one call and to no file. */
const ofOneCall: ReadonlySet<FlagName> = new Set(['help', 'plan', 'config', 'update-baseline'])

const numeric: ReadonlySet<FlagName> = new Set(['time-scale', 'concurrency', 'seed'])

/** The keys of a configuration: flags of `conformance run`. */
export const configurable: readonly FlagName[] = runFlags.filter((name) => !ofOneCall.has(name))

/** The value of a key as the values of its flag; none for a switch that is off. A fault holds nothing of what may be a secret. */
export function checkSetting(flag: FlagName, value: unknown): { readonly values: readonly string[] } | SettingFault {
  const kind = flags[flag]
  if (value === null) return { fact: `${flag} has no value`, cure: `write one, or leave the key out` }
  if (!('value' in kind)) return typeof value === 'boolean' ? { values: value ? [''] : [] } : { fact: `${flag} is ${kindOf(value)}`, cure: `write ${flag}: true, or leave it out` }
  if (numeric.has(flag)) return typeof value === 'number' ? { values: [String(value)] } : { fact: `${flag} is ${kindOf(value)}, and has to be a number`, cure: `write ${flag}: 8, without quotes` }
  const repeatable = 'repeatable' in kind
  if (Array.isArray(value) && !repeatable) return { fact: `${flag} is a list, and has to be one text`, cure: `write ${flag}: ${kind.value}` }
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  for (const [item, text] of items.entries()) {
    const fault = checkText(flag, text)
    if (fault) return { ...fault, ...(Array.isArray(value) ? { item } : {}) }
  }
  return { values: items.map(String) }
}

function checkText(flag: FlagName, value: unknown): SettingFault | undefined {
  if (typeof value !== 'string') {
    const cure = flag === 'header' ? "write it in quotes: 'Authorization: env:TOKEN'" : flag === 'budget' || flag === 'valid-for' ? `write a duration with its unit: ${flag}: 60s` : 'write a text, in quotes where it could be read as something else'
    return { fact: `${flag} is ${kindOf(value)}, and has to be a text`, cure }
  }
  if (value === '') return { fact: `${flag} is an empty text`, cure: 'write a value, or leave the key out' }
  if (flag === 'secret' && !/^(env|file):./.test(value)) return { fact: 'secret holds a secret itself, which everyone who reads the file would have', cure: 'write secret: env:NAME, or secret: file:PATH' }
  if (flag === 'attest' && (value.includes('-----BEGIN') || value.includes('\n'))) return { fact: 'attest holds a key itself, which everyone who reads the file would have', cure: 'write attest: FILE, or attest: env:NAME' }
  if (flag === 'header') return checkHeader(value)
  return undefined
}

function checkHeader(text: string): SettingFault | undefined {
  const [, name = '', value = ''] = /^([^:]*):[ \t]*(.*)$/s.exec(text) ?? []
  if (name === '') return { fact: 'header is not of the form NAME: VALUE', cure: "write 'NAME: VALUE', in quotes" }
  if (!carriesCredentials(name) || /^env:\w+$/.test(value)) return undefined
  return { fact: `the header ${name} carries credentials, and its value stands in the file`, cure: `write '${name}: env:NAME', with the whole value in the variable` }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return value === null ? 'nothing' : typeof value === 'object' ? 'a mapping' : typeof value === 'string' ? 'a text' : `a ${typeof value}`
}
