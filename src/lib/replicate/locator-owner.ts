/** Whose a locator of the target is. Its name alone says nothing: somebody may have made it anew. */
import type { Facts, Permissions } from '../ledger/facts.ts'
import type { LocatorSummary } from '../media/resources.ts'
import type { Mark } from '../storage/container.ts'
import { ourMark } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'

/** What tells a locator from another one of its name. */
export type Identity = Pick<LocatorSummary, 'name' | 'streamingLocatorId' | 'created'>

/** What is known of the twin that it publishes, and what whoever asks allows. */
export interface Basis {
  readonly facts: Facts
  readonly permissions: Permissions
}

/** Locators are immutable: one of this name and time is the very one that we left there. */
const isAsLeft = ({ name, created }: Identity, { twinLocators }: Facts): boolean =>
  twinLocators?.[name.toLowerCase()] === created

/**
 * Whether a locator of the target is ours to replace or to delete: it is the one that we left there, or its id is among
 * those that the mark of our twin keeps, whatever the row has forgotten. Whoever adopts or restores takes what stands
 * under the names that the row knows.
 *
 * @param mark of ours on the container of the asset that the locator publishes; undefined where there is none.
 */
export const isOurLocator = (locator: Identity, { facts, permissions }: Basis, mark: Mark | undefined): boolean => {
  if (isAsLeft(locator, facts)) return true
  const name = locator.name.toLowerCase()
  const isKnown = facts.locators?.includes(name) ?? false
  // What is being adopted has no mark yet.
  if (permissions.adopt) return isKnown
  if (mark === undefined) return false
  if (mark.locators?.includes(locator.streamingLocatorId.toLowerCase())) return true
  if (permissions.restore) return isKnown
  // Releases up to 1.1 kept no ids, and 1.0 no times.
  return isKnown && mark.locators === undefined && facts.twinLocators?.[name] === undefined
}

/**
 * Whether an id is to be that of another name: perhaps the mark of the twin only has it since that could not be made.
 *
 * @param source locators of the source's asset.
 */
export const hasIdOfAnother = (source: readonly Identity[]): ((twin: Identity) => boolean) => {
  const names = new Map(source.map(({ streamingLocatorId: id, name }) => [id.toLowerCase(), name.toLowerCase()]))
  return ({ streamingLocatorId: id, name }) =>
    (names.get(id.toLowerCase()) ?? name.toLowerCase()) !== name.toLowerCase()
}

/** Our mark on the container of a twin, where the target has the asset and it is ours. */
export const markOfTwin = async (pair: Pair, asset: string): Promise<Mark | undefined> => {
  const twin = await pair.target.asset(asset)
  return twin === undefined ? undefined : ourMark(pair, asset, pair.targetContainer(placeOf(twin)))
}

/**
 * As `isOurLocator`, of locators of one asset. The mark is read once, and only where the row does not tell.
 *
 * @param read the mark of the twin.
 */
export const ourLocators = (
  basis: Basis,
  read: () => Promise<Mark | undefined>,
): ((locator: Identity) => Promise<boolean>) => {
  let mark: ReturnType<typeof read> | undefined
  return async locator => {
    if (isAsLeft(locator, basis.facts)) return true
    mark ??= read()
    return isOurLocator(locator, basis, await mark)
  }
}
