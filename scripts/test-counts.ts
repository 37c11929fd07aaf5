import type { Counts } from './run.ts'

/** The part of Vitest's JSON report that counts. */
export interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * What really happened. The report alone is not enough: a file that fails to load counts no failed test in it, and an
 * unhandled error is only in the exit code.
 *
 * @param report undefined where the runner left none.
 */
export const countTests = (report: Report | undefined, exitCode: number): Counts => {
  const tests = report?.testResults.flatMap(file => file.assertionResults.map(test => test.status)) ?? []
  const count = (...status: string[]) => tests.filter(test => status.includes(test)).length
  const unloaded =
    report?.testResults.filter(
      file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
    ).length ?? 0
  const passed = count('passed')
  const failed = count('failed') + unloaded
  const skipped = count('skipped', 'pending', 'todo', 'disabled')
  // Something went wrong that no test shows: no report, no test at all, an unhandled error.
  const silent = failed === 0 && (exitCode !== 0 || passed === 0)
  return { passed, failed: silent ? 1 : failed, skipped }
}
