/** How we left a twin, so that a change by somebody else is known from our own. */
import { createHash } from 'node:crypto'
import type { Facts } from '../ledger/ledger.ts'
import type { Asset, Filter, LocatorSummary } from '../media/resources.ts'
import type { Pair } from './pair.ts'

/** A twin as it is now. */
export interface TwinState {
  readonly asset: Asset
  readonly filters: readonly Filter[]
  readonly locators: readonly Pick<LocatorSummary, 'name' | 'created'>[]
  /** Digest of its files' listing. */
  readonly files: string
}

const known = (names: readonly string[] | undefined, name: string) => names?.includes(name.toLowerCase()) ?? false

const byKey = (a: string, b: string) => (a < b ? -1 : 1)

/** Only what is ours: what others put beside it is theirs, and never undone. */
export const twinMark = (twin: TwinState, facts: Facts): Required<Pick<Facts, 'twin' | 'twinLocators'>> => {
  const filters = twin.filters
    .filter(({ name }) => known(facts.filters, name))
    .map(({ name, properties }) => JSON.stringify([name.toLowerCase(), properties]))
    .toSorted(byKey)
  const { assetId, alternateId, description } = twin.asset
  const locators = twin.locators.filter(({ name }) => known(facts.locators, name))
  return {
    twin: createHash('sha256')
      .update(JSON.stringify([assetId, alternateId, description, filters, twin.files]))
      .digest('hex'),
    twinLocators: Object.fromEntries(locators.map(({ name, created }) => [name.toLowerCase(), created])),
  }
}

/** Reads what the mark needs and is not known yet. */
export const markTwin = async (pair: Pair, asset: string, facts: Facts, files: string): Promise<Facts> => {
  const [twin, filters, locators] = await Promise.all([
    pair.target.asset(asset),
    (facts.filters ?? []).length === 0 ? [] : pair.target.assetFilters(asset),
    pair.target.assetLocators(asset),
  ])
  return twin === undefined ? {} : twinMark({ asset: twin, filters, locators, files }, facts)
}

/**
 * What somebody else has done to a twin since we last left it: names of locators of ours that are gone or were made
 * anew, and whether anything else of it is another. Nothing is said of a twin that we were still writing to.
 */
export const changedTwin = (
  twin: TwinState | undefined,
  facts: Facts,
): { readonly locators: readonly string[]; readonly changes: readonly string[] } => {
  const left = Object.entries(facts.twinLocators ?? {})
  if (twin === undefined) {
    const wasThere = facts.twin !== undefined && facts.twin !== ''
    return { locators: left.map(([name]) => name), changes: wasThere ? ['the twin was deleted in the target'] : [] }
  }
  const there = new Map(twin.locators.map(({ name, created }) => [name.toLowerCase(), created]))
  const locators = left.filter(([name, created]) => there.get(name) !== created).map(([name]) => name)
  const changes = locators.map(name => `locator ${name} was ${there.has(name) ? 'made anew' : 'removed'} in the target`)
  if (facts.twin && facts.twin !== twinMark(twin, facts).twin) changes.push('the twin was changed in the target')
  return { locators, changes }
}
