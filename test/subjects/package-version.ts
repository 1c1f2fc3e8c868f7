import { readFileSync } from 'node:fs'

/** The version of an installed package. The folder is the project's: npm and vitest run there, and so do their children. */
export function packageVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { readonly version: string } // npm asks for it
  return version
}
