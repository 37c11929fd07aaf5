/** Recordings and specifications that are not part of the repository: beside it, or where TWINSTREAM_DATA says. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'

const folder = process.env.TWINSTREAM_DATA ?? join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data')

export const dataPath = (...parts: string[]): string => join(folder, ...parts)

/** Runs the suite where the data is; without it the suite is reported as skipped, and fails in CI. */
export const describeWithData = (title: string, path: string, suite: (path: string) => void): void => {
  const wanted = dataPath(path)
  if (existsSync(wanted)) describe(title, () => suite(wanted))
  else if (process.env.CI === undefined)
    describe.skip(`${title} (needs ${path}; set TWINSTREAM_DATA)`, () => suite(wanted))
  else
    describe(title, () => {
      it(`has its data at ${path}`, () => {
        throw new Error(`There is no ${wanted}. Set TWINSTREAM_DATA to the folder that holds ${path}.`)
      })
    })
}
