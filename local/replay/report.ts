/** What a replay found, as a document for programs and as a table for people. */
import { redactUrl } from '../simulator/redaction.ts'
import type { Difference } from './difference.ts'
import type { Judged } from './replay.ts'

interface Listed {
  readonly line: number
  readonly test: string
  readonly operation: string
  readonly request: string
  readonly reason?: string
  readonly differences: readonly Difference[]
}

type Counts = Readonly<Record<'reproduced' | 'tolerated' | 'different', number>>

export interface Report {
  readonly file: string
  readonly exchanges: number
  readonly inScope: number
  readonly total: Counts
  /** Reproduced, of those in scope; 0 to 100. */
  readonly percent: number
  readonly operations: Readonly<Record<string, Counts>>
  readonly tolerated: readonly Listed[]
  readonly different: readonly Listed[]
  /** By operation. */
  readonly outOfScope: Readonly<Record<string, { readonly count: number; readonly areas: readonly string[] }>>
}

const countsOf = (judged: readonly Judged[]): Counts => {
  const count = (verdict: keyof Counts) => judged.filter(item => item.verdict === verdict).length
  return { reproduced: count('reproduced'), tolerated: count('tolerated'), different: count('different') }
}

const byOperation = (judged: readonly Judged[]): [string, Judged[]][] =>
  [...Map.groupBy(judged, ({ operation }) => operation)].toSorted(([a], [b]) => a.localeCompare(b))

const listed = ({ exchange, operation, reason, found }: Judged): Listed => ({
  line: exchange.line,
  test: exchange.test,
  operation,
  request: redactUrl(`${exchange.method} ${exchange.url.pathname}${exchange.url.search}`),
  ...(reason === undefined ? {} : { reason }),
  differences: found,
})

export const reportOf = (file: string, judged: readonly Judged[]): Report => {
  const [outside = [], inside = []] = [true, false].map(out =>
    judged.filter(({ verdict }) => (verdict === 'outOfScope') === out),
  )
  const total = countsOf(inside)
  return {
    file,
    exchanges: judged.length,
    inScope: inside.length,
    total,
    percent: inside.length === 0 ? 100 : (100 * total.reproduced) / inside.length,
    operations: Object.fromEntries(byOperation(inside).map(([operation, some]) => [operation, countsOf(some)])),
    tolerated: inside.filter(({ verdict }) => verdict === 'tolerated').map(listed),
    different: inside.filter(({ verdict }) => verdict === 'different').map(listed),
    outOfScope: Object.fromEntries(
      byOperation(outside).map(([operation, some]) => [
        operation,
        { count: some.length, areas: [...new Set(some.map(({ reason = '' }) => reason))] },
      ]),
    ),
  }
}
