import * as z from 'zod'
import { codes } from '../codes.ts'
import type { ReportPage } from '../ledger/ledger.ts'
import { capped } from '../ledger/text-columns.ts'
import { kinds, type Outcome, type Unit } from '../model.ts'
import type { UnitReport } from '../replicate/report.ts'

/** Characters of a line; a page of lines has to fit one text of the ledger. */
const longestLine = 1200
const detailLengths = [400, 200, 100]

type Explanation = Readonly<Record<string, unknown>>

/** Why a unit differs, the longest first: what explains a code is shortened, then left out, but never the code. */
function* explanations(outcome: Outcome | undefined): Generator<Explanation> {
  if (outcome === undefined) return yield {}
  const name = { outcome: outcome.outcome }
  if (!('code' in outcome)) return yield name
  const { code, detail } = outcome
  const explained = { ...name, code, ...codes[code] }
  yield { ...explained, detail }
  for (const length of detailLengths) yield { ...explained, detail: capped(detail ?? '', length) }
  yield { ...name, code }
}

/** One line of NDJSON. Changes that do not fit are counted instead of shown. */
export const reportLine = ({ unit, equal, changes, blobs, bytes, outcome }: UnitReport): string => {
  let line = ''
  for (const explanation of explanations(outcome))
    for (let shown = changes.length; shown >= 0; shown--) {
      const more = changes.length - shown
      line = JSON.stringify({
        kind: unit.kind,
        name: unit.name,
        equal,
        blobs,
        bytes,
        ...explanation,
        changes: changes.slice(0, shown),
        ...(more > 0 ? { moreChanges: more } : {}),
      })
      if (line.length <= longestLine) return line
    }
  // The shortest, which fits every name that the service takes.
  return line
}

const conflictSchema = z.object({ kind: z.enum(kinds), name: z.string(), code: z.literal('TargetChanged') })

/** The unit of a line that waits for somebody to decide, since the target was changed; undefined for every other line. */
export const conflictIn = (line: string): Pick<Unit, 'kind' | 'name'> | undefined =>
  conflictSchema.safeParse(JSON.parse(line)).data

/** Pages of a report from here on hold what the source does not publish; an operation has fewer pages of units. */
const unpublishedFrom = 50_000_000

/**
 * Where the lines of a page of units stand in the report. The report is read in the order of its pages, so what viewers
 * would miss comes first, each part in the order in which the account was walked through: newest first.
 *
 * @returns both places, one of them maybe without lines, so that a page that is written again leaves nothing of before.
 */
export const reportPages = (page: number, reports: readonly UnitReport[]): readonly ReportPage[] => [
  { page, lines: reports.filter(({ published }) => published !== false).map(reportLine) },
  { page: unpublishedFrom + page, lines: reports.filter(({ published }) => published === false).map(reportLine) },
]
