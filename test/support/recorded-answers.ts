/**
 * Around all tests: every answer that a simulator gives, in whichever process, is recorded and held against the published
 * schemas at the end. Without the schemas that is reported as skipped; in CI it fails.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PublishedSchemas } from '../contract/support/published-schemas.ts'
import { dataPath } from '../contract/support/shared-data.ts'
import type { GivenAnswer } from '../contract/support/specification-exceptions.ts'

const title = 'every answer of a simulator is as the published schemas say'
const variable = 'TWINSTREAM_RECORD_ANSWERS'

const readAnswers = (folder: string): GivenAnswer[] =>
  readdirSync(folder).flatMap(file =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line) as GivenAnswer),
  )

/** Vitest calls it before all tests, and what it answers after them. */
export default (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinstream-answers-'))
  process.env[variable] = folder
  return () => {
    const answers = readAnswers(folder)
    rmSync(folder, { recursive: true, force: true })
    delete process.env[variable]
    const schemas = dataPath('ams-swagger')
    if (!existsSync(schemas)) {
      if (process.env.CI !== undefined)
        throw new Error(`There is no ${schemas}. Set TWINSTREAM_DATA to the folder that holds it.`)
      process.stderr.write(`SKIPPED ${title} (needs ams-swagger; set TWINSTREAM_DATA)\n`)
      return
    }
    const published = new PublishedSchemas(schemas)
    const violations = new Set(answers.flatMap(answer => published.violations(answer)))
    if (violations.size > 0) throw new Error(`Not ${title}:\n${[...violations].join('\n')}`)
    process.stdout.write(`ok: ${title} (${answers.length} forms of answers)\n`)
  }
}
