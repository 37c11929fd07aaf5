/** Making, changing and deleting assets (contract section 6.2). */
import { badRequest, conflict } from '../arm-errors.ts'
import { Collection } from '../collection.ts'
import { history } from '../history.ts'
import { formatInstant, roundToSql } from '../instants.ts'
import { type Json, type JsonObject, textAt } from '../json.ts'
import {
  type AccountContext,
  createdNow,
  type Kernel,
  modifiedNow,
  param,
  propertiesOf,
  type Reply,
} from '../kernel.ts'
import { quotas } from '../limits.ts'
import { checkName } from '../resource-names.ts'
import { object, optional, readObject, text } from '../shape.ts'
import type { Asset } from '../state.ts'
import { bindContainer, ensureContainer, type Place, releaseContainer, storageAccountOf } from './asset-containers.ts'
import { findAsset, placeOf } from './asset-place.ts'
import { view } from './asset-view.ts'
import { deletedReply } from './deleted.ts'
import { locatorsOf, removeLocator } from './locator-index.ts'

const assetShape = object({
  alternateId: optional(text),
  description: optional(text),
  container: optional(text),
  storageAccountName: optional(text),
})

/** Properties in the order of the service's answers; times are stored rounded. */
const build = (
  fixed: { readonly assetId: string; readonly created: string; readonly place: Place; readonly encryption: Json },
  changeable: JsonObject,
  now: bigint,
): JsonObject => ({
  assetId: fixed.assetId,
  created: fixed.created,
  lastModified: formatInstant(roundToSql(now)),
  alternateId: changeable.alternateId,
  description: changeable.description,
  container: fixed.place.container,
  storageAccountName: fixed.place.storageAccount,
  storageEncryptionFormat: fixed.encryption,
})

const create = async (context: AccountContext, name: string, wanted: JsonObject): Promise<Asset> => {
  const { account, kernel, now } = context
  checkName(name)
  if (account.assets.size >= quotas.assets) throw badRequest(`The quota of ${quotas.assets} assets is reached.`)
  const assetId = kernel.uuid()
  const place: Place = {
    storageAccount: storageAccountOf(account, textAt(wanted, 'storageAccountName')),
    container: textAt(wanted, 'container') ?? `asset-${assetId}`,
  }
  bindContainer(kernel, account, name, place)
  const created = formatInstant(roundToSql(now))
  const asset: Asset = {
    name,
    properties: build({ assetId, created, place, encryption: 'None' }, wanted, now),
    systemData: createdNow(context),
    filters: new Collection(() => kernel.clock.ticks()),
  }
  // Set before the container is made: another request for the same name must find it.
  account.assets.set(asset)
  try {
    if (kernel.switches().createContainer === 'onPut') await ensureContainer(kernel, place)
  } catch (error) {
    account.assets.delete(name)
    releaseContainer(kernel.state, place)
    throw error
  }
  return asset
}

const differs = (wanted: string | undefined, kept: string) =>
  wanted !== undefined && wanted.toLowerCase() !== kept.toLowerCase()

const update = (context: AccountContext, asset: Asset, wanted: JsonObject, changeable: JsonObject): Asset => {
  const place = placeOf(asset)
  const moves =
    differs(textAt(wanted, 'container'), place.container) ||
    differs(textAt(wanted, 'storageAccountName'), place.storageAccount)
  if (moves && context.kernel.switches().assetContainerChange === 'refuse')
    throw badRequest('The container and the storage account of an asset cannot be changed.')
  const fixed = {
    assetId: textAt(asset.properties, 'assetId') ?? '',
    created: textAt(asset.properties, 'created') ?? '',
    encryption: asset.properties.storageEncryptionFormat ?? 'None',
    place,
  }
  const updated: Asset = {
    ...asset,
    properties: build(fixed, changeable, context.now),
    systemData: modifiedNow(context, asset.systemData),
  }
  context.account.assets.set(updated)
  return updated
}

/** Of the container (contract section 6.2). */
const omitsDefaulted = (context: AccountContext): boolean => {
  const rule = context.kernel.switches().defaultedContainer
  return rule === 'asOnTheDay' ? !history.defaultedContainersAreShown(context) : rule === 'omitted'
}

export const putAsset = async (context: AccountContext): Promise<Reply> => {
  const wanted = readObject(assetShape, propertiesOf(context))
  const existing = context.account.assets.get(param(context, 'asset'))
  const asset =
    existing === undefined
      ? await create(context, param(context, 'asset'), wanted)
      : update(context, existing, wanted, wanted)
  const hidden = wanted.container === undefined && omitsDefaulted(context)
  const shown = hidden ? { ...asset.properties, container: undefined } : asset.properties
  return { status: existing === undefined ? 201 : 200, body: view(context, asset, shown) }
}

/** Only what is named changes; whether null clears is a guess (contract section 16). */
export const patchAsset = (context: AccountContext): Reply => {
  const asset = findAsset(context)
  const sent = propertiesOf(context)
  const wanted = readObject(assetShape, sent)
  const nullClears = context.kernel.switches().nullInPatch === 'clears'
  const changes = (name: string) => name in sent && (sent[name] !== null || nullClears)
  const changeable = {
    alternateId: changes('alternateId') ? wanted.alternateId : asset.properties.alternateId,
    description: changes('description') ? wanted.description : asset.properties.description,
  }
  return { status: 200, body: view(context, update(context, asset, wanted, changeable)) }
}

/** The blob container goes with its asset (contract section 6.2). */
export const removeAsset = async (context: AccountContext): Promise<Reply> => {
  const { account, kernel } = context
  const asset = account.assets.get(param(context, 'asset'))
  if (asset === undefined) return deletedReply(context, false)
  const locators = locatorsOf(account, asset.name)
  const rule = kernel.switches().assetDelete
  if (rule === 'refuse' && locators.length > 0) throw conflict('The asset has streaming locators. Delete them first.')
  if (rule === 'deleteLocators') for (const locator of locators) removeLocator(kernel.state, account, locator)
  account.assets.delete(asset.name)
  releaseContainer(kernel.state, placeOf(asset))
  await deleteContainer(kernel, placeOf(asset))
  return { status: 200 }
}

/** The service answers before the blobs are gone, so trouble with the storage does not fail the request. */
const deleteContainer = async (kernel: Kernel, place: Place): Promise<void> => {
  try {
    await kernel.blobStore.deleteContainer(place.storageAccount, place.container)
  } catch (error) {
    kernel.report(`Container ${place.container} of a deleted asset is left behind: ${String(error)}`)
  }
}
