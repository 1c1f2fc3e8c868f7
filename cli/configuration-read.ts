import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import { isObject, type Path } from '../harness/profile/locate.ts'
import { checkSetting, configurable, type SettingFault } from './configuration-keys.ts'
import { runFlags, type FlagName } from './flags.ts'
import { didYouMean } from './near.ts'

/** What a file sets: the values of a flag as the command line would have them, paths already seen from the working folder. */
export interface Setting {
  readonly values: readonly string[]
  readonly line: number
  /** Set by the run itself, and not by the file for all of its runs. */
  readonly own: boolean
}

export type Configuration = ReadonlyMap<FlagName, Setting>

export interface ConfiguredRun {
  readonly name?: string
  readonly settings: Configuration
}

/** A configuration as it was read: its runs, or the one that it is. */
export interface Configured {
  readonly file: string
  readonly runs: readonly ConfiguredRun[]
}

type Fail = (path: Path, fact: string, cure: string) => never

const maxBytes = 262_144
const maxAliases = 100
const runName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Reads a configuration, YAML or JSON, of at most 256 KiB.
 *
 * @throws HarnessError `bad-configuration` with file and line for everything that is wrong in it. Values that may be secrets
 * are in no message.
 */
export async function readConfiguration(file: string): Promise<Configured> {
  const { value, fail, lineOf } = await parsed(file, await textOf(file))
  if (!isObject(value)) return fail([], 'a configuration has keys and values', 'write target: URL, for example; schemas/configuration.json says what there is')
  const common = settingsOf(value, [], ['$schema', 'runs'], file, { fail, lineOf })
  const list = value['runs']
  if (list === undefined) return { file, runs: [{ settings: common }] }
  if (!Array.isArray(list) || list.length === 0) return fail(['runs'], 'runs is a list of at least one run', 'write "- name: NAME" for each, with what is different about it')
  const seen = new Set<string>()
  const runs = list.map((run: unknown, index): ConfiguredRun => {
    if (!isObject(run)) return fail(['runs', index], 'a run has a name and keys', 'write "- name: NAME", and below it what is different about it')
    const name = run['name']
    if (typeof name !== 'string' || !runName.test(name)) return fail(['runs', index, 'name'], 'a run has a name of letters, digits, dots, dashes and underscores', 'write name: orders; it is the folder of its report')
    if (seen.has(name)) fail(['runs', index, 'name'], `a second run "${name}"`, 'give each run its own name')
    seen.add(name)
    const own = settingsOf(run, ['runs', index], ['name'], file, { fail, lineOf })
    // One way to the control API in a run takes the other of the file away, as it does on the command line.
    const inherited = [...common].filter(([flag]) => !(own.has('exec') && flag === 'control') && !(own.has('control') && flag === 'exec'))
    return { name, settings: new Map([...inherited, ...[...own].map(([flag, setting]) => [flag, { ...setting, own: true }] as const)]) }
  })
  return { file, runs }
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    throw new HarnessError('bad-configuration', code === 'ENOENT' ? `there is no configuration at ${file}` : `the configuration ${file} cannot be read`, 'correct the path; --config none reads no file', { cause })
  })
  if (bytes.length > maxBytes) throw new HarnessError('bad-configuration', `the configuration ${file} is larger than 256 KiB`, 'name the file that holds nothing but the configuration')
  return bytes.toString('utf8')
}

/** The value of the text, with what finds lines in it. A file without a value sets nothing. */
async function parsed(file: string, text: string): Promise<{ readonly value: unknown; readonly fail: Fail; readonly lineOf: (path: Path) => number }> {
  const { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml')
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true })
  const refuse = (line: number, fact: string, cure: string): never => {
    throw new HarnessError('bad-configuration', `${file}:${line}: ${fact}`, cure)
  }
  const fault = document.errors[0]
  if (fault) refuse(counter.linePos(fault.pos[0]).line, fault.message.replaceAll(/\s+/g, ' '), 'correct it at this place; a text with ": " or "#" in it stands in quotes')
  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const parent = document.getIn(path.slice(0, length - 1), true)
      const last = path[length - 1]
      const node = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key : isSeq(parent) ? parent.items[Number(last)] : undefined
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line
    }
    return 1
  }
  const fail: Fail = (path, fact, cure) => refuse(lineOf(path), fact, cure)
  if (file.toLowerCase().endsWith('.json')) refuseOtherThanJson(text, fail)
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }) ?? {}, fail, lineOf }
  } catch (cause) {
    throw new HarnessError('bad-configuration', `${file}:1: ${cause instanceof Error ? cause.message : String(cause)}`, 'write out what the aliases stand for', { cause })
  }
}

/** Editors read the file as JSON, whatever a reader of YAML would make of it. */
function refuseOtherThanJson(text: string, fail: Fail): void {
  try {
    JSON.parse(text)
  } catch {
    fail([], 'this is YAML, and the name of the file says JSON', 'name it conformance.config.yaml, or write JSON: names and texts in double quotes, no comments')
  }
}

function settingsOf(value: Readonly<Record<string, unknown>>, at: Path, others: readonly string[], file: string, { fail, lineOf }: { readonly fail: Fail; readonly lineOf: (path: Path) => number }): Configuration {
  const settings = new Map<FlagName, Setting>()
  for (const [key, given] of Object.entries(value)) {
    if (others.includes(key)) continue
    const flag = configurable.find((name) => name === key)
    if (flag === undefined) {
      const known = runFlags.find((name) => name === key)
      if (known !== undefined) fail([...at, key], `"${key}" is for the command line alone`, `leave it out, and write --${key} where you want it`)
      return fail([...at, key], `there is no key "${key}"`, didYouMean(key, [...others, ...configurable], `keys are ${configurable.join(', ')}`))
    }
    const checked = checkSetting(flag, given)
    if ('fact' in checked) return refused(checked, [...at, key], fail)
    settings.set(flag, { values: checked.values.map((text) => placed(flag, text, dirname(file))), line: lineOf([...at, key]), own: false })
  }
  return settings
}

function refused({ item, fact, cure }: SettingFault, path: Path, fail: Fail): never {
  return fail(item === undefined ? path : [...path, item], fact, cure)
}

/** Relative paths start at the file. */
function placed(flag: FlagName, text: string, folder: string): string {
  const from = (path: string) => (folder === '.' || isAbsolute(path) ? path : join(folder, path))
  switch (flag) {
    case 'event':
    case 'out':
    case 'baseline':
      return from(text)
    case 'profile':
      return /[/\\]|\.(ya?ml|json)$/i.test(text) ? from(text) : text
    case 'secret':
      return text.startsWith('file:') ? `file:${from(text.slice(5))}` : text
    case 'attest':
      return text.startsWith('env:') ? text : from(text.replace(/^file:/, ''))
    case 'reporter':
      return text.replace(/^([^=]*=)(.+)$/s, (_, name: string, path: string) => name + from(path))
    default:
      return text
  }
}
