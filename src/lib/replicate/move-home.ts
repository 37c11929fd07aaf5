import type { Facts } from '../ledger/facts.ts'
import type { Unit } from '../model.ts'
import { removeMark } from '../storage/container.ts'
import { isOurs, isTwinOfAnother } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'
import { unmark } from './policy-mark.ts'
import { type PolicyUnit, policyMark } from './policy-unit.ts'
import { onSide } from './trouble.ts'

/** What a route leaves behind when an object's home moves to its target. */
export interface Moved {
  /** For the row of this route: it never writes to the object again, until its home moves back. */
  readonly here: Facts & { readonly home: 'target'; readonly owner: 'matched' }
  /** For the row of the opposite route: what this one had made equal is its own now, in what was the source. */
  readonly there: Facts
}

/**
 * An operator keeps the target's state of an object after an outage: its home moves there, and the opposite route makes
 * the former source a twin of it. The target's marks of ours are taken away, so that a lost ledger knows it too.
 * May be repeated.
 */
export const moveHome = async (pair: Pair, unit: Unit, facts: Facts): Promise<Moved> => {
  let leftAsset = ''
  if (unit.kind === 'asset') {
    leftAsset = (await pair.source.asset(unit.name))?.assetId ?? ''
    const twin = await pair.target.asset(unit.name)
    if (twin !== undefined) {
      const container = pair.targetContainer(placeOf(twin))
      if (await isOurs(pair, unit.name, container)) await onSide('target', removeMark(container))
    }
  } else await unmark(pair, unit)
  const { locators = [], filters = [] } = facts
  return {
    here: {
      home: 'target',
      owner: 'matched',
      locators: [],
      locatorMarks: {},
      twin: '',
      twinAsset: '',
      twinLocators: {},
      filesUntil: 0,
      filesBegun: '',
      leftAsset,
      mark: '',
    },
    there: { home: 'source', owner: 'adopted', locators, filters, sourceAccount: await pair.target.mediaServiceId() },
  }
}

/**
 * Whether the asset's home is the target, as an operator decided, and this route has nothing to do with it. A title that
 * is born in the source under the name, after the target has lost its own, is at home in the source again: it is neither
 * what the decision left there nor what the opposite route made of it since.
 */
export const isAtHomeInTarget = async (pair: Pair, asset: string, { home, leftAsset }: Facts): Promise<boolean> => {
  if (home !== 'target') return false
  const [source, target] = await Promise.all([pair.source.asset(asset), pair.target.asset(asset)])
  if (source === undefined || target !== undefined || source.assetId === leftAsset) return true
  if (!pair.opposite) return leftAsset === undefined
  return isTwinOfAnother(pair.markedContainer(placeOf(source)))
}

/**
 * The same of a policy or account filter that is known not to be a twin of the opposite route: what the decision left in
 * the source is one from then on.
 */
export const isPolicyAtHomeInTarget = async (pair: Pair, unit: PolicyUnit, { home }: Facts): Promise<boolean> => {
  if (home !== 'target' || !pair.opposite) return home === 'target'
  const [source, target] = await Promise.all([policyMark(pair.source, unit), policyMark(pair.target, unit)])
  return source === undefined || target !== undefined
}
