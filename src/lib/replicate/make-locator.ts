/** Writing one locator of the target, with its content keys. Key values live in these functions only (P6). */
import { compareLocator } from '../media/compare.ts'
import { finishing } from '../media/governor/finishing.ts'
import type { ContentKey, Locator, LocatorWrite } from '../media/resources.ts'
import type { Unit } from '../model.ts'
import { isServiceError, type ServiceError } from '../service-error.ts'
import { assertIdFree, sameId } from './locator-id.ts'
import { assertPoliciesThere, stateInTarget } from './locator-refusal.ts'
import type { Pair } from './pair.ts'
import type { Making } from './publish-locator.ts'
import { isRemade } from './rules.ts'
import { changedMeanwhile, outcomeOf, Stop } from './trouble.ts'

/**
 * Makes the target's locator, or replaces the one that is there.
 *
 * @param units that it needs; they are doubted where the target may lack one.
 */
export const writeLocator = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  twin: Locator | undefined,
  units: readonly Unit[],
  publishing: Making,
): Promise<void> => {
  try {
    if (twin === undefined) {
      await publishing.making(source.streamingLocatorId)
      await createLocator(pair, source, keys)
    } else {
      if (!sameId(source, twin)) await assertIdFree(pair, source, publishing)
      await publishing.replacing(source.streamingLocatorId, twin.streamingLocatorId)
      await replaceLocator(pair, source, keys, twin, units, publishing)
    }
  } catch (error) {
    if (twin === undefined) await afterRefusal(error, pair, source, publishing)
    if (units.length === 0 || !maySayThatOneIsMissing(error)) throw error
    // Perhaps the target has lost a policy that the ledger calls in sync.
    await publishing.doubt(units)
    throw new Stop({ outcome: 'failed', code: 'RequestRefused', detail: error.message })
  }
}

/** What was refused for good was not made, unless it is there after all. */
const afterRefusal = async (error: unknown, pair: Pair, source: Locator, publishing: Making): Promise<void> => {
  const outcome = isServiceError(error) ? await outcomeOf(error, pair) : undefined
  if (outcome?.outcome !== 'blocked') return
  if (!sameId(source, await pair.target.locator(source.name))) await publishing.undone()
  if (outcome.code === 'LocatorIdTaken') await assertIdFree(pair, source, publishing)
}

/** Whether a name in a body that is unknown is answered with 400 or 404 is not recorded. */
const maySayThatOneIsMissing = (error: unknown): error is ServiceError =>
  isServiceError(error) && (error.kind === 'refused' || error.kind === 'notFound')

const isRefusal = (error: unknown): boolean =>
  isServiceError(error) && (error.kind === 'refused' || error.kind === 'conflict')

/** @param old the one that has just been deleted in its place: an answer may be as old as that. */
const createLocator = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  old?: Locator,
): Promise<void> => {
  try {
    await pair.target.putLocator(source.name, bodyOf(source, keys))
  } catch (error) {
    // A write whose reply was lost, and was then tried again, is refused like one that cannot be made: only the
    // locator itself can tell.
    if (!isRefusal(error)) throw error
    const twin = await pair.target.locator(source.name)
    if (twin === undefined || twin.created === old?.created || compareLocator(source, twin).length > 0) throw error
  }
}

/**
 * Locators are immutable (contract section 6.8): everything the old one needs to come back is read before it goes. One
 * that the target refuses is not tried again at every look: each time the players of the old one would find nothing.
 */
const replaceLocator = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  twin: Locator,
  units: readonly Unit[],
  publishing: Pick<Making, 'doubt' | 'refused' | 'shown'>,
): Promise<void> => {
  await assertPoliciesThere(pair, units, publishing)
  const old = bodyOf(twin, twin.contentKeys.length === 0 ? [] : await pair.target.contentKeys(twin.name))
  // A step may run twice at once: what another execution has just made plays, and is not taken off once more.
  const now = await pair.target.locator(twin.name)
  if (now === undefined) return finishing(() => createInstead(pair, source, keys, twin))
  if (now.created !== twin.created) {
    if (isRemade(twin, now) && compareLocator(source, now).length === 0) return
    throw changedMeanwhile(twin.name)
  }
  await pair.target.deleteLocator(twin.name)
  // From here on players find nothing.
  await finishing(() => createOrRestore(pair, source, keys, twin, old, units, publishing))
}

/** Where another execution has deleted the old one: it makes the new one, or has died before. */
const createInstead = async (pair: Pair, source: Locator, keys: readonly ContentKey[], old: Locator): Promise<void> => {
  try {
    await createLocator(pair, source, keys, old)
  } catch (error) {
    // Perhaps the answer was old, and nothing is gone.
    throw isRefusal(error) ? changedMeanwhile(source.name) : error
  }
}

const createOrRestore = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  twin: Locator,
  old: LocatorWrite,
  units: readonly Unit[],
  publishing: Pick<Making, 'refused' | 'shown'>,
): Promise<void> => {
  try {
    await createLocator(pair, source, keys, twin)
  } catch (error) {
    // Without asking whether it is there: the answer may be as old as the one that was deleted. Where the new one is
    // there after all, this is refused.
    await pair.target.putLocator(twin.name, old).catch(() => {
      // What kept the new one from being made is what has to be told; the next pass makes it again.
    })
    const outcome = isRefusal(error) ? await outcomeOf(error, pair) : undefined
    const restored = await pair.target.locator(twin.name)
    if (outcome === undefined || outcome.outcome === 'waiting' || !('code' in outcome) || restored === undefined)
      throw error
    publishing.shown(restored)
    const { code, detail = '' } = outcome
    await publishing.refused({
      source: source.created,
      target: await stateInTarget(pair, restored, units),
      detail,
      code,
    })
    throw new Stop({ outcome: 'blocked', code, detail })
  }
}

const schemes = ['EnvelopeEncryption', 'CommonEncryptionCenc', 'CommonEncryptionCbcs']

/** Keys without labels are taken for the schemes in their order; what a list shows has none that is promised. */
const inOrder = (keys: readonly ContentKey[]): readonly ContentKey[] =>
  keys.toSorted((a, b) => schemes.indexOf(a.type) - schemes.indexOf(b.type))

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
  contentKeys: inOrder(keys).map(key => ({
    id: key.id,
    ...(key.label === undefined ? {} : { label: key.label }),
    value: key.value,
  })),
})
