/**
 * Content keys of a locator. They are told by a call of their own, whose answer may be older than that which has shown the
 * locator: then they are those of one that had its name before. Key values stay with whoever calls (P6).
 */
import { compareKeys } from '../media/compare.ts'
import type { ContentKey, Locator } from '../media/resources.ts'
import type { Pair } from './pair.ts'
import { Stop } from './trouble.ts'

const hasIdsOf = (keys: readonly ContentKey[], { contentKeys }: Locator): boolean => {
  const ids = new Set(keys.map(({ id }) => id.toLowerCase()))
  return contentKeys.every(({ id }) => ids.has(id.toLowerCase()))
}

const madeAgain = ({ name }: Locator): Stop =>
  new Stop({
    outcome: 'waiting',
    code: 'SourceChanged',
    detail: `${name} was made again, and may have other keys by now.`,
  })

/**
 * Those of a locator of the source. Policies that do not encrypt show none: the scarcest call of all is saved (P9).
 *
 * Throws Stop where they are another one's.
 */
export const keysOf = async (pair: Pair, source: Locator): Promise<readonly ContentKey[]> => {
  if (source.contentKeys.length === 0) return []
  const keys = await pair.source.contentKeys(source.name)
  if (!hasIdsOf(keys, source)) throw madeAgain(source)
  return keys
}

/** Whether a locator of the target has these keys. */
export const hasKeys = async (pair: Pair, keys: readonly ContentKey[], twin: Locator): Promise<boolean> =>
  keys.length === 0 ||
  (hasIdsOf(keys, twin) && compareKeys(keys, await pair.target.contentKeys(twin.name)).length === 0)

/**
 * One that was made again a moment ago, with the very keys of the one before it, may have been told with those of that:
 * nothing but time tells them apart where the ids are the same.
 *
 * @param proven when the source's locator was created that the target's was last proven equal to.
 */
export const assertOwnKeys = (pair: Pair, source: Locator, proven: string | undefined): void => {
  const isAnother = proven !== undefined && proven !== source.created
  if (isAnother && pair.clock() - Date.parse(source.created) < pair.timing.settle) throw madeAgain(source)
}
