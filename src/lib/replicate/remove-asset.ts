import { type Facts, isOwned } from '../ledger/facts.ts'
import type { Asset } from '../media/resources.ts'
import type { Named, Outcome } from '../model.ts'
import { holdingsOf } from '../storage/compare.ts'
import { readAssetState } from './asset-state.ts'
import { type Deletes, proveAccount } from './deletes.ts'
import { isOurs } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'
import { changedMeanwhile, Stop } from './trouble.ts'
import { changedTwin } from './twin-mark.ts'

/** What is to be done about a twin whose asset is gone from the source. */
export interface Gone {
  readonly outcome: Outcome
  readonly facts: Facts
  /** The grace period is over: the twin is to be deleted. */
  readonly remove?: true
}

/**
 * The asset's own GET in the source says that it is gone. Its twin is kept, unless the route deletes assets too: then it
 * goes after a grace period, since a container goes with its asset.
 */
export const goneAsset = async (pair: Pair, asset: string, facts: Facts, deletes: Deletes): Promise<Gone> => {
  const missing: Outcome = {
    outcome: 'blocked',
    code: 'SourceMissing',
    detail: `No asset ${asset} in ${pair.route.from}.`,
  }
  if (facts.owner === 'gone') return { outcome: { outcome: 'inSync' }, facts: {} }
  if (pair.route.deletes !== 'assets' || !isOwned(facts.owner) || facts.sourceAccount === undefined)
    return { outcome: missing, facts: {} }
  await proveAccount(pair, facts, deletes)
  const now = pair.clock()
  const goneSince = facts.goneSince || now
  const until = goneSince + pair.timing.deleteGrace
  if (until <= now) return { outcome: missing, facts: { goneSince }, remove: true }
  // What somebody writes from now on is not taken for what a copy was about to write.
  const begun = facts.goneSince ? {} : await begunOf(pair, asset, facts)
  const detail = `The asset was first missed at ${new Date(goneSince).toISOString()}.`
  return { outcome: { outcome: 'waiting', code: 'DeletePending', until, detail }, facts: { goneSince, ...begun } }
}

/** Files of a half-made twin, as they are found there. */
const begunOf = async (pair: Pair, asset: string, facts: Facts): Promise<Facts> => {
  const twin = facts.twin === '' ? await pair.target.asset(asset) : undefined
  if (twin === undefined) return {}
  return { filesBegun: (await holdingsOf(pair.targetContainer(placeOf(twin)), facts)).begun }
}

const stop = (code: 'TargetNotOurs' | 'TargetChanged' | 'TwinInUse', detail: string) =>
  new Stop({ outcome: 'blocked', code, detail })

const demandGone = async (pair: Pair, asset: string): Promise<void> => {
  if ((await pair.source.asset(asset)) !== undefined)
    throw new Stop({ outcome: 'waiting', code: 'SourceChanged', detail: `${asset} is back.` })
}

const demandNoLocators = (locators: readonly Named[]): void => {
  const names = locators.map(({ name }) => name).slice(0, 10)
  if (names.length > 0) throw stop('TwinInUse', `Locators: ${names.join(', ')}`)
}

/** Directly before the delete: files of a large container take a while to list, and the first answers may have been old. */
const demandStillUnused = async (pair: Pair, { name, assetId }: Asset): Promise<void> => {
  await demandGone(pair, name)
  demandNoLocators(await pair.target.assetLocators(name))
  const now = await pair.target.asset(name)
  if (now !== undefined && now.assetId !== assetId) throw changedMeanwhile(name)
}

/**
 * Deletes a twin whose asset is gone: everything is proven again here, since a container goes with its asset. Nothing
 * that is not ours may go with it: no locator of anybody on it, no file or change that we did not leave there.
 *
 * @returns facts of a twin that is no more. Throws Stop with what speaks against it.
 */
export const removeTwin = async (pair: Pair, asset: string, facts: Facts, deletes: Deletes): Promise<Facts> => {
  await demandGone(pair, asset)
  await proveAccount(pair, facts, deletes)
  const twin = await readAssetState(pair.target, asset)
  if (twin !== undefined) {
    const container = pair.targetContainer(placeOf(twin.asset))
    if (!(await isOurs(pair, asset, container)))
      throw stop('TargetNotOurs', `Container ${container.url} has no mark of ours.`)
    demandNoLocators(twin.locators)
    const { digest, strange } = await holdingsOf(container, facts)
    const { changes } = changedTwin({ ...twin, files: digest }, facts)
    // In the middle of a copy there is no state that we left: each file is to be known as ours.
    const isOurFilter = ({ name }: Named) => facts.filters?.includes(name.toLowerCase()) ?? false
    const onlyOurs = facts.twin
      ? (facts.extraBlobs ?? 0) === 0 && twin.filters.every(isOurFilter)
      : facts.twin === '' && strange === 0 && twin.filters.length === 0
    if (!onlyOurs || changes.length > 0)
      throw stop('TargetChanged', changes[0] ?? 'It holds files or filters that are not ours, or nobody knows whose.')
    await deletes.allow([`asset/${twin.asset.assetId}`], 'objects')
    await demandStillUnused(pair, twin.asset)
    await pair.target.deleteAsset(asset)
  }
  return {
    owner: 'gone',
    goneSince: 0,
    locators: [],
    locatorMarks: {},
    filters: [],
    twin: '',
    filesUntil: 0,
    filesBegun: '',
    twinAsset: '',
    twinLocators: {},
  }
}
