import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

export const root = join(import.meta.dirname, '../..')

/** The strictest settings that a project may have, with nothing of a browser or of Node.js unless `types` names it. */
const strictest: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: true,
  types: [],
}

/** Faults of modules that are in no file, each as `name(line): message`. They may import one another, `./name.ts`. */
export function faultsOf(modules: ReadonlyMap<string, string>, options: ts.CompilerOptions = {}): readonly string[] {
  const settings = { ...strictest, allowImportingTsExtensions: true, ...options }
  const host = ts.createCompilerHost(settings)
  const at = (name: string) => join(root, 'test/generate', name)
  const texts = new Map([...modules].map(([name, text]) => [at(name), text]))
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (file) => texts.has(file) || fileExists(file)
  host.readFile = (file) => texts.get(file) ?? readFile(file)
  host.getSourceFile = (file, language, ...more) => {
    const text = texts.get(file)
    return text === undefined ? getSourceFile(file, language, ...more) : ts.createSourceFile(file, text, language)
  }
  host.getCurrentDirectory = () => root
  const program = ts.createProgram([...texts.keys()], settings, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0
    return `${file?.fileName.replace(/^.*\//, '') ?? ''}(${line}): ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

/** What a generated module exports, by name. */
export type Loaded = Readonly<Record<string, unknown>>

/** Loads a module as a project would: below `node_modules`, so that what it imports is found, and test runners leave it alone. */
export async function load(text: string): Promise<Loaded> {
  const folder = await mkdtemp(join(root, 'node_modules/.generated-'))
  try {
    const file = join(folder, 'module.mjs')
    await writeFile(file, ts.transpileModule(text, { compilerOptions: { ...strictest, noEmit: false } }).outputText)
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Loaded // the namespace of a module
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A guard of a loaded module. */
export function guard(module: Loaded, name: string): (value: unknown) => boolean {
  const found = module[name]
  if (typeof found !== 'function') throw new Error(`the module exports no function ${name}, but ${Object.keys(module).join(', ')}`)
  return (value) => Boolean(found(value))
}

/** What a parser of a loaded module says of a value: `undefined` when it takes it. */
export function refusal(module: Loaded, name: string, value: unknown): string | undefined {
  const found = module[name]
  if (typeof found !== 'function') throw new Error(`the module exports no function ${name}`)
  try {
    found(value)
    return undefined
  } catch (error) {
    return error instanceof Error && error.name === 'ShapeError' ? error.message : `threw ${String(error)}`
  }
}
