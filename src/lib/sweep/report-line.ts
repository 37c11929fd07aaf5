import * as z from 'zod'
import { codes } from '../codes.ts'
import type { ReportPage } from '../ledger/ledger.ts'
import { kinds, type Outcome, type Unit } from '../model.ts'
import type { UnitReport } from '../replicate/report.ts'

/** Characters of a line; a page of lines has to fit one text of the ledger. */
const longestLine = 1200

const codeOf = (outcome: Outcome): object => {
  if (!('code' in outcome)) return { outcome: outcome.outcome }
  return { outcome: outcome.outcome, code: outcome.code, ...codes[outcome.code], detail: outcome.detail }
}

/** One line of NDJSON. What does not fit is counted instead of shown. */
export const reportLine = (report: UnitReport): string => {
  const { unit, equal, changes, blobs, bytes, outcome } = report
  const head = {
    kind: unit.kind,
    name: unit.name,
    equal,
    blobs,
    bytes,
    ...(outcome === undefined ? {} : codeOf(outcome)),
  }
  for (let shown = changes.length; shown >= 0; shown--) {
    const more = changes.length - shown
    const line = JSON.stringify({
      ...head,
      changes: changes.slice(0, shown),
      ...(more > 0 ? { moreChanges: more } : {}),
    })
    if (line.length <= longestLine) return line
  }
  return JSON.stringify({ kind: unit.kind, name: unit.name, equal, moreChanges: changes.length })
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
