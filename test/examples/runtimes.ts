import { spawnSync } from 'node:child_process'
import type { FrameworkName } from '../../cli/init/frameworks.ts'
import { missingDebian } from '../subjects/debian.ts'

/** How an example is started on this machine, given its port, or why it is not. */
export type Runtime = { readonly command: (port: number) => readonly string[]; readonly env?: Readonly<Record<string, string>> } | { readonly missing: string }

const node = (file: string): Runtime => ({ command: () => [process.execPath, file] })

/** Finds the runtime of an example; where it is Debian's to bring and can be installed, it is. */
export function runtimeOf(framework: FrameworkName): Runtime {
  switch (framework) {
    case 'next':
      return node('host.mjs')
    case 'flask': {
      const python = () => ['python3', '/usr/bin/python3'].find((name) => runs(name, '-c', 'import flask'))
      const found = python() ?? (missingDebian('Flask', '/usr/lib/python3/dist-packages/flask/__init__.py', ['python3-flask']) === undefined ? python() : undefined)
      return found === undefined ? { missing: 'there is no Python with Flask' } : { command: () => [found, 'app.py'] }
    }
    case 'go':
      return brought(() => runs('go', 'version'), 'Go', '/usr/bin/go', ['golang-go'], { command: () => ['go', 'run', '.'], env: { GOPROXY: 'off', GOFLAGS: '-mod=mod' } })
    case 'ruby':
      return brought(() => runs('ruby', '-e', 'require "rack"; require "webrick"') && runs('rackup', '--version'), 'Ruby with Rack', '/usr/bin/rackup', ['ruby', 'ruby-rack', 'ruby-webrick'], {
        command: (port) => ['rackup', '-q', '-E', 'production', '-s', 'webrick', '-o', '127.0.0.1', '-p', String(port)],
      })
    case 'php':
      // Eight workers: with one, no two requests would ever be in flight.
      return brought(() => runs('php', '--version'), 'PHP', '/usr/bin/php', ['php-cli'], {
        command: (port) => ['php', '-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, 'index.php'],
        env: { PHP_CLI_SERVER_WORKERS: '8' },
      })
    default:
      return node('server.mjs')
  }
}

function brought(there: () => boolean, name: string, file: string, packages: readonly string[], runtime: Runtime): Runtime {
  if (there()) return runtime
  const missing = missingDebian(name, file, packages)
  return missing === undefined && there() ? runtime : { missing: missing ?? `${name} does not run` }
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0
}
