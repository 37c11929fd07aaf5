/** An account as it was a while ago, for reads that do not see the latest writes. */
import { Collection } from './collection.ts'
import { locatorsByAsset } from './resources/locator-index.ts'
import type { Account } from './state.ts'

/** A thing with each of its collections as of `ticks`, and those of what they hold. */
const asOf = <T extends object>(thing: T, ticks: bigint): T => {
  const past = Object.entries(thing).flatMap(([name, value]) =>
    value instanceof Collection ? [[name, value.asOf(ticks, (item: { name: string }) => asOf(item, ticks))]] : [],
  )
  return past.length === 0 ? thing : { ...thing, ...Object.fromEntries(past) }
}

/**
 * Resources only: what an account is itself, and its operations, are as they are now. Collections remember a bounded
 * number of changes, so that long ago may be a little less long.
 */
export const accountAsOf = (account: Account, ticks: bigint): Account => {
  const past = asOf(account, ticks)
  return { ...past, locatorsOfAsset: locatorsByAsset(past.streamingLocators.values()) }
}
