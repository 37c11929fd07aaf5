/**
 * `npm run verify`: everything that CI checks, in the order in which mistakes are cheapest to see. A failed check does
 * not hide the next one; the last line counts the tests and every failed check.
 */
import { countLine, readCounts, run } from './run.ts'

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format and lint', 'biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', '.'],
  ['types of the console', 'tsc', '-p', 'src/console'],
  ['architecture', 'node', 'scripts/architecture.ts'],
  ['dead code', 'knip'],
  ['dead code outside tests', 'knip', '--production'],
  ['bundle', 'rolldown', '-c', 'rolldown.config.ts'],
  ['settings page', 'node', 'scripts/settings-page.ts', '--check'],
  ['telemetry page', 'node', 'scripts/telemetry-page.ts', '--check'],
  ['runbook page', 'node', 'scripts/runbook-page.ts', '--check'],
  ['OpenAPI', 'node', 'scripts/openapi.ts', '--check'],
  ['tests', 'node', 'scripts/test.ts'],
]

let total = { passed: 0, failed: 0, skipped: 0 }
for (const [name, command, ...args] of checks) {
  const began = Date.now()
  const { code, tail } = await run(command, args)
  const counts = readCounts(tail) ?? { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  const failed = counts.failed === 0 && code !== 0 ? 1 : counts.failed
  total = {
    passed: total.passed + counts.passed,
    failed: total.failed + failed,
    skipped: total.skipped + counts.skipped,
  }
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`)
}
console.log(countLine(total))
process.exitCode = total.failed > 0 ? 1 : 0
