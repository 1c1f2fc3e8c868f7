import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const installMs = 120_000

/**
 * Why a program of Debian's cannot run here, or undefined. Where its packages can be installed, they are.
 *
 * Packages may bring a service. Runlevel 1 keeps it from being started; whether it runs makes no difference to the tests.
 */
export function missingDebian(name: string, file: string, packages: readonly string[]): string | undefined {
  if (existsSync(file)) return undefined
  if (process.getuid?.() !== 0) return `${name} is not installed, and only root can install it`
  const options = { stdio: 'ignore', timeout: installMs, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } } as const
  const install = () => spawnSync('apt-get', ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=100', ...packages], options).error
  if (install() === undefined && !existsSync(file) && spawnSync('apt-get', ['update'], options).status === 0) install()
  return existsSync(file) ? undefined : `${name} could not be installed`
}

/** The version of an installed package without Debian's revision: `1.22.1` for `1.22.1-9+deb12u3`. */
export function debianVersion(name: string): string {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${source:Upstream-Version}', name], { encoding: 'utf8' })
  return stdout.replace(/[+~].*$/, '')
}
