/** How we left a twin, so that a change by somebody else is known from our own. */
import type { Facts } from '../ledger/facts.ts'
import type { Asset, Filter, LocatorSummary } from '../media/resources.ts'
import type { ListingSummary } from '../storage/ports.ts'
import { digestOf } from './digest.ts'

/** A twin as it is now. */
export interface TwinState {
  readonly asset: Asset
  readonly filters: readonly Filter[]
  readonly locators: readonly Pick<LocatorSummary, 'name' | 'created'>[]
  /** Digest of its files' listing. */
  readonly files: string
}

const byKey = (a: string, b: string) => (a < b ? -1 : 1)

/** @param texts as they were written, where they are not the asset's own. */
export const assetMark = (asset: Pick<Asset, 'assetId'>, texts: Pick<Asset, 'alternateId' | 'description'>): string =>
  digestOf([asset.assetId, texts.alternateId ?? '', texts.description ?? ''])

/**
 * How files and filters of a twin are; only filters that are ours: what others put beside them is theirs, and never undone.
 *
 * @param filters of an answer that was compared with the source's: a later one may be older.
 */
export const contentMark = (filters: readonly Filter[], files: string, facts: Facts): string => {
  const ours = filters
    .filter(({ name }) => facts.filters?.includes(name.toLowerCase()))
    .map(({ name, properties }) => JSON.stringify([name.toLowerCase(), properties]))
    .toSorted(byKey)
  return digestOf([ours, files])
}

/** How a twin is now: its asset, files and filters. */
export const twinMark = (
  { asset, filters, files }: TwinState,
  facts: Facts,
): Required<Pick<Facts, 'twin' | 'twinAsset'>> => ({
  twin: contentMark(filters, files, facts),
  twinAsset: assetMark(asset, asset),
})

/** Storage tells times in whole seconds. */
const second = 1000

/**
 * How files of ours are known after a look at both sides. Where they hold the same files, all of the twin's are ours,
 * whoever wrote them. The last second is left out while
 * somebody may still write in it after the listing: the listing's own time tells, by the clock that stamps the files.
 */
export const filesLeft = ({
  begun: filesBegun,
  extra,
  missing,
  changed,
  targetNewest,
  targetAsOf = 0,
}: ListingSummary): Pick<Facts, 'filesUntil' | 'filesBegun'> => {
  if (extra + missing + changed > 0 || targetNewest === 0) return { filesBegun }
  return targetAsOf >= targetNewest + 2 * second
    ? { filesUntil: targetNewest, filesBegun: '' }
    : { filesUntil: targetNewest - second, filesBegun }
}

/** Names of locators of ours that are gone from the target, or were made anew there. */
export const changedLocators = (there: readonly Pick<LocatorSummary, 'name' | 'created'>[], facts: Facts) => {
  const now = new Map(there.map(({ name, created }) => [name.toLowerCase(), created]))
  return Object.entries(facts.twinLocators ?? {})
    .filter(([name, created]) => now.get(name) !== created)
    .map(([name]) => ({ name, made: now.has(name) }))
}

/**
 * What somebody else has done to a twin since we last left it: names of locators of ours that are gone or were made
 * anew, and whether anything else of it is another. Nothing is said of a twin that we were still writing to.
 */
export const changedTwin = (
  twin: TwinState | undefined,
  facts: Facts,
): { readonly locators: readonly string[]; readonly changes: readonly string[] } => {
  const left = changedLocators(twin?.locators ?? [], facts)
  const locators = left.map(({ name }) => name)
  if (twin === undefined) {
    const wasThere = facts.twin !== undefined && facts.twin !== ''
    return { locators, changes: wasThere ? ['the twin was deleted in the target'] : [] }
  }
  const changes = left.map(({ name, made }) => `locator ${name} was ${made ? 'made anew' : 'removed'} in the target`)
  const now = twinMark(twin, facts)
  if (facts.twinAsset && facts.twinAsset !== now.twinAsset) changes.push('the asset was changed in the target')
  if (facts.twin && facts.twin !== now.twin) changes.push('files or filters were changed in the target')
  return { locators, changes }
}
