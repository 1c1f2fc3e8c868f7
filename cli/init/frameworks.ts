/** What a project is written in, as far as a CI job has to know. */
export type Ecosystem = 'node' | 'python' | 'go' | 'ruby' | 'php'

/** A framework that `init` writes for. Its example is the folder of its name in `examples/consumer/`. */
export interface Framework {
  readonly title: string
  readonly ecosystem: Ecosystem
  /** The port that its servers listen on when nobody says otherwise. */
  readonly port: number
  /** The control adapter, a file of the example. */
  readonly adapter: string
  /** What the user adds to the app: each stands in the example, word for word. */
  readonly mount: {
    /** Makes the adapter known; absent where everything lies in one package. */
    readonly load?: string
    /** Serves the control API. */
    readonly serve: string
    /** Stands around what an event does. */
    readonly effect: string
    /** The file that the first two make up, where they do not go into the app. */
    readonly file?: string
  }
  /** Where the control API is found, when it cannot be at the root. */
  readonly controlPath?: string
  /** How the app is started when the project does not say. */
  readonly start: string
}

const forNode = {
  ecosystem: 'node',
  port: 3000,
  adapter: 'conformance-control.mjs',
  start: 'node server.mjs',
} as const

const load = "import { control, effect } from './conformance-control.mjs'"
const effect = 'await effect(id, () => handle(event))'

/** Every framework by its name, in the order in which they are looked for. */
export const frameworks = {
  next: {
    ...forNode,
    title: 'Next.js',
    mount: {
      load: "import { control } from '../../../../conformance-control.mjs'",
      serve: 'export const { GET, POST } = control({ forget: () => events.clear() })',
      effect,
      file: 'app/api/conformance/[[...verb]]/route.js',
    },
    controlPath: '/api/conformance',
    start: 'npx next start',
  },
  fastify: { ...forNode, title: 'Fastify', mount: { load, serve: 'await app.register(control, { forget: () => events.clear() })', effect } },
  hono: { ...forNode, title: 'Hono', mount: { load, serve: "app.route('/', control({ forget: () => events.clear() }))", effect } },
  express: { ...forNode, title: 'Express', mount: { load, serve: 'app.use(control({ forget: () => events.clear() }))', effect } },
  flask: {
    title: 'Flask',
    ecosystem: 'python',
    port: 5000,
    adapter: 'conformance_control.py',
    mount: { load: 'from conformance_control import control, effect', serve: 'app.register_blueprint(control(forget=events.clear))', effect: 'with effect(id):' },
    start: 'python app.py',
  },
  go: {
    title: 'Go, net/http',
    ecosystem: 'go',
    port: 8080,
    adapter: 'conformance_control.go',
    mount: { serve: 'control(mux, webhooks.forget)', effect: 'err := effect(id, work)' },
    start: 'go run .',
  },
  ruby: {
    title: 'Ruby, Rack',
    ecosystem: 'ruby',
    port: 9292,
    adapter: 'conformance_control.rb',
    mount: { load: "require_relative 'conformance_control'", serve: 'use(ConformanceControl) { receiver.forget }', effect: 'ConformanceControl.effect(id, &work)' },
    start: 'bundle exec rackup',
  },
  php: {
    title: 'PHP',
    ecosystem: 'php',
    port: 8000,
    adapter: 'conformance_control.php',
    mount: {
      load: "require __DIR__ . '/conformance_control.php';",
      serve: "ConformanceControl::serve(forget: fn () => array_map('unlink', glob(memory() . '/*')));",
      effect: 'ConformanceControl::effect($id, $work);',
    },
    start: 'php -S 127.0.0.1:8000 index.php',
  },
  'node-http': { ...forNode, title: 'node:http', mount: { load, serve: 'if (await control(request, response, { forget: () => events.clear() })) return', effect } },
} as const satisfies Record<string, Framework>

export type FrameworkName = keyof typeof frameworks

export const frameworkNames = Object.keys(frameworks) as readonly FrameworkName[] // the keys of the table are its names

export function isFramework(name: string): name is FrameworkName {
  return Object.hasOwn(frameworks, name)
}
