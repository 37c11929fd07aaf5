/** Memory of a comparison of two very large containers, whose listings a server makes up as they are asked for. */
import { blobItem, startListingServer } from '../../test/unit/storage/support/listing-server.ts'
import { figure, markdownTable, median } from '../table.ts'
import { measureClient } from './measure.ts'
import type { Figures, Result } from './report.ts'
import { engine } from './tools.ts'

const mebibyte = 1024 * 1024

export const runMemory = async (blobs: number, rounds: number): Promise<Result> => {
  const server = await startListingServer(
    index => blobItem(`folder/segment-${String(index).padStart(8, '0')}.mp4`, { size: index }),
    blobs,
  )
  const figures: Figures[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      const url = `${server.container.url}?sv=1`
      server.markers.length = 0
      const measured = await measureClient({
        client: 'engine, compare',
        source: url,
        target: url,
        names: [],
        concurrency: 1,
      })
      figures.push({
        tool: engine.name,
        round,
        requests: server.markers.length,
        storageCpuMilliseconds: undefined,
        overFloor: Number.NaN,
        ...measured,
      })
    }
  } finally {
    await server.close()
  }
  const middle = (pick: (one: Figures) => number | undefined) => median(figures.map(one => pick(one) ?? Number.NaN))
  const growth = middle(one => one.growthBytes) / mebibyte
  return {
    key: 'memory',
    title: `Comparing two containers of ${blobs} blobs, listings made up by a server`,
    figures,
    goals: [{ what: 'memory above idle, MB', most: 120, median: growth }],
    table: markdownTable([
      ['', 'work s', 'CPU s', 'peak MB', 'above idle MB', 'requests'],
      [
        engine.name,
        figure(middle(one => one.workMilliseconds) / 1000, 2),
        figure(middle(one => one.cpuMilliseconds) / 1000, 2),
        figure(middle(one => one.peakBytes) / mebibyte),
        figure(growth),
        figure(middle(one => one.requests)),
      ],
    ]),
  }
}
