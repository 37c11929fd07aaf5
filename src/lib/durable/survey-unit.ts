import { isOwned, type Permissions } from '../ledger/facts.ts'
import type { Priority, Unit } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'
import { isMarked } from '../replicate/policy-mark.ts'
import type { PolicyUnit } from '../replicate/policy-unit.ts'
import { reportUnit, type UnitReport } from '../replicate/report.ts'
import { isServiceError } from '../service-error.ts'
import type { ActivityDeps } from './guard.ts'
import { rulesOf } from './route-rules.ts'

type SurveyDeps = Pick<ActivityDeps, 'ledger' | 'pair'>

/**
 * What the opposite route made in this route's source is at home in this route's target, and is never written there.
 * Where its row was lost, the mark in storage tells.
 */
export const isTwinOf = async (deps: SurveyDeps, pair: Pair, unit: PolicyUnit): Promise<boolean> => {
  const opposite = pair.opposite ? deps.pair(`${pair.route.to}>${pair.route.from}`, 'event') : undefined
  if (opposite === undefined) return false
  const there = { ...unit, route: opposite.route.key }
  const owner = (await deps.ledger.read(there))?.facts.owner
  if (owner !== undefined) return isOwned(owner)
  try {
    return await isMarked(opposite, there)
  } catch (error) {
    // The target of the one route is the source of the other.
    if (isServiceError(error)) error.side = 'source'
    throw error
  }
}

/**
 * Compares a unit on both sides, for sweeps and dry runs, with what the ledger knows of it; nothing is changed. A twin of
 * the opposite route is equal, whatever its home has become: no pass would write it (P7).
 */
export const surveyUnit = async (
  deps: SurveyDeps,
  unit: Unit,
  permissions: Permissions,
  priority: Priority,
): Promise<UnitReport> => {
  const pair = deps.pair(unit.route, priority)
  if (pair === undefined) throw new Error(`Route ${unit.route} is not in the topology.`)
  const { kind } = unit
  if (kind !== 'asset' && kind !== 'streamingLocator' && (await isTwinOf(deps, pair, { ...unit, kind })))
    return { unit, equal: true, changes: [], outcome: { outcome: 'inSync' } }
  const [row, state] = await Promise.all([deps.ledger.read(unit), deps.ledger.routeState(unit.route)])
  return reportUnit(pair, unit, row, rulesOf(deps.ledger, pair, state), permissions)
}
