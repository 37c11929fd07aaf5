/** Sends many hostile requests and collects what was wrong with their answers. */
import fc from 'fast-check'
import pLimit from 'p-limit'
import type { Answer } from '../../support/api-contract.ts'
import type { RawRequest, Sender } from './send.ts'

/** `npm run test:doors -- --runs N --seed S` sets them; without it a small fixed part runs. */
const { TWINSTREAM_DOORS_RUNS: asked, TWINSTREAM_DOORS_SEED: given } = process.env
const runs = Number(asked ?? 50)
export const seed = Number(given ?? 20_301)

/** Shown of a request; all of it can be made again from the seed. */
const shown = ({ method, path, headers, body }: RawRequest): string =>
  `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 200)} ${String(body).slice(0, 300)}`

export interface Attack {
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>
  /** What was wrong and with which request. */
  readonly faults: readonly string[]
}

export interface Plan {
  /** For the line that a long run prints. */
  readonly what: string
  readonly requests: fc.Arbitrary<RawRequest>
  readonly sender: Sender
  /** For every request, e.g. a key. */
  readonly headers?: Readonly<Record<string, string>>
  /** What is wrong with an answer, nothing where it is right. */
  judge(answer: Answer, request: RawRequest): readonly string[]
}

/** Sends them, several at once; a request without an answer in time is a fault. */
export const attack = async ({ what, requests, sender, headers = {}, judge }: Plan): Promise<Attack> => {
  const limit = pLimit(16)
  const statuses: Record<number, number> = {}
  const faults: string[] = []
  await Promise.all(
    fc.sample(requests, { numRuns: runs, seed }).map(request =>
      limit(async () => {
        try {
          const answer = await sender.send(request, headers)
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
          for (const fault of judge(answer, request)) faults.push(`${fault} ← ${shown(request)}`)
        } catch (error) {
          faults.push(`${error instanceof Error ? error.message : String(error)} ← ${shown(request)}`)
        }
      }),
    ),
  )
  if (asked !== undefined)
    process.stdout.write(
      `seed ${seed}, ${runs} requests, ${what}: ${JSON.stringify(statuses)}, ${faults.length} faults\n`,
    )
  return { statuses, faults }
}
