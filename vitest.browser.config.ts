import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** Tests that need a browser: `npm run test:browser`. */
export default defineConfig({
  test: { ...config.test, include: ['test/browser/**/*.test.ts'], exclude: [], maxWorkers: 1 },
})
