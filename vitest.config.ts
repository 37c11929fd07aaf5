import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/recorded-answers.ts'],
    exclude: ['test/browser/**'],
    pool: 'forks',
    // Files that start Azurite or the whole stack are heavy; more at once only make each other late.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine may need longer than the usual second.
    expect: { poll: { timeout: 30_000 } },
  },
})
