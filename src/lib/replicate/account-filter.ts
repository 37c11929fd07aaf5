import { isOwned } from '../ledger/facts.ts'
import { compareFilter } from '../media/compare.ts'
import type { Unit } from '../model.ts'
import { digestOf } from './digest.ts'
import type { Pair } from './pair.ts'
import { missing, notRepresentable, type PolicyInput, type PolicyResult, settle } from './policy.ts'

/** Makes the account filter of the target equal to the source's, or tells what differs. Throws ServiceError, and what `mayWrite` throws. */
export const syncAccountFilter = async (pair: Pair, unit: Unit, input: PolicyInput): Promise<PolicyResult> => {
  const [source, target] = await Promise.all([
    pair.source.accountFilter(unit.name),
    pair.target.accountFilter(unit.name),
  ])
  if (source === undefined) return missing(pair, unit)
  const differs = target === undefined ? [] : compareFilter(source, target)
  const unknown = Object.keys(source.unknown ?? {})
  if (unknown.length > 0 && (target === undefined || differs.length > 0)) {
    const outcome = notRepresentable(`${unit.name}: ${unknown.join(', ')}`)
    return { outcome, facts: input.facts, changes: target === undefined ? ['it is missing'] : differs }
  }
  const before = target && `${digestOf(target.properties)}/`
  let mark = before
  const result = await settle(input, {
    unit,
    exists: target !== undefined,
    // What is in it is all that tells it from another one.
    makesAnew: true,
    sourceMark: digestOf(source.properties),
    targetMark: async () => {
      const twin = await pair.target.accountFilter(unit.name)
      return twin === undefined ? undefined : digestOf(twin.properties)
    },
    before,
    differs,
    write: async () => {
      await pair.target.putAccountFilter(unit.name, source.properties)
      return undefined
    },
    readBack: async () => {
      const twin = await pair.target.accountFilter(unit.name)
      if (twin === undefined) return 'unseen'
      mark = `${digestOf(twin.properties)}/`
      return target !== undefined && compareFilter(target, twin).length === 0 ? 'old' : compareFilter(source, twin)
    },
    undo: async () => {
      if (target === undefined) await pair.target.deleteAccountFilter(unit.name)
      else await pair.target.putAccountFilter(unit.name, target.properties)
      return before
    },
  })
  // Of the very answer that was compared: another one may be older.
  const { outcome, facts } = result
  if (outcome.outcome !== 'inSync' || !isOwned(facts.owner) || mark === undefined) return result
  return { ...result, facts: { ...facts, targetMark: mark } }
}
