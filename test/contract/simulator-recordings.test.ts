/** The simulator against traffic of the real service: `npm run test:contract` prints the tables. */
import { beforeAll, expect, it } from 'vitest'
import { readRecording } from '../../local/replay/recording.ts'
import { replay } from '../../local/replay/replay.ts'
import { type Report, reportOf } from '../../local/replay/report.ts'
import { tableOf } from '../../local/replay/table.ts'
import { tolerated } from '../../local/replay/tolerated.ts'
import { dataPath, describeWithData } from './support/shared-data.ts'

/** Reproduced at least, of the exchanges in scope; per cent. */
const least = 95
const files = ['2018.jsonl', '2021.jsonl']
const reports = new Map<string, Promise<Report>>()

/** Replayed once, by whichever test asks first. */
const reportOn = (file: string): Promise<Report> => {
  const judged = () => replay(readRecording(dataPath('ams-recordings', file)))
  const report = reports.get(file) ?? judged().then(all => reportOf(file, all))
  reports.set(file, report)
  return report
}

for (const file of files)
  describeWithData(`traffic of the real service, replayed: ${file}`, `ams-recordings/${file}`, () => {
    let report: Report

    beforeAll(async () => {
      report = await reportOn(file)
      process.stdout.write(`${tableOf(report)}\n`)
    })

    it('is in scope but for what is not simulated, which is counted by operation', () => {
      const { inScope, exchanges, outOfScope } = report
      const counts = Object.values(outOfScope).map(({ count }) => count)
      expect(inScope).toBeGreaterThan(300)
      expect(inScope + counts.reduce((sum, count) => sum + count, 0)).toBe(exchanges)
      for (const operation of Object.keys(outOfScope))
        expect(operation).toMatch(/^(LiveEvents|LiveOutputs|Locations_CheckNameAvailability|Mediaservices)/)
    })

    it(`is answered as recorded, ${least} % of it at least`, () => {
      expect(report.percent).toBeGreaterThanOrEqual(least)
    })

    it('differs elsewhere for a stated reason only', () => {
      expect(report.different).toEqual([])
    })
  })

describeWithData('reasons for what is tolerated', 'ams-recordings', () => {
  it('are all needed', async () => {
    const met = (await Promise.all(files.map(reportOn))).flatMap(report => report.tolerated.map(({ reason }) => reason))
    expect(new Set(met)).toEqual(new Set(tolerated.map(({ reason }) => reason)))
  })
})
