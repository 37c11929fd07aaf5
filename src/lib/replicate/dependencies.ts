import type { Filter, Locator } from '../media/resources.ts'
import { isPredefined } from '../media/streaming-policies.ts'
import type { Unit } from '../model.ts'

/**
 * What must be in sync before locators can be published: the custom streaming policies and content key policies they
 * name, and the account filters among their filters (a filter of the asset itself wins over one of the account,
 * contract section 6.3). Policies named by a streaming policy are that policy's own dependencies.
 */
export const dependenciesOf = (
  route: string,
  locators: readonly Locator[],
  assetFilters: readonly Filter[],
): readonly Unit[] => {
  const own = new Set(assetFilters.map(filter => filter.name.toLowerCase()))
  const found = new Map<string, Unit>()
  const add = (kind: Unit['kind'], name: string) => {
    found.set(`${kind}/${name.toLowerCase()}`, { route, kind, name })
  }
  for (const locator of locators) {
    if (!isPredefined(locator.streamingPolicyName)) add('streamingPolicy', locator.streamingPolicyName)
    if (locator.defaultContentKeyPolicyName) add('contentKeyPolicy', locator.defaultContentKeyPolicyName)
    for (const filter of locator.filters) {
      if (!own.has(filter.toLowerCase())) add('accountFilter', filter)
    }
  }
  return [...found.values()]
}
