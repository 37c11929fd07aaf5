import { codes } from '../codes.ts'
import type { UnitRow } from '../ledger/ledger.ts'
import { copyProgress } from './copy-progress.ts'
import type { UnitAnswer } from './unit-answer.ts'

export const isoTime = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined || milliseconds <= 0 ? undefined : new Date(milliseconds).toISOString()

/** The code of an outcome with what it means and what to do (P8). */
const explained = (row: UnitRow): Pick<UnitAnswer, 'code' | 'cause' | 'remedy' | 'detail'> =>
  row.code === undefined ? {} : { code: row.code, ...codes[row.code], detail: row.detail }

/** What the twin is in sync without (P8). */
const notesOf = ({ facts }: UnitRow): UnitAnswer['notes'] =>
  facts.taggedBlobs ? [{ code: 'IndexTagsLeft', ...codes.IndexTagsLeft }] : undefined

const factsOf = ({ facts }: UnitRow): UnitAnswer['facts'] => ({
  owner: facts.owner,
  home: facts.home,
  container: facts.container,
  blobs: facts.blobs,
  bytes: facts.bytes,
  extraBlobs: facts.extraBlobs,
  taggedBlobs: facts.taggedBlobs,
  millisecondsCopying: facts.millisecondsCopying,
  locators: facts.locators && [...facts.locators],
  filters: facts.filters && [...facts.filters],
  withdrawn: facts.withdrawn && [...facts.withdrawn],
  goneSince: isoTime(facts.goneSince),
})

/** A unit as people see it: times in ISO 8601, without what only the ledger needs. */
export const unitView = (row: UnitRow, now: number): UnitAnswer => ({
  route: row.route,
  kind: row.kind,
  name: row.name,
  state: row.state,
  outcome: row.outcome,
  ...explained(row),
  reason: row.reason,
  pending: row.desired > row.observed,
  requestedAt: isoTime(row.requestedAt),
  startedAt: row.state === 'running' ? isoTime(row.startedAt) : undefined,
  inSyncAt: isoTime(row.inSyncAt),
  dueAt: isoTime(row.dueAt),
  attempts: row.attempts,
  run: row.run,
  desired: row.desired,
  observed: row.observed,
  copying: copyProgress(row, now),
  notes: notesOf(row),
  facts: factsOf(row),
})
