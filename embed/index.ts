/** The package as a library: judge a target, play the suites with parts of one's own, or judge a transcript again. */
export * from '../harness/index.ts'
export { check, verdicts, type CheckOptions } from './check.ts'
export type { ConformanceOptions } from './options.ts'
export type { FetchHandler } from './fetch-handler.ts'
export type { GivenTarget, NodeListener, StartedTarget } from './target.ts'
