import pLimit from 'p-limit'
import type { Code } from '../codes.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RouteKey, Unit } from '../model.ts'
import { markOfTwin, ourLocators } from './locator-owner.ts'
import type { Pair } from './pair.ts'
import { outcomeOf } from './trouble.ts'

/** What became of one locator in the target. */
export interface Withdrawn {
  readonly name: string
  /** `pending`: the target did not take the delete; it is made as soon as it does. */
  readonly result: 'withdrawn' | 'absent' | 'notOurs' | 'pending'
  readonly asset?: string
  readonly code?: Code
}

const atOnce = 8

const withdraw = async (pair: Pair, ledger: Pick<Ledger, 'read'>, name: string): Promise<Withdrawn> => {
  const twin = await pair.target.locator(name)
  if (twin === undefined) return { name, result: 'absent' }
  const asset = twin.assetName
  const row = await ledger.read({ route: pair.route.key, kind: 'asset', name: asset })
  const isOurs = ourLocators(row ?? { facts: {}, permissions: {} }, () => markOfTwin(pair, asset))
  if (!(await isOurs(twin))) return { name, result: 'notOurs', asset, code: 'TargetNotOurs' }
  await pair.target.deleteLocator(name)
  return { name, result: 'withdrawn', asset }
}

/**
 * Deletes locators of the target that are ours, without a look at the source: it may be down, and what an operator
 * orders needs no proof. Never throws what a service answers.
 */
export const withdrawNow = (
  pair: Pair,
  ledger: Pick<Ledger, 'read'>,
  names: readonly string[],
): Promise<readonly Withdrawn[]> => {
  const limit = pLimit(atOnce)
  return Promise.all(
    names.map(name =>
      limit(async (): Promise<Withdrawn> => {
        try {
          return await withdraw(pair, ledger, name)
        } catch (error) {
          const outcome = await outcomeOf(error, pair)
          return { name, result: 'pending', ...('code' in outcome ? { code: outcome.code } : {}) }
        }
      }),
    ),
  )
}

/**
 * The units to look at after a withdrawal: the assets, so that a pass that was under way publishes nothing that has just
 * been withdrawn, and what the target did not answer is made as soon as it does. Where nobody can tell which asset a
 * locator publishes, its own unit asks.
 */
export const unitsOfWithdrawn = async (
  ledger: Pick<Ledger, 'locatorAsset'>,
  route: RouteKey,
  done: readonly Withdrawn[],
): Promise<readonly Unit[]> => {
  const units = new Map<string, Unit>()
  for (const { name, asset: found } of done) {
    const asset = found ?? (await ledger.locatorAsset(route, name))
    const unit: Unit =
      asset === undefined ? { route, kind: 'streamingLocator', name } : { route, kind: 'asset', name: asset }
    units.set(`${unit.kind}/${unit.name.toLowerCase()}`, unit)
  }
  return [...units.values()]
}
