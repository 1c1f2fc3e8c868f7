import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import type { ConfiguredRun, Configured } from './configuration-read.ts'
import type { FlagName, GivenFlags } from './flags.ts'
import { didYouMean } from './near.ts'
import { many, one } from './options.ts'

/** One run that is asked for, by the command line and the file together. */
export interface AskedRun {
  /** Its name among the `runs` of the file. */
  readonly name?: string
  readonly flags: GivenFlags
  /** Reads something out of the flags. What turns out to be wrong in a value of the file is told with its line. */
  readonly reading: <T>(read: () => Promise<T>) => Promise<T>
}

export interface Asked {
  readonly runs: readonly AskedRun[]
  /** Which file is in force; nothing where there is none. */
  readonly lines: readonly string[]
}

/** Where a configuration is looked for, in the working folder. */
const fileNames = ['conformance.config.yaml', 'conformance.config.yml', 'conformance.config.json'] as const

/** `--config none`: no file is read. */
const noFile = 'none'

/** Ways to the same thing: one of them on the command line takes the other of the file away. */
const alternatives: Readonly<Partial<Record<FlagName, FlagName>>> = { control: 'exec', exec: 'control' }

/**
 * The runs that a command line asks for: one, or those that its configuration lists.
 *
 * A flag counts in place of the whole key of the file. A file that merely lies there is left aside for `--target reference`,
 * which is another target than the one that it describes.
 *
 * @throws HarnessError `usage` or `bad-configuration`, each of exit code 2.
 */
export async function askedRuns(line: GivenFlags): Promise<Asked> {
  const file = configurationFile(one(line, 'config'))
  if (file === undefined) return { runs: [{ flags: line, reading: (read) => read() }], lines: [] }
  if (one(line, 'config') === undefined && one(line, 'target') === 'reference') {
    const left = `configuration: none (${file} is about another target; --config ${file} takes it all the same)`
    return { runs: [{ flags: line, reading: (read) => read() }], lines: [left] }
  }
  const { readConfiguration } = await import('./configuration-read.ts')
  const configured = await readConfiguration(file)
  const runs = chosen(configured, line).map((run) => askedRun(run, line, file))
  refuseSharedPlaces(runs)
  return { runs, lines: [`configuration: ${file}`] }
}

/** The file that is named, else the one of the working folder. */
function configurationFile(named: string | undefined): string | undefined {
  if (named !== undefined) return named === noFile ? undefined : named
  const [file, other] = fileNames.filter((name) => existsSync(name))
  if (other !== undefined) throw new HarnessError('usage', `there are ${file ?? ''} and ${other}, and one of them counts`, `remove one, or say which with --config`)
  return file
}

/** All runs of the file, or those that the command line names. A file without a list is one run, which has no name. */
function chosen({ file, runs }: Configured, { positionals }: GivenFlags): readonly ConfiguredRun[] {
  const names = runs.flatMap(({ name }) => name ?? [])
  for (const wanted of positionals) {
    if (names.length === 0) throw new HarnessError('usage', `"${wanted}" would name a run, and ${file} lists none`, 'leave it out, or list runs in the file; quote values that hold blanks')
    if (!names.includes(wanted)) throw new HarnessError('usage', `there is no run "${wanted}" in ${file}`, didYouMean(wanted, names, `there are ${names.join(', ')}`))
  }
  return runs.filter(({ name }) => positionals.length === 0 || (name !== undefined && positionals.includes(name)))
}

function askedRun({ name, settings }: ConfiguredRun, line: GivenFlags, file: string): AskedRun {
  const fromFile = new Map([...settings].filter(([flag]) => !line.values.has(flag) && !line.values.has(alternatives[flag] ?? flag)))
  // A switch that is off and a list of nothing are as if nobody had said anything.
  const said = [...fromFile].map(([flag, { values: given }]) => [flag, given] as const).filter(([, given]) => given.length > 0)
  const values = new Map<FlagName, readonly string[]>([...said, ...line.values])
  const out = fromFile.get('out')?.own ? undefined : values.get('out')?.[0]
  if (name !== undefined && out !== undefined) values.set('out', [join(out, name)])
  // What is said here is all that counts: a command that plays a case again repeats it, and reads no file.
  values.set('config', [noFile])
  return {
    ...(name === undefined ? {} : { name }),
    flags: { values, positionals: [] },
    reading: async (read) => {
      try {
        return await read()
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error
        const settingsInForce = [...fromFile]
        const [flag, setting] = settingsInForce.find(([name]) => names(error.message, name)) ?? settingsInForce.find(([name, { values: given }]) => quotes(error.message, name, given)) ?? []
        if (flag === undefined || setting === undefined) throw error
        throw new HarnessError(error.code, `${file}:${setting.line}: ${factOfKey(error.message, flag, setting.values)}`, cureOfKey(error.cure, flag), { cause: error })
      }
    },
  }
}

function names(fact: string, flag: FlagName): boolean {
  return new RegExp(`--${flag}(?![\\w-])`).test(fact)
}

/** Whether a fact that names no flag has a value of this one in it: in quotes, as the variable that it stands for, or as a path. */
function quotes(fact: string, flag: FlagName, values: readonly string[]): boolean {
  const isPath = flag === 'profile' || flag === 'event' || flag === 'baseline'
  return values.some((value) => fact.includes(`"${value}"`) || fact.includes(`the environment variable ${/env:(\w+)$/.exec(value)?.[1] ?? '\n'} `) || (isPath && fact.split(' ').includes(value)))
}

/** A fact about a flag, said of the key: `--budget 60x is not a duration` is `budget: 60x is not a duration`. */
function factOfKey(fact: string, flag: FlagName, values: readonly string[]): string {
  return bare(values.reduce((said, value) => said.replaceAll(`--${flag} ${value}`, `${flag}: ${value}`), fact), flag)
}

/** In a cure, what follows a flag is what to write. */
function cureOfKey(cure: string, flag: FlagName): string {
  return bare(cure.replaceAll(`--${flag} `, `${flag}: `), flag)
}

function bare(text: string, flag: FlagName): string {
  return text.replaceAll(new RegExp(`--${flag}(?![\\w-])`, 'g'), flag)
}

/** Reports of several runs that would stand in the same place. */
function refuseSharedPlaces(runs: readonly AskedRun[]): void {
  const places = runs.flatMap(({ flags }) => many(flags, 'reporter')).filter((reporter) => reporter !== 'pretty' && reporter !== 'github')
  const shared = places.find((place, index) => places.indexOf(place) !== index)
  if (shared !== undefined) throw new HarnessError('usage', `several runs would write the reporter ${shared} to the same place`, 'give each run a reporter of its own, or use out: each run has a folder in it')
}
