import type { Facts } from '../ledger/facts.ts'
import type { Unit } from '../model.ts'
import { removeMark } from '../storage/container.ts'
import { isOurs } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'
import { unmark } from './policy-mark.ts'
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
  if (unit.kind === 'asset') {
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
    },
    there: { home: 'source', owner: 'adopted', locators, filters, sourceAccount: await pair.target.mediaServiceId() },
  }
}
