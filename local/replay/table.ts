/** A report as a table for people. */
import type { Report } from './report.ts'

const longest = 160
const cut = (text: string) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)

/** First column to the left, all others to the right. */
const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}

const countRows = (report: Report): string[] =>
  columns([
    ['operation', 'reproduced', 'tolerated', 'different'],
    ...[...Object.entries(report.operations), ['all in scope', report.total] as const].map(
      ([operation, { reproduced, tolerated, different }]) => [
        operation,
        ...[reproduced, tolerated, different].map(String),
      ],
    ),
  ])

const entries = (listed: Report['different'], shown: number): string[] =>
  listed.flatMap(({ line, operation, request, differences }) => [
    `  line ${line}, ${operation}: ${request}`,
    ...differences
      .slice(0, shown)
      .map(({ path, expected, got }) => cut(`    ${path}: recorded ${expected}, got ${got}`)),
    ...(differences.length > shown ? [`    and ${differences.length - shown} more`] : []),
  ])

const toleratedLines = ({ tolerated }: Report): string[] =>
  [...Map.groupBy(tolerated, ({ reason = '' }) => reason)].flatMap(([reason, some]) => [
    '',
    `tolerated, ${some.length}: ${reason}`,
    ...entries(some, 3),
  ])

const differentLines = ({ different }: Report): string[] =>
  different.length === 0 ? [] : ['', `different, ${different.length}:`, ...entries(different, 12)]

const outOfScopeLines = ({ outOfScope }: Report): string[] => {
  const rows = Object.entries(outOfScope)
  if (rows.length === 0) return []
  return ['', ...columns([['out of scope', 'exchanges'], ...rows.map(([name, { count }]) => [name, String(count)])])]
}

export const tableOf = (report: Report): string =>
  [
    `${report.file}: ${report.exchanges} exchanges, ${report.inScope} in scope, ` +
      `${report.percent.toFixed(1)} % of them reproduced`,
    '',
    ...countRows(report),
    ...toleratedLines(report),
    ...differentLines(report),
    ...outOfScopeLines(report),
  ].join('\n')
