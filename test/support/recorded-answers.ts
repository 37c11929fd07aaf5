/**
 * Around all tests: every answer that a simulator gives, in whichever process, is recorded and held against the published
 * schemas at the end, and what the app asked for against its roles. Without the schemas that is reported as skipped; in
 * CI it fails.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { actionFiles, type UsedAction } from '../../local/simulator/action-record.ts'
import { PublishedSchemas } from '../contract/support/published-schemas.ts'
import { dataPath } from '../contract/support/shared-data.ts'
import type { GivenAnswer } from '../contract/support/specification-exceptions.ts'
import { heldAgainstRoles } from './used-rights.ts'

const title = 'every answer of a simulator is as the published schemas say'
const variable = 'TWINSTREAM_RECORD_ANSWERS'

const linesOf = <T>(folder: string, files: readonly string[]): T[] =>
  files.flatMap(file =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line) as T),
  )

/** Vitest calls it before all tests, and what it answers after them. */
export default (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinstream-answers-'))
  process.env[variable] = folder
  return () => {
    const files = readdirSync(folder)
    const answers = linesOf<GivenAnswer>(
      folder,
      files.filter(file => !file.endsWith(actionFiles)),
    )
    const used = linesOf<UsedAction>(
      folder,
      files.filter(file => file.endsWith(actionFiles)),
    )
    rmSync(folder, { recursive: true, force: true })
    delete process.env[variable]
    process.stdout.write(`${heldAgainstRoles(used, process.env.TWINSTREAM_ALL_TESTS !== undefined)}\n`)
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
