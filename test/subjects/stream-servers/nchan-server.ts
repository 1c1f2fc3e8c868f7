import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { debianVersion, missingDebian } from '../debian.ts'
import { freePort } from '../free-port.ts'
import { listen, type Subject } from '../receiver-server.ts'
import { serveStreamControl, type StreamServerSide } from './stream-control.ts'

/** A subject whose control API is at another origin than its streams. */
export interface NchanSubject extends Subject {
  readonly control: string
}

const modulePath = '/usr/lib/nginx/modules/ngx_nchan_module.so'

/** Why nginx with Nchan cannot run here, or undefined. Where Debian's packages can be installed, they are. */
export function missingNchan(): string | undefined {
  return missingDebian('nginx with Nchan', modulePath, ['nginx', 'libnginx-mod-nchan'])
}

/** Of both, as Debian numbers them. */
export function nchanVersion(): string {
  return `${debianVersion('nginx')}, ${debianVersion('libnginx-mod-nchan')}`
}

/** nginx with Nchan, in a process of its own: subscribers start at the newest message, ids and replay are all Nchan's. */
export async function start(): Promise<NchanSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-nchan-'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port))
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  await answers(`${origin}/pub`)
  const channel = (method: string, init: RequestInit = {}) => fetch(`${origin}/pub`, { method, ...init, headers: { Accept: 'application/json', ...init.headers } })
  const side: StreamServerSide = {
    publish: async ({ type, data }) => {
      if (/[\r\n]/.test(type)) throw new RangeError('Nchan takes the type as a header')
      const answer = await channel('POST', { body: data, headers: { 'X-EventSource-Event': type, 'Content-Type': 'text/plain' } })
      const { last_message_id: id } = (await answer.json()) as { readonly last_message_id: string } // Nchan documents it
      return id
    },
    reset: () => {},
  }
  const control = await listen('/control', (request, response) => {
    if (!serveStreamControl({ name: 'nginx with Nchan', version: nchanVersion() }, { heartbeatMs: 1000 }, side, request, response)) response.writeHead(404).end()
  })
  return {
    url: `${origin}/stream`,
    control: control.url,
    close: async () => {
      await control.close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const late = setTimeout(kill, 2000)
      await ended
      clearTimeout(late)
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(folder: string, port: number): string {
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
  return `
    load_module ${modulePath};
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log /dev/null;
    events { worker_connections 1024; }
    http {
      access_log off; ${scratch}
      server {
        listen 127.0.0.1:${port};
        client_max_body_size 4m;
        location = /pub { nchan_publisher; nchan_channel_id main; nchan_message_buffer_length 20000; nchan_message_timeout 10m; }
        location = /stream { nchan_subscriber eventsource; nchan_channel_id main; nchan_eventsource_ping_interval 1; nchan_eventsource_ping_comment "ping"; nchan_eventsource_ping_event ""; nchan_subscriber_first_message newest; }
      }
    }`
}

/** Resolves once something answers. @throws Error when nothing does within five seconds. */
async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await fetch(url).then(() => true, () => false)) return
    await pause(50)
  }
  throw new Error('nginx does not listen')
}
