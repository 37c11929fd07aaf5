/**
 * One page of a resync or a sweep: compares the next units of both accounts and asks only for what differs. Every page
 * may run twice or late: asking twice does no harm, and counts are taken once.
 */
import pLimit from 'p-limit'
import type { Permissions } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MediaReader } from '../media/ports.ts'
import type { AccountKey, Caller, Clock, Priority, Route, RouteKey, Start, Unit } from '../model.ts'
import type { UnitReport } from '../replicate/report.ts'
import { isServiceError } from '../service-error.ts'
import type { Timing } from '../timing.ts'
import { compareUnits, isIncomparable, outageOf } from './compare-units.ts'
import { type Cursor, decodeCursor, encodeCursor, firstCursor } from './cursor.ts'
import { addEstimates, estimateOf, nothing } from './estimate.ts'
import { listUnits, type UnitPage } from './list-units.ts'
import {
  type Counts,
  changeRunning,
  endOperation,
  isStopRequested,
  loadOperation,
  loadRunning,
  type Operation,
  saveLastSeen,
} from './operation.ts'
import { recordSweep } from './record.ts'
import { reportPages } from './report-line.ts'
import { isWanted, priorityOf, requestOf } from './wanted.ts'

export interface SweepDeps {
  readonly routes: ReadonlyMap<RouteKey, Route>
  reader(account: AccountKey, caller: Caller): MediaReader
  readonly ledger: Ledger
  readonly clock: Clock
  readonly timing: Pick<Timing, 'waitMin' | 'waitMax' | 'deleteDay' | 'operationSilence'>
  /** Until when too few calls to the ends of a route are left for such work; undefined where there are enough. */
  heldUntil(route: Route, priority: Priority): Promise<number | undefined>
  /** Compares a unit on both sides without changing anything; trouble is an outcome, or a ServiceError. */
  survey(unit: Unit, permissions: Permissions, priority: Priority): Promise<UnitReport>
}

export interface SweepPage {
  /** Cursor of the next page, absent when the resync has ended. */
  readonly next?: string
  /** Milliseconds to wait before the next page. */
  readonly after?: number
  readonly starts: readonly Start[]
  /** Units of the page that differ; each page that is counted tells them once. */
  readonly found?: { readonly route: RouteKey; readonly sweep: Operation['kind']; readonly units: number }
}

const ended: SweepPage = { starts: [] }
/** After so many tries a page goes on without the units that cannot be compared; the ledger tries those again. */
const mostAttempts = 3
const requestConcurrency = 8

interface Page {
  readonly deps: SweepDeps
  readonly operation: Operation
  readonly route: Route
  readonly cursor: Cursor
}

const finish = async (deps: SweepDeps, operation: Operation, status: Operation['status'], code?: string) => {
  await end(deps.ledger, operation, current => endOperation(current, status, deps.clock(), code))
  return ended
}

/**
 * What a sweep leaves for the next one is saved before its end shows.
 * @returns whether it was ended now.
 */
const end = async (
  ledger: Ledger,
  operation: Operation,
  ending: (current: Operation) => Operation | undefined,
): Promise<boolean> => {
  const current = await loadRunning(ledger, operation)
  const ended = current && ending(current)
  if (ended === undefined) return false
  await recordSweep(ledger, ended)
  if ((ended.kind === 'resync' || ended.kind === 'full') && ended.scope === 'all' && ended.status === 'succeeded')
    await saveLastSeen(ledger, ended.route, ended.counts.seen)
  return (await changeRunning(ledger, operation, ending)) !== undefined
}

/** Undefined where another execution of this page has gone on already. */
const atPage =
  ({ cursor }: Page, change: (current: Operation) => Operation) =>
  (current: Operation): Operation | undefined =>
    current.pages <= cursor.page ? change(current) : undefined

/** From where another execution has gone on to: this one's answer may be the one that is heard. */
const whereItIs = async ({ deps, operation }: Page): Promise<SweepPage> => {
  const current = await loadRunning(deps.ledger, operation)
  return current?.cursor === undefined ? ended : { next: current.cursor, starts: [] }
}

/** The same page again, later; the operation shows why. */
const waitFor = async (page: Page, code: string, until?: number, attempts = 1): Promise<SweepPage> => {
  const { deps, operation, cursor } = page
  const { waitMin, waitMax } = deps.timing
  const now = deps.clock()
  const growing = Math.min(waitMax, waitMin * 2 ** Math.min(cursor.attempt, 10))
  const after = until === undefined || until <= now ? growing : Math.min(waitMax, until - now)
  const waiting = atPage(page, current => ({ ...current, updatedAt: now, waiting: { code, until: now + after } }))
  if ((await changeRunning(deps.ledger, operation, waiting)) === undefined) return whereItIs(page)
  return { next: encodeCursor({ ...cursor, attempt: cursor.attempt + attempts }), after, starts: [] }
}

/** An account that is down is left alone: the ledger knows of it before anything is called. */
const heldAccount = async ({ deps, route }: Page): Promise<{ code: string; until: number } | undefined> => {
  const [source, target] = await Promise.all([deps.ledger.accountState(route.from), deps.ledger.accountState(route.to)])
  const [fromSource, fromTarget] = [source.until ?? 0, target.until ?? 0]
  const until = Math.max(fromSource, fromTarget)
  if (until <= deps.clock()) return undefined
  return { code: fromSource >= fromTarget ? 'SourceUnavailable' : 'TargetUnavailable', until }
}

/** What a list call that failed means for the resync as a whole. */
const listTrouble = (page: Page, error: unknown): Promise<SweepPage> => {
  if (!isServiceError(error)) throw error
  if (error.kind === 'unavailable')
    return waitFor(page, error.side === 'target' ? 'TargetUnavailable' : 'SourceUnavailable')
  const until = page.deps.clock() + (error.retryAfter ?? 0)
  if (error.kind === 'throttled') return waitFor(page, 'Throttled', until)
  if (error.kind === 'budgetUsed') return waitFor(page, 'BudgetUsed', until, 0)
  const code = error.kind === 'unauthorized' ? 'NotAuthorized' : 'RequestRefused'
  return finish(page.deps, page.operation, 'failed', code)
}

interface Asked {
  readonly report: UnitReport
  readonly requested: boolean
  readonly start?: Start | undefined
}

const ask = async ({ deps, operation }: Page, report: UnitReport): Promise<Asked> => {
  if (!isWanted(operation, report, await deps.ledger.read(report.unit))) return { report, requested: false }
  const start = await deps.ledger.request(report.unit, requestOf(operation, report))
  return { report, requested: true, start }
}

const countsOf = (asked: readonly Asked[], unchanged: number): Counts => ({
  seen: asked.length + unchanged,
  equal: asked.filter(({ report }) => report.equal).length + unchanged,
  requested: asked.filter(({ requested }) => requested).length,
  failed: asked.filter(({ report }) => isIncomparable(report)).length,
})

const sum = (a: Counts, b: Counts): Counts => ({
  seen: a.seen + b.seen,
  equal: a.equal + b.equal,
  requested: a.requested + b.requested,
  failed: a.failed + b.failed,
})

/** Adds a page to the operation, once; the last page ends it. @returns whether it was counted now. */
const record = async (
  page: Page,
  counts: Counts,
  reports: readonly UnitReport[],
  next: string | undefined,
): Promise<boolean> => {
  const { deps, operation, cursor } = page
  const counted = ({ waiting: _, ...current }: Operation): Operation => ({
    ...current,
    pages: cursor.page + 1,
    counts: sum(current.counts, counts),
    estimate: reports.map(estimateOf).reduce(addEstimates, current.estimate ?? nothing),
    updatedAt: deps.clock(),
    ...(next === undefined ? {} : { cursor: next }),
  })
  if (next !== undefined) return (await changeRunning(deps.ledger, operation, atPage(page, counted))) !== undefined
  const ending = atPage(page, current => endOperation(counted(current), 'succeeded', deps.clock()))
  return end(deps.ledger, operation, ending)
}

const comparePage = async (
  page: Page,
  { units, unchanged, afterwards, next: following }: UnitPage,
): Promise<SweepPage> => {
  const { deps, operation, cursor } = page
  const reports = await compareUnits(
    units,
    unit => deps.survey(unit, operation.permissions, priorityOf(operation)),
    deps.clock,
  )
  const outage = outageOf(reports)
  if (outage !== undefined && cursor.attempt < mostAttempts) {
    return waitFor(page, outage.code, outage.outcome === 'throttled' ? outage.until : undefined)
  }
  const limit = pLimit(requestConcurrency)
  const asked = await Promise.all(reports.map(report => limit(() => ask(page, report))))
  const shown = operation.dryRun ? reports : reports.filter(report => !report.equal)
  if (shown.length > 0)
    for (const { page: at, lines } of reportPages(cursor.page, shown))
      await deps.ledger.saveReport(operation.id, at, lines)
  await afterwards?.()
  const next = following === undefined ? undefined : encodeCursor(following)
  const counted = await record(page, countsOf(asked, unchanged), reports, next)
  const starts = asked.flatMap(({ start }) => (start === undefined ? [] : [start]))
  const differ = reports.filter(report => !report.equal && !isIncomparable(report)).length
  const found = { route: operation.route, sweep: operation.kind, units: differ }
  return { starts, ...(next === undefined ? {} : { next }), ...(counted ? { found } : {}) }
}

/**
 * @param cursor absent for the first page.
 * Throws only what the ledger throws, or what nobody can name: the activity is then tried again.
 */
export const sweepPage = async (deps: SweepDeps, operationId: string, cursor?: string): Promise<SweepPage> => {
  const operation = await loadOperation(deps.ledger, operationId)
  if (operation === undefined || operation.status !== 'running') return ended
  if (await isStopRequested(deps.ledger, operation)) return finish(deps, operation, 'canceled')
  const route = deps.routes.get(operation.route)
  if (route === undefined) return finish(deps, operation, 'failed', 'RouteUnknown')
  const at = cursor === undefined ? firstCursor(operation) : decodeCursor(cursor)
  const page: Page = { deps, operation, route, cursor: at }
  const held = await heldAccount(page)
  if (held !== undefined) return waitFor(page, held.code, held.until)
  const low = await deps.heldUntil(route, priorityOf(operation))
  if (low !== undefined) return waitFor(page, 'BudgetUsed', low, 0)
  let units: UnitPage
  try {
    units = await listUnits(deps, operation, route, at)
  } catch (error) {
    return listTrouble(page, error)
  }
  return comparePage(page, units)
}
