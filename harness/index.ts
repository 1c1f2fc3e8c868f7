/** The package as a library: play the suites against a target, or judge a transcript again. */
export { judge } from './judge.ts'
export { loadProfile, builtInProfiles } from './profile/load.ts'
export type { Profile } from './profile/profile.ts'
export type { Report, Verdict } from './report/report.ts'
export { run, type RunOptions, type RunResult, type RunTarget } from './run.ts'
export { HarnessError } from './errors.ts'
