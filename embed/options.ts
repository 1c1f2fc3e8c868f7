import type { Profile } from '../harness/profile/profile.ts'
import type { RoleName } from '../harness/role.ts'
import type { RunOptions } from '../harness/run.ts'
import type { GivenTarget } from './target.ts'

/** What is judged and how: what the flags of `conformance run` say, for a program. */
export interface ConformanceOptions {
  /** Left out only for a stream client that `control: { exec }` makes connect. */
  readonly target?: GivenTarget
  readonly role: RoleName
  /** A built-in profile by name, the path of an AsyncAPI document, or what `loadProfile` gave. Default `event-delivery`. */
  readonly profile?: string | Profile
  /** What deliveries are signed with: the text, `env:NAME` or `file:PATH`; several during a rotation. Only a consumer needs one. */
  readonly secret?: string | readonly string[]
  /** URL of the target's control API, or a command that adapts it. Default: the one that the target announces, if it does. */
  readonly control?: string | { readonly exec: string }
  /** Sent with every request to the target. */
  readonly headers?: Readonly<Record<string, string>>
  /** Hosts that hostile requests may be sent to, besides this machine. */
  readonly allowHosts?: readonly string[]
  /** Longest duration of the run, with its unit. Default `60s`. */
  readonly budget?: string
  /** How many times faster than declared the target runs its policy. Default: what its manifest says, else 1. */
  readonly timeScale?: number
  /** Cases in flight at once. */
  readonly concurrency?: number
  /** Same seed, same bytes. Default 1. */
  readonly seed?: number
  /** A shell command that makes a producer or a stream emit: it gets the events as JSON on its stdin. */
  readonly trigger?: string
  /** Configures the one endpoint of a producer that registers none by itself. */
  readonly byHand?: NonNullable<RunOptions['byHand']>
  /** Patterns of cases, suites or requirements that are judged; `*` stands for any characters. One that matches nothing is an error. */
  readonly only?: string | readonly string[]
  /** Patterns of what is left out. */
  readonly skip?: string | readonly string[]
}
