/** An account as it was a while ago, for reads that do not see the latest writes. */
import { locatorsByAsset } from './resources/locator-index.ts'
import type { Account } from './state.ts'

/**
 * Resources only: what an account is itself, and its operations, are as they are now. Collections remember a bounded
 * number of changes, so that long ago may be a little less long.
 */
export const accountAsOf = (account: Account, ticks: bigint): Account => {
  const streamingLocators = account.streamingLocators.asOf(ticks)
  return {
    ...account,
    accountFilters: account.accountFilters.asOf(ticks),
    assets: account.assets.asOf(ticks, asset => ({ ...asset, filters: asset.filters.asOf(ticks) })),
    contentKeyPolicies: account.contentKeyPolicies.asOf(ticks),
    streamingPolicies: account.streamingPolicies.asOf(ticks),
    streamingLocators,
    streamingEndpoints: account.streamingEndpoints.asOf(ticks),
    transforms: account.transforms.asOf(ticks, transform => ({ ...transform, jobs: transform.jobs.asOf(ticks) })),
    liveEvents: account.liveEvents.asOf(ticks, event => ({ ...event, outputs: event.outputs.asOf(ticks) })),
    locatorsOfAsset: locatorsByAsset(streamingLocators.values()),
  }
}
