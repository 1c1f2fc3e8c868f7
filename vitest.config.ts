import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two processes keep two cores busy; more only make the timings of real servers worse.
    pool: 'forks',
    maxWorkers: 2,
  },
})
