import { compareKeys, compareLocator } from '../media/compare.ts'
import type { ContentKey, Locator, LocatorWrite } from '../media/resources.ts'
import { isServiceError } from '../service-error.ts'
import type { Pair } from './pair.ts'
import { Stop } from './trouble.ts'

/**
 * Makes one locator with the id, times, filters, alternative media id and content keys of the source, and reads it
 * back. Key values live in this function only (P6). One that is there and equal is left alone (P7).
 *
 * @param ours whether the row says that the target's locator of this name was made by us: then it may be replaced.
 * @returns whether the twin's locator is there; false where the source no longer has it, or it publishes another asset.
 */
export const publishLocator = async (pair: Pair, asset: string, name: string, ours: boolean): Promise<boolean> => {
  const [source, twin] = await Promise.all([pair.source.locator(name), pair.target.locator(name)])
  if (source === undefined || source.assetName.toLowerCase() !== asset.toLowerCase()) return false
  const fields = twin === undefined ? [] : compareLocator(source, twin)
  if (twin !== undefined && fields.length === 0 && ours) return true
  if (twin !== undefined && fields.length > 0 && !ours) throw changed(source, fields)
  // Policies that do not encrypt show no keys: the scarcest call of all is saved (P9).
  const keys = source.contentKeys.length === 0 ? [] : await pair.source.contentKeys(name)
  if (twin === undefined) await create(pair, source, keys)
  else if (fields.length > 0) await replace(pair, source, keys, twin)
  await prove(pair, source, keys)
  return true
}

const create = async (pair: Pair, source: Locator, keys: readonly ContentKey[]): Promise<void> => {
  try {
    await pair.target.putLocator(source.name, bodyOf(source, keys))
  } catch (error) {
    // A write whose reply was lost, and was then tried again, is refused like one that cannot be made: only the
    // locator itself can tell.
    if (!isServiceError(error) || (error.kind !== 'conflict' && error.kind !== 'refused')) throw error
    const twin = await pair.target.locator(source.name)
    if (twin === undefined) throw error
    const fields = compareLocator(source, twin)
    if (fields.length > 0) throw changed(source, fields)
  }
}

/** Locators are immutable (contract section 6.8): everything the old one needs to come back is read before it goes. */
const replace = async (pair: Pair, source: Locator, keys: readonly ContentKey[], twin: Locator): Promise<void> => {
  const old = bodyOf(twin, twin.contentKeys.length === 0 ? [] : await pair.target.contentKeys(twin.name))
  await pair.target.deleteLocator(twin.name)
  try {
    await pair.target.putLocator(source.name, bodyOf(source, keys))
  } catch (error) {
    await pair.target.putLocator(twin.name, old)
    throw error
  }
}

const changed = (source: Locator, fields: readonly string[]) =>
  new Stop({ outcome: 'blocked', code: 'LocatorChanged', detail: `${source.name}: ${fields.join(', ')}` })

const prove = async (pair: Pair, source: Locator, keys: readonly ContentKey[]): Promise<void> => {
  const twin = await pair.target.locator(source.name)
  const fields = twin === undefined ? ['the locator is not there'] : [...compareLocator(source, twin)]
  if (keys.length > 0 && twin !== undefined)
    fields.push(...compareKeys(keys, await pair.target.contentKeys(source.name)))
  if (fields.length > 0) {
    throw new Stop({ outcome: 'blocked', code: 'NotRepresentable', detail: `${source.name}: ${fields.join(', ')}` })
  }
}

const bodyOf = (locator: Locator, keys: readonly ContentKey[]): LocatorWrite => ({
  assetName: locator.assetName,
  streamingLocatorId: locator.streamingLocatorId,
  streamingPolicyName: locator.streamingPolicyName,
  ...(locator.startTime === undefined ? {} : { startTime: locator.startTime }),
  endTime: locator.endTime,
  ...(locator.defaultContentKeyPolicyName === undefined
    ? {}
    : { defaultContentKeyPolicyName: locator.defaultContentKeyPolicyName }),
  ...(locator.alternativeMediaId === undefined ? {} : { alternativeMediaId: locator.alternativeMediaId }),
  filters: locator.filters,
  contentKeys: keys.map(key => ({
    id: key.id,
    ...(key.label === undefined ? {} : { label: key.label }),
    value: key.value,
  })),
})
