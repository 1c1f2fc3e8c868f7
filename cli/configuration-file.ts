import type { RoleName } from '../harness/role.ts'
import type { ProxyLensName } from '../harness/http/proxy-passage.ts'

/**
 * `conformance.config.yaml` or `.json`: what `conformance run` is to be told each time. Each key is a flag of the command line,
 * which wins over the file; a key that can be repeated there has a list here, or one value. Relative paths start at the file.
 */
export interface ConfigurationFile extends Settings {
  /** For editors. */
  readonly $schema?: string
  /**
   * Several runs, one after the other; each says what is different about it.
   *
   * @minItems 1
   */
  readonly runs?: readonly NamedRun[]
}

/** One of several runs: what it sets counts in place of what the file sets for all. */
export interface NamedRun extends Settings {
  /**
   * Picks the run on the command line, and is its folder under `out`.
   *
   * @pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$
   */
  readonly name: string
}

/** The flags of `conformance run` that a file can set. */
export interface Settings {
  /**
   * What is judged: a URL, or `reference` for the embedded reference implementation.
   *
   * @examples ["http://127.0.0.1:3000/webhooks"]
   * @pattern ^(reference$|https?://)
   */
  readonly target?: string
  /** The role of the target; detected when left out. */
  readonly role?: RoleName
  /**
   * A built-in profile by name, or the file of an AsyncAPI document.
   *
   * @minLength 1
   * @examples ["event-delivery", "standard-webhooks", "./asyncapi.yaml"]
   */
  readonly profile?: string
  /**
   * The signing secret that the target is configured with, by reference: `env:NAME` or `file:PATH`. The text of a secret is refused.
   *
   * @items.pattern ^(env|file):.
   * @examples ["env:WEBHOOK_SECRET"]
   */
  readonly secret?: string | readonly string[]
  /**
   * Files of sample events that the target knows, in place of those of the profile.
   *
   * @items.minLength 1
   */
  readonly event?: string | readonly string[]
  /**
   * Sent with every request to the target: `NAME: VALUE`, where VALUE may be env:NAME, and has to be for credentials.
   *
   * @items.pattern ^[^:]+:
   * @examples ["Authorization: env:API_TOKEN"]
   */
  readonly header?: string | readonly string[]
  /**
   * A command that makes a producer or stream emit; it is given the events as JSON and prints their ids.
   *
   * @minLength 1
   */
  readonly trigger?: string
  /**
   * URL of the control API of the target.
   *
   * @pattern ^https?://
   */
  readonly control?: string
  /**
   * A command that is a control adapter, as a child process.
   *
   * @minLength 1
   */
  readonly exec?: string
  /**
   * Where the harness listens, `HOST:PORT`.
   *
   * @pattern :[0-9]{1,5}$
   * @default 127.0.0.1:0
   */
  readonly listen?: string
  /**
   * The URL at which the target reaches the harness.
   *
   * @pattern ^https?://
   */
  readonly 'public-url'?: string
  /** Streams are read through this proxy. */
  readonly via?: ProxyLensName
  /**
   * Only these cases, suites or requirements; `*` stands for anything.
   *
   * @items.minLength 1
   */
  readonly only?: string | readonly string[]
  /**
   * These cases, suites or requirements are left out.
   *
   * @items.minLength 1
   */
  readonly skip?: string | readonly string[]
  /** Only rules of these levels. */
  readonly level?: LevelName | readonly LevelName[]
  /**
   * Longest duration of the run, a whole number with its unit: ms, s, m, h or d.
   *
   * @pattern ^[0-9]+(ms|s|m|h|d)$
   * @examples ["60s"]
   */
  readonly budget?: string
  /**
   * The target runs its delivery policy this many times faster than it declares.
   *
   * @minimum 1
   */
  readonly 'time-scale'?: number
  /**
   * Cases in flight at once.
   *
   * @TJS-type integer
   * @minimum 1
   * @maximum 256
   */
  readonly concurrency?: number
  /**
   * The same seed sends the same bytes.
   *
   * @TJS-type integer
   * @minimum 0
   */
  readonly seed?: number
  /**
   * Formats of the report: `NAME` for standard output, `NAME=FILE` for a file.
   *
   * @items.pattern ^(pretty|json|junit|html|markdown|github|tap|sarif|ctrf|earl|har)(=.+)?$
   * @examples ["pretty", "junit=report.xml"]
   */
  readonly reporter?: string | readonly string[]
  /**
   * Folder for `report.json`, `transcript.ndjson` and the reports of all reporters.
   *
   * @minLength 1
   */
  readonly out?: string
  /**
   * Hosts other than this machine that may be sent to.
   *
   * @items.minLength 1
   */
  readonly 'allow-host'?: string | readonly string[]
  /**
   * File of the known failures: excused until their day, and an error once they are none any more.
   *
   * @minLength 1
   */
  readonly baseline?: string
  /**
   * The Ed25519 private key (PEM) that signs what `out` holds: a file, or env:NAME.
   *
   * @minLength 1
   */
  readonly attest?: string
  /**
   * How long the attestation holds.
   *
   * @pattern ^[0-9]+(ms|s|m|h|d)$
   * @default 90d
   */
  readonly 'valid-for'?: string
  /** One line a failure. */
  readonly quiet?: boolean
}

export type LevelName = 'must' | 'should' | 'may'
