import type { Ledger, Withdrawal, WithdrawalResult } from '../ledger/ledger.ts'
import type { RouteKey, Unit } from '../model.ts'

/** Tells what a pass has made of a withdrawal that the target did not take at once, by what the row has as ours since. */
const resultOf = async (
  ledger: Pick<Ledger, 'read' | 'locatorAsset'>,
  route: RouteKey,
  { locator, at, result = 'pending', asset }: Withdrawal,
): Promise<WithdrawalResult> => {
  if (result !== 'pending') return result
  const known = asset ?? (await ledger.locatorAsset(route, locator))
  const unit: Unit =
    known === undefined ? { route, kind: 'streamingLocator', name: locator } : { route, kind: 'asset', name: known }
  const row = await ledger.read(unit)
  if (row?.facts.locators?.includes(locator.toLowerCase())) return 'pending'
  if (asset !== undefined) return 'withdrawn'
  // Nothing of ours was known of: a pass has to have looked since.
  return (row?.inSyncAt ?? 0) >= at ? 'absent' : 'pending'
}

/** A withdrawal as people see it: when it was made, ISO 8601, and whether the locator is off. */
export const withdrawalView = async (
  ledger: Pick<Ledger, 'read' | 'locatorAsset'>,
  route: RouteKey,
  withdrawal: Withdrawal,
) => ({
  locator: withdrawal.locator,
  at: new Date(withdrawal.at).toISOString(),
  result: await resultOf(ledger, route, withdrawal),
})
