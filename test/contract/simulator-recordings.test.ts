/** The simulator against traffic of the real service: `npm run test:contract` prints the tables. */
import { beforeAll, expect, it } from 'vitest'
import { readRecording } from '../../local/replay/recording.ts'
import { replay } from '../../local/replay/replay.ts'
import { type Report, reportOf } from '../../local/replay/report.ts'
import { tableOf } from '../../local/replay/table.ts'
import { describeWithData } from './support/shared-data.ts'

/** Reproduced at least, of the exchanges in scope. */
const sets = [
  { file: '2018.jsonl', percent: 30 },
  { file: '2021.jsonl', percent: 70 },
]

for (const { file, percent } of sets)
  describeWithData(`traffic of the real service, replayed: ${file}`, `ams-recordings/${file}`, path => {
    let report: Report

    beforeAll(async () => {
      report = reportOf(file, await replay(readRecording(path)))
      process.stdout.write(`${tableOf(report)}\n`)
    })

    it('holds what is in scope and counts the rest by operation', () => {
      const { inScope, exchanges, outOfScope } = report
      const outside = Object.values(outOfScope).reduce((sum, { count }) => sum + count, 0)
      expect(inScope).toBeGreaterThan(300)
      expect(inScope + outside).toBe(exchanges)
    })

    it(`is answered as recorded, ${percent} % at least`, () => {
      expect(report.percent).toBeGreaterThanOrEqual(percent)
    })
  })
