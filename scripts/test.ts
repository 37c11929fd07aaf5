/** `npm test [-- vitest arguments]`: runs the tests and ends with one line of real counts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countLine, run } from './run.ts'
import { countTests, type Report } from './test-counts.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinstream-test-'))
const file = join(folder, 'report.json')

const read = (): Report | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

// What only all tests together can show is asked for at the end of them.
if (process.argv.length === 2) process.env.TWINSTREAM_ALL_TESTS = '1'

try {
  const { code } = await run('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ])
  const counts = countTests(read(), code)
  if (counts.failed > 0 && code === 0) console.error('The test runner ended well but its report does not.')
  if (code !== 0) console.error(`The test runner ended with code ${code}.`)
  console.log(countLine(counts))
  process.exitCode = counts.failed > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
