import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cannotDo, installedVersion, serveAdapter } from './adapter.mjs'

/*
 * A browser's own EventSource, driven through a page that this adapter serves:
 *
 *   conformance run --role sse-client --exec 'node examples/sse-client/browser.mjs chromium'
 *   conformance run --role sse-client --exec 'node examples/sse-client/browser.mjs firefox'
 *
 * A second word is a library that runs in the page in place of the browser's EventSource: sse.js.
 * Without the name of a browser it prints the address of the page, to be opened in any browser by hand.
 */
const [, , browser, library] = process.argv
const files = {
  '/': ['text/html', new URL('browser.html', import.meta.url)],
  '/client.mjs': ['text/javascript', new URL(library === undefined ? 'browser-client.mjs' : 'browser-sse-js.mjs', import.meta.url)],
  ...(library === undefined ? {} : { '/library.mjs': ['text/javascript', new URL(import.meta.resolve(library))] }),
}
const reports = new Map()
let connections = 0
let waiting = []
let poll

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://page').pathname
  if (Object.hasOwn(files, path)) {
    const [type, file] = files[path]
    return response.setHeader('Content-Type', `${type}; charset=utf-8`).end(readFileSync(file))
  }
  if (path === '/commands') {
    poll = response
    return flush()
  }
  if (path === '/reports' && request.method === 'POST') {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    for (const { id, kind, value } of JSON.parse(Buffer.concat(chunks).toString('utf8'))) reports.get(id)?.[kind](value)
    return response.writeHead(204).end()
  }
  response.writeHead(404).end()
})

/** The page asks again as soon as it was answered; a poll without a command is answered by the next one. */
function flush() {
  if (poll === undefined || waiting.length === 0) return
  poll.setHeader('Content-Type', 'application/json').end(JSON.stringify(waiting))
  waiting = []
  poll = undefined
}

function command(value) {
  waiting.push(value)
  flush()
}

server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/`
  if (browser === undefined) process.stderr.write(`open ${url} in the browser\n`)
  else startBrowser(browser, url)
  serveAdapter({
    name: library ?? browser ?? 'browser',
    version: library && installedVersion(library),
    // It listens type by type, and holds six connections to one origin (HTTP/1.1).
    capabilities: { types: true, maxConnections: 6 },
    open: ({ url, headers, lastEventId, types = [], closeAfter }, report) => {
      if (headers !== undefined) throw cannotDo('headers')
      if (lastEventId !== undefined) throw cannotDo('lastEventId')
      connections += 1
      const id = connections
      let closed = () => {}
      const end = new Promise((resolve) => (closed = resolve))
      reports.set(id, { ...report, closed })
      command({ do: 'open', id, url, types, closeAfter })
      return {
        close: () => {
          command({ do: 'close', id })
          return end
        },
      }
    },
  })
})

function startBrowser(command, url) {
  const profile = mkdtempSync(join(tmpdir(), 'event-source-'))
  const child = spawn(command, /firefox/.test(command) ? firefoxWords(profile, url) : chromiumWords(profile, url), { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  child.on('error', (error) => {
    process.stderr.write(`${command} cannot be started: ${error.message}\n`)
    process.exit(1)
  })
  process.on('exit', () => {
    child.kill('SIGKILL')
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // The browser may still write; the directory is in the system's temporary one.
    }
  })
}

function chromiumWords(profile, url) {
  return ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps', `--user-data-dir=${profile}`, '--remote-debugging-pipe', url]
}

/** Nothing is asked of the network but the page and its streams; what else starts with Firefox is switched off. */
function firefoxWords(profile, url) {
  const preferences = {
    'app.normandy.enabled': false,
    'app.update.enabled': false,
    'browser.safebrowsing.downloads.remote.enabled': false,
    'browser.safebrowsing.malware.enabled': false,
    'browser.safebrowsing.phishing.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'browser.startup.homepage_override.mstone': 'ignore',
    'datareporting.policy.dataSubmissionEnabled': false,
    'extensions.update.enabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'services.settings.server': 'data:,',
    'toolkit.telemetry.enabled': false,
    'trailhead.firstrun.didSeeAboutWelcome': true,
  }
  writeFileSync(join(profile, 'user.js'), Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''))
  return ['--headless', '--no-remote', '--profile', profile, url]
}
