/** Replays a recording and says of each exchange whether it was answered as recorded. */
import { type Played, playTest } from './player.ts'
import type { Exchange } from './recording.ts'
import { areaOutOfScope, operationOf } from './scope.ts'
import { reasonFor } from './tolerated.ts'

export interface Judged extends Played {
  readonly operation: string
  readonly verdict: 'reproduced' | 'tolerated' | 'different' | 'outOfScope'
  /** Why it is tolerated, or the area that is out of scope. */
  readonly reason?: string
}

/** Headers that some recorders leave out everywhere; in a recording without any of them they are not compared. */
const leftOut = new Set(['retry-after', 'x-ms-ratelimit-remaining-subscription-reads'])

const judge = (played: Played): Judged => {
  const { exchange, found } = played
  const operation = operationOf(exchange)
  const area = areaOutOfScope(exchange)
  if (area !== undefined) return { ...played, operation, verdict: 'outOfScope', reason: area }
  if (found.length === 0) return { ...played, operation, verdict: 'reproduced' }
  const reason = reasonFor(played)
  return reason === undefined
    ? { ...played, operation, verdict: 'different' }
    : { ...played, operation, verdict: 'tolerated', reason }
}

/** In the order of the recording. Each test meets a simulator of its own. */
export const replay = async (exchanges: readonly Exchange[]): Promise<Judged[]> => {
  const names = new Set(exchanges.flatMap(({ headers }) => Object.keys(headers)))
  const kept = (header: string) => !leftOut.has(header) || names.has(header)
  const judged: Judged[] = []
  for (const ofTest of Map.groupBy(exchanges, ({ test }) => test).values())
    judged.push(...(await playTest(ofTest, kept)).map(judge))
  return judged.toSorted((a, b) => a.exchange.line - b.exchange.line)
}
