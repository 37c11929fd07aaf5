/** What a running pass does to its row: begin, check, close. Pure, like `transitions.ts`. */
import type { Outcome } from '../model.ts'
import type { Timing } from '../timing.ts'
import { retryAfter } from './backoff.ts'
import { type Recording, recordedOn } from './facts.ts'
import type { Claim, UnitRow } from './ledger.ts'
import { withMarker } from './markers.ts'
import { optional } from './row.ts'
import { due, newRow } from './transitions.ts'

/** An answer, and the row to be swapped in where it changes anything. */
export interface Verdict<A> {
  readonly answer: A
  readonly row?: UnitRow
}

/**
 * Makes the claiming pass the owner of its run and tells which generation it covers. The first pass of a run follows
 * none; later ones must name the owner they follow. The same pass may begin again, since its activity may run twice,
 * and covers no more than the first time: what was asked for meanwhile may have been answered by the second execution
 * and written over by the first.
 */
export const begin = (
  row: UnitRow | undefined,
  claim: Claim,
  previous: string,
  now: number,
  timing: Timing,
): Verdict<{ readonly answer: 'refused' } | { readonly answer: 'begun'; readonly generation: number }> => {
  const repeated = row?.pass === claim.pass
  const follows = repeated || row?.pass === previous
  if (row?.state !== 'running' || row.run !== claim.run || !follows) return { answer: { answer: 'refused' } }
  const generation = repeated ? row.generation : row.desired
  return {
    answer: { answer: 'begun', generation },
    row: withMarker({ ...row, pass: claim.pass, generation, lease: now + timing.passLease }, now, timing),
  }
}

/**
 * Asked before the first and after the last write of an activity. A pass that is no longer the owner may have written
 * after its successor had read, so its answer always leaves one more request behind.
 *
 * `moved` only asks to hurry: whatever was asked for since the generation is covered by the next pass, which close starts.
 * A sweep that finds the same work that is under way must not say it, or a pass that takes longer than sweeps are apart
 * would begin again and again and never end.
 */
export const check = (
  row: UnitRow | undefined,
  claim: Claim,
  generation: number,
  facts: Recording | undefined,
  now: number,
  timing: Timing,
): Verdict<'mine' | 'moved' | 'lost'> => {
  if (row === undefined || !owns(row, claim))
    return { answer: 'lost', row: lost(row ?? newRow(claim.unit, { reason: 'overtaken' }), now, timing) }
  return {
    answer: row.pressing > generation ? 'moved' : 'mine',
    row: withMarker({ ...row, ...recorded(row, facts), lease: now + timing.passLease }, now, timing),
  }
}

/** Records how a pass ended. What was asked for since its generation was taken goes on at once in the same run. */
export const close = (
  row: UnitRow | undefined,
  claim: Claim,
  generation: number,
  outcome: Outcome,
  facts: Recording | undefined,
  now: number,
  timing: Timing,
): Verdict<'again' | 'idle' | 'ignored'> => {
  if (row === undefined || !owns(row, claim)) return { answer: 'ignored' }
  const { attempts, dueAt } = retryAfter(row, outcome, now, timing)
  const closed = {
    ...withOutcome(row, outcome, now),
    ...recorded(row, facts),
    observed: Math.max(row.observed, generation),
    attempts,
  }
  return row.desired > generation
    ? { answer: 'again', row: withMarker(goingOn(closed, now, timing), now, timing) }
    : { answer: 'idle', row: withMarker(atRest(closed, dueAt), now, timing) }
}

const owns = (row: UnitRow, claim: Claim) => row.state === 'running' && row.run === claim.run && row.pass === claim.pass

const lost = (row: UnitRow, now: number, timing: Timing): UnitRow => {
  const wanted = { ...row, desired: row.desired + 1, requestedAt: row.requestedAt ?? now }
  const again = row.state === 'idle' ? { ...due(wanted, now, 0), reason: 'overtaken' as const } : wanted
  return withMarker(again, now, timing)
}

const recorded = (row: UnitRow, facts: Recording | undefined) => ({ facts: recordedOn(row.facts, facts) })

/**
 * Open requests are answered by being in sync, and by a grace period that has begun: what the removal meets after it is
 * late from then on.
 */
const withOutcome = (row: UnitRow, outcome: Outcome, now: number): UnitRow => {
  const { outcome: _outcome, code: _code, detail: _detail, requestedAt, requestedBy, ...rest } = row
  if (outcome.outcome === 'inSync') return { ...rest, outcome: 'inSync', inSyncAt: now }
  return {
    ...rest,
    outcome: outcome.outcome,
    code: outcome.code,
    ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
    ...(outcome.code === 'DeletePending'
      ? {}
      : { requestedAt: requestedAt ?? now, ...optional('requestedBy', requestedBy) }),
  }
}

/** Requests that came during a pass that ended in sync are counted from its end, since their own times are not kept. */
const goingOn = (row: UnitRow, now: number, timing: Timing): UnitRow => ({
  ...row,
  lease: now + timing.passLease,
  requestedAt: row.requestedAt ?? now,
})

/** Permissions last until a pass that had them has settled the matter; a retry still needs them. */
const atRest = (row: UnitRow, dueAt: number | undefined): UnitRow => {
  const settled = row.outcome === 'inSync' || row.outcome === 'blocked'
  return {
    ...row,
    state: 'idle',
    pass: '',
    slot: '',
    permissions: settled ? {} : row.permissions,
    ...(dueAt === undefined ? {} : { dueAt, reason: 'retry' }),
  }
}
