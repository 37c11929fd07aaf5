/** What is copied, by whom, and how fast that ought to be. */
import type { Measured } from './measure.ts'
import type { Options } from './options.ts'
import type { BlobSpec } from './storage.ts'
import { azcopy, engine, engineUnchanged, type Missing, rawCopy, rawLists, rclone, type Tool } from './tools.ts'

/** Figures of one round by tool, the floor among them. */
export type Round = ReadonlyMap<string, Measured>

export interface Goal {
  readonly what: string
  /** Undefined where a tool that it needs is missing. */
  ratio(round: Round): number | undefined
  readonly most: number
}

export interface Scenario {
  readonly key: string
  readonly title: string
  readonly blobs: readonly BlobSpec[]
  readonly floor: Tool
  /** They and the floor run in an order that turns from round to round. */
  readonly tools: readonly (Tool | Missing)[]
  readonly concurrency: number
  /** Milliseconds added to each copy. */
  readonly latency: number
  /** Whether the target is a finished copy already, and stays one: then all tools of a round share it. */
  readonly filled: boolean
  readonly goals: readonly Goal[]
  /** Folder for profiles of our own processes. */
  readonly profile: string | undefined
}

const mebibyte = 1024 * 1024

/** What the process of ours did between having the job and having done it; of others all. */
export const timeOf = (measured: Measured | undefined): number | undefined =>
  measured?.workMilliseconds ?? measured?.wallMilliseconds

const over = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a / b

const vsFloor = (floor: Tool, most: number): Goal => ({
  what: `${engine.name} ÷ ${floor.name}`,
  ratio: round => over(timeOf(round.get(engine.name)), timeOf(round.get(floor.name))),
  most,
})

/** Five folders of small blobs. */
const small = (count: number): readonly BlobSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `folder-${index % 5}/segment-${String(index).padStart(6, '0')}.mp4`,
    bytes: 2_000 + ((index * 7_919) % 18_000),
  }))

const large = (shrink: number): readonly BlobSpec[] => [
  ...[60, 42, 28, 14, 9, 5, 5, 3, 2].map((size, index) => ({
    name: `film-${index}.mp4`,
    bytes: Math.max(1, Math.floor((size * mebibyte) / shrink)),
  })),
  { name: 'film.ism', bytes: 3_000 },
  { name: 'film.ismc', bytes: 9_000 },
  { name: 'film_manifest.json', bytes: 2_000 },
]

const rclones = (command: string): readonly (Tool | Missing)[] => [
  rclone(command, ['copy'], 4),
  rclone(command, ['copy'], 32),
]

const wall = (round: Round, name: string): number | undefined => round.get(name)?.wallMilliseconds

export const scenarios = (options: Options): readonly Scenario[] => {
  const usual = { concurrency: 32, latency: 0, filled: false, profile: options.profile } as const
  const peers = [...rclones(options.rclone), azcopy(options.azcopy, ['copy'])]
  const [four, thirtyTwo, az] = peers.map(({ name }) => name)
  const first: Scenario = {
    ...usual,
    key: 'first',
    title: `First copy of ${options.blobs} small blobs`,
    blobs: small(options.blobs),
    floor: rawCopy,
    tools: [engine, ...peers],
    goals: [
      vsFloor(rawCopy, 1.15),
      {
        what: 'whole process ÷ the better rclone',
        ratio: round => {
          const times = [four, thirtyTwo].flatMap(name => wall(round, name ?? '') ?? [])
          return times.length === 0 ? undefined : over(wall(round, engine.name), Math.min(...times))
        },
        most: 1,
      },
      {
        what: 'whole process ÷ AzCopy',
        ratio: round => over(wall(round, engine.name), wall(round, az ?? '')),
        most: 1 / 1.5,
      },
      {
        what: 'CPU ÷ raw copy',
        ratio: round => over(round.get(engine.name)?.cpuMilliseconds, round.get(rawCopy.name)?.cpuMilliseconds),
        most: 1.4,
      },
      {
        what: 'memory above idle, MB',
        ratio: round => over(round.get(engine.name)?.growthBytes, mebibyte),
        most: 120,
      },
    ],
  }
  return [
    first,
    {
      ...usual,
      key: 'unchanged',
      title: `Nothing changed in ${options.blobs} small blobs`,
      blobs: first.blobs,
      floor: rawLists,
      tools: [
        engineUnchanged,
        rclone(options.rclone, ['sync', '--checksum'], undefined),
        azcopy(options.azcopy, ['sync']),
      ],
      filled: true,
      goals: [vsFloor(rawLists, 1.2)],
    },
    {
      ...usual,
      key: 'large',
      title: `12 blobs of ${Math.round(169 / options.shrink)} MB together`,
      blobs: large(options.shrink),
      floor: rawCopy,
      tools: [engine, ...peers],
      goals: [vsFloor(rawCopy, 2)],
    },
    {
      ...usual,
      key: 'slow',
      title: `${options.slowBlobs} small blobs, 200 ms added to each copy, 128 in flight`,
      blobs: small(options.slowBlobs),
      floor: rawCopy,
      tools: [engine, rclone(options.rclone, ['copy'], 128), azcopy(options.azcopy, ['copy'])],
      concurrency: 128,
      latency: 200,
      goals: [vsFloor(rawCopy, 1.1)],
    },
  ]
}
