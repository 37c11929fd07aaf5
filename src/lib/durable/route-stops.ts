/** Why no unit of a route is written for now, whatever the unit is. */
import type { RouteState } from '../ledger/states.ts'
import type { Outcome } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'

/**
 * What a route whose mode forbids writing closes its units with, undefined where it may write.
 *
 * @param changes what would be written.
 */
export const stoppedBy = (pair: Pair, changes: string): Outcome | undefined => {
  const { mode } = pair.route
  if (mode === 'replicate') return undefined
  const detail = [mode, changes].filter(Boolean).join(': ')
  return mode === 'hold'
    ? { outcome: 'waiting', code: 'OnHold', detail }
    : { outcome: 'blocked', code: 'RoutePaused', detail }
}

/** What every unit of a route closes with that is on hold, or whose source is another account than it was. */
export const heldBack = ({ hold, replaced }: RouteState, pair: Pair): Outcome | undefined => {
  if (replaced !== undefined) {
    const detail = `${pair.route.from} is account ${replaced.found} since ${new Date(replaced.at).toISOString()}.`
    return { outcome: 'blocked', code: 'SourceReplaced', detail }
  }
  if (hold === undefined) return undefined
  const account = hold.side === 'source' ? pair.route.from : pair.route.to
  const since = new Date(hold.since).toISOString()
  return { outcome: 'waiting', code: 'OnHold', detail: `${account} has not answered since ${since}.` }
}
