/** POST actions on assets: container SAS, locators, the storage encryption key (contract section 6.2). */
import { badRequest } from '../arm-errors.ts'
import type { SasPermissions } from '../blob-store.ts'
import { millisecondsOf, ticksPerMillisecond } from '../clock.ts'
import { parseInstant } from '../instants.ts'
import { type JsonObject, textAt } from '../json.ts'
import { type AccountContext, bodyOf, type Reply } from '../kernel.ts'
import { longestSas } from '../limits.ts'
import type { ResourceRules } from '../resource-operations.ts'
import { instant, object, oneOf, optional, readObject } from '../shape.ts'
import { ensureContainer } from './asset-containers.ts'
import { findAsset, placeOf } from './asset-place.ts'
import { locatorsOf } from './locator-index.ts'
import { locatorSummary } from './locator-views.ts'

const sasShape = object({
  permissions: optional(oneOf('Read', 'ReadWrite', 'ReadWriteDelete')),
  expiryTime: optional(instant),
})

const sasPermissions: Readonly<Record<string, SasPermissions>> = {
  Read: 'rl',
  ReadWrite: 'rwl',
  ReadWriteDelete: 'rwdl',
}

const listContainerSas = async (context: AccountContext): Promise<Reply> => {
  const asset = findAsset(context)
  const wanted = readObject(sasShape, bodyOf(context))
  const longest = context.now + BigInt(longestSas.milliseconds) * ticksPerMillisecond
  const expires = parseInstant(textAt(wanted, 'expiryTime') ?? '') ?? longest
  if (expires > longest || expires <= context.now)
    throw badRequest('The expiryTime must be later than now and less than 24 hours from the current time.')
  const permissions = sasPermissions[textAt(wanted, 'permissions') ?? 'Read'] ?? 'rl'
  const place = placeOf(asset)
  await ensureContainer(context.kernel, place)
  // The service signs with both keys of the storage account; here they are the same.
  const url = await context.kernel.blobStore.containerSas(
    place.storageAccount,
    place.container,
    permissions,
    new Date(millisecondsOf(expires)),
  )
  return { status: 200, body: { assetContainerSasUrls: [url, url] } }
}

const getEncryptionKey = (context: AccountContext): Reply => {
  const { storageEncryption } = findAsset(context)
  if (storageEncryption === undefined)
    throw badRequest('Asset, asset files or encryption key does not exist or asset files are not storage encrypted.')
  return { status: 200, body: storageEncryption }
}

const listStreamingLocators = (context: AccountContext): Reply => {
  const asset = findAsset(context)
  const locators = locatorsOf(context.account, asset.name).map((locator): JsonObject => locatorSummary(locator))
  return { status: 200, body: { streamingLocators: locators } }
}

export const assetActions: NonNullable<ResourceRules['actions']> = {
  listContainerSas: { bucket: 'resourceRequests', run: listContainerSas },
  getEncryptionKey: { run: getEncryptionKey },
  listStreamingLocators: { bucket: 'resourceRequests', run: listStreamingLocators },
}
