import { parseArgs } from 'node:util'
import { whole } from '../command.ts'

export interface Options {
  /** Small blobs of the first copy and of the look where nothing has changed. */
  readonly blobs: number
  /** Small blobs of the copy with added latency. */
  readonly slowBlobs: number
  /** Divides the sizes of the large blobs. */
  readonly shrink: number
  /** Blobs of the generated listing. */
  readonly listed: number
  readonly rounds: number
  /** Scenarios to run; all without any. */
  readonly only: readonly string[]
  /** Where the figures go as JSON. */
  readonly json: string | undefined
  readonly rclone: string
  readonly azcopy: string
  /** Folder for profiles of our own processes, which they slow down; none without. */
  readonly profile: string | undefined
}

export const usage = `npm run bench:copy -- [options]
  --blobs N       small blobs (5000); --slow-blobs N with added latency (1500); --listed N of the generated listing (100000)
  --shrink N      divides the sizes of the large blobs (1)
  --rounds N      rounds, of which the median counts (3)
  --only NAME     a scenario: first, unchanged, large, slow, memory; may be repeated (all)
  --quick         all of it tiny, to see that it works: what CI runs
  --json FILE     writes every figure of every round (bench/copy.json)
  --rclone PATH   the program ($RCLONE, or rclone in the path); --azcopy PATH ($AZCOPY, or azcopy in the path)
  --profile DIR   writes profiles of the floor and of ours there; node bench/profile.ts DIR shows them
`

/** @throws Error with a sentence for what cannot be read. */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      blobs: { type: 'string' },
      'slow-blobs': { type: 'string' },
      shrink: { type: 'string' },
      listed: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      rclone: { type: 'string', default: process.env.RCLONE ?? 'rclone' },
      azcopy: { type: 'string', default: process.env.AZCOPY ?? 'azcopy' },
      profile: { type: 'string' },
    },
  })
  const number = (name: 'blobs' | 'slow-blobs' | 'shrink' | 'listed' | 'rounds', usual: number, quick: number) =>
    whole(values[name] ?? String(values.quick ? quick : usual), name)
  return {
    blobs: number('blobs', 5_000, 60),
    slowBlobs: number('slow-blobs', 1_500, 40),
    shrink: number('shrink', 1, 64),
    listed: number('listed', 100_000, 6_000),
    rounds: number('rounds', 3, 1),
    only: values.only,
    json: values.json ?? (values.quick ? undefined : 'bench/copy.json'),
    rclone: values.rclone,
    azcopy: values.azcopy,
    profile: values.profile,
  }
}
