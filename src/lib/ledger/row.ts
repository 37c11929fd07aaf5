import { isCode } from '../codes.ts'
import { kinds, outcomeNames, reasons } from '../model.ts'
import type { Facts, Permissions } from './facts.ts'
import { hashOfUnitKey, unitKey } from './keys.ts'
import type { UnitRow } from './ledger.ts'
import { capped, gathered, spread } from './text-columns.ts'

/** A table entity without its system columns. */
export type Columns = Readonly<Record<string, unknown>>

export const detailLength = 1024
const requesterLength = 100
const factsColumns = 8

/**
 * A unit's row as table columns. Every column is always given, absent values as empty text, because rows are merged:
 * columns that a newer release added stay as they are. Times are ISO text, readable in any storage browser.
 *
 * @throws RangeError when the facts exceed 240,000 characters.
 */
export const toColumns = (row: UnitRow) => ({
  partitionKey: row.route,
  rowKey: unitKey(row.hash),
  kind: row.kind,
  name: row.name,
  state: row.state,
  run: row.run,
  runKey: row.runKey,
  pass: row.pass,
  generation: row.generation,
  lease: isoText(row.lease),
  startedAt: isoText(row.startedAt),
  desired: row.desired,
  pressing: row.pressing,
  observed: row.observed,
  outcome: row.outcome ?? '',
  code: row.code ?? '',
  detail: capped(row.detail ?? '', detailLength),
  reason: row.reason,
  requestedAt: isoText(row.requestedAt),
  requestedBy: capped(row.requestedBy ?? '', requesterLength),
  inSyncAt: isoText(row.inSyncAt),
  attempts: row.attempts,
  dueAt: isoText(row.dueAt),
  priority: row.priority,
  marker: row.marker,
  slot: row.slot,
  finishedAt: isoText(row.finishedAt),
  permissions: JSON.stringify(row.permissions),
  ...spread('facts', JSON.stringify(row.facts), factsColumns),
})

/**
 * Reads any release's row: missing columns get their defaults, unknown ones are ignored. `undefined` for a unit of a
 * kind that only another release knows; it is left to that release.
 */
export const fromColumns = (entity: Columns): UnitRow | undefined => {
  const kind = oneOf(kinds, entity.kind)
  if (kind === undefined) return undefined
  const code = text(entity.code)
  const detail = text(entity.detail)
  const requester = text(entity.requestedBy)
  return {
    route: text(entity.partitionKey),
    kind,
    name: text(entity.name),
    hash: hashOfUnitKey(text(entity.rowKey)),
    state: entity.state === 'running' ? 'running' : 'idle',
    run: count(entity.run),
    runKey: text(entity.runKey),
    pass: text(entity.pass),
    // Rows of an older release have none: a pass that begins again then covers nothing, and is followed by another.
    generation: count(entity.generation),
    lease: time(entity.lease) ?? 0,
    startedAt: time(entity.startedAt) ?? 0,
    desired: count(entity.desired),
    pressing: count(entity.pressing),
    observed: count(entity.observed),
    ...optional('outcome', oneOf(outcomeNames, entity.outcome)),
    ...optional('code', isCode(code) ? code : code === '' ? undefined : 'Unexpected'),
    ...optional('detail', detail === '' ? undefined : detail),
    reason: oneOf(reasons, entity.reason) ?? 'retry',
    ...optional('requestedAt', time(entity.requestedAt)),
    ...optional('requestedBy', requester === '' ? undefined : requester),
    ...optional('inSyncAt', time(entity.inSyncAt)),
    attempts: count(entity.attempts),
    ...optional('dueAt', time(entity.dueAt)),
    priority: count(entity.priority),
    marker: text(entity.marker),
    slot: text(entity.slot),
    ...optional('finishedAt', time(entity.finishedAt)),
    permissions: record<Permissions>(text(entity.permissions)),
    facts: record<Facts>(gathered('facts', entity)),
  }
}

export const isoText = (milliseconds: number | undefined) =>
  milliseconds === undefined || milliseconds === 0 ? '' : new Date(milliseconds).toISOString()

export const time = (value: unknown) => {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
const oneOf = <T extends string>(allowed: readonly T[], value: unknown) => allowed.find(one => one === value)

export const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }

/** Facts and permissions are hints that a pass proves again; unreadable ones cost a comparison, nothing else. */
const record = <T extends object>(json: string): T => {
  try {
    const value: unknown = JSON.parse(json)
    return (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as T
  } catch {
    return {} as T
  }
}
