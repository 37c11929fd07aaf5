import { createHash } from 'node:crypto'
import type { Facts } from '../ledger/facts.ts'
import { compareAsset } from '../media/compare.ts'
import type { Asset, AssetWrite } from '../media/resources.ts'
import { createContainer, type Mark, markFor, setContainerMetadata } from '../storage/container.ts'
import { accountToFollow } from './deletes.ts'
import { isOurs, ourMark } from './owner.ts'
import type { Pair, Place } from './pair.ts'
import { placeOf } from './place.ts'
import type { RouteRules } from './rules.ts'
import { Stop } from './trouble.ts'
import { assetMark } from './twin-mark.ts'

export interface Prepared extends Place {
  readonly mark: string
}

/** What making a twin asks of whoever keeps the ledger. */
export interface Preparing extends Pick<RouteRules, 'deletes'> {
  /** What the row knows. */
  readonly before: Facts
  /** Records, before the first write, whose the twin is and from which account it comes. */
  making(facts: Facts): Promise<void>
}

/**
 * Makes the asset of the twin: first the container, with our mark in the same call, then the asset that names it. The
 * container's name is the source's, unless a stranger has it.
 *
 * @param source the asset's container in the source.
 * @param owner `adopted` allows to take over an object that has no mark of ours; it is looked at again here, since it
 *   may have come into being after the survey.
 * @returns where the twin's files go, and how its asset was left. Throws Stop where the source is another account.
 */
export const prepareTwin = async (
  pair: Pair,
  name: string,
  source: Place,
  owner: 'made' | 'adopted',
  { before, deletes, making }: Preparing,
): Promise<Prepared> => {
  const sourceAccount = await accountToFollow(pair, before, deletes)
  await making({ owner, sourceAccount, millisecondsCopying: 0, twin: '' })
  const ours: Mark = { account: pair.route.from, asset: name, sourceAccount }
  const [asset, existing] = await Promise.all([pair.source.asset(name), pair.target.asset(name)])
  if (asset === undefined) throw new Stop({ outcome: 'waiting', code: 'SourceChanged', detail: `${name} is gone.` })
  if (existing !== undefined) {
    await claim(pair, ours, placeOf(existing), owner)
    if (compareAsset(asset, existing).length > 0)
      await pair.target.putAsset(name, bodyOf(asset, placeOf(existing), existing))
    return { ...placeOf(existing), mark: assetMark(existing, asset) }
  }
  const storageAccount = pair.storageFor(source.storageAccount)
  if (storageAccount === undefined)
    throw new Stop({ outcome: 'blocked', code: 'StorageNotMapped', detail: source.storageAccount })
  const { container, isNew } = await freeContainer(pair, ours, storageAccount, source.container)
  // What was known of files was of another one.
  if (isNew) await making({ filesUntil: 0, filesBegun: '' })
  const place = { storageAccount, container }
  await pair.target.putAsset(name, bodyOf(asset, place))
  // The answer to the PUT may leave the container out (contract section 6.2).
  const made = await pair.target.asset(name)
  if (made === undefined)
    throw new Stop({ outcome: 'failed', code: 'Unexpected', detail: `${name} is not there after its creation.` })
  return { ...placeOf(made), mark: assetMark(made, asset) }
}

/** An adopted twin gets our mark, so that it is known again, and ours that of its account; other metadata stays. */
const claim = async (pair: Pair, ours: Mark, place: Place, owner: 'made' | 'adopted'): Promise<void> => {
  const container = pair.targetContainer(place)
  const mark = await ourMark(pair, ours.asset, container)
  if (mark?.sourceAccount === ours.sourceAccount) return
  if (mark === undefined && owner !== 'adopted') {
    throw new Stop({
      outcome: 'blocked',
      code: 'TargetNotOurs',
      detail: `Container ${place.container} has no mark of ours.`,
    })
  }
  await setContainerMetadata(container, markFor(ours))
}

/** @param existing its texts are cleared where the source has none: leaving a field out of a PUT keeps it. */
const bodyOf = (asset: Asset, place: Place, existing?: Asset): AssetWrite => {
  const text = (field: 'alternateId' | 'description') => {
    const value = asset[field] ?? (existing?.[field] ? '' : undefined)
    return value === undefined ? {} : { [field]: value }
  }
  return {
    ...text('alternateId'),
    ...text('description'),
    container: place.container,
    storageAccountName: place.storageAccount,
  }
}

const freeContainer = async (pair: Pair, ours: Mark, storageAccount: string, wanted: string) => {
  const { asset } = ours
  const spare = `twin-${createHash('sha256').update(`${pair.route.key}/${asset.toLowerCase()}`).digest('hex').slice(0, 40)}`
  for (const name of [wanted, spare]) {
    const container = pair.targetContainer({ storageAccount, container: name })
    const isNew = (await createContainer(container, markFor(ours))) === 'created'
    // One that exists with our mark is left from a run that died before it made the asset.
    if (isNew || (await isOurs(pair, asset, container))) return { container: name, isNew }
  }
  throw new Stop({ outcome: 'blocked', code: 'TargetNotOurs', detail: `Containers ${wanted} and ${spare} are taken.` })
}
