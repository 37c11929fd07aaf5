import type { Refusal } from '../ledger/facts.ts'
import { compareKeys, compareLocator } from '../media/compare.ts'
import type { ContentKey, Locator, LocatorWrite } from '../media/resources.ts'
import { isServiceError } from '../service-error.ts'
import { dependenciesOf } from './dependencies.ts'
import type { Pair } from './pair.ts'
import type { Publishing } from './publish.ts'
import { Stop } from './trouble.ts'

/** What the row knows of the target's locator of a name. */
export interface Known {
  /** Made by us: it may be replaced. */
  readonly ours: boolean
  /** When the source's locator was created that it was last proven equal to. */
  readonly mark: string | undefined
  /** What the target did not keep whole when it was last made. */
  readonly refusal: Refusal | undefined
}

/** What making a locator asks of whoever keeps the ledger. */
export interface Making extends Pick<Publishing, 'pending' | 'doubt'> {
  /** Asset filters of the source that cannot be made in the target, lower case. */
  readonly lacking: ReadonlySet<string>
  /** Called before one is made that was not there. */
  making(): Promise<void>
  /** The target did not keep it whole. */
  refused(refusal: Refusal): Promise<void>
}

/**
 * Makes one locator with the id, times, filters, alternative media id and content keys of the source, and reads it
 * back. Key values live in this function only (P6). One that is there and proven is left alone (P7).
 *
 * @returns when the source's locator was created, which the twin's is now proven equal to; undefined where the source
 *   no longer has it, or it publishes another asset.
 */
export const publishLocator = async (
  pair: Pair,
  asset: string,
  name: string,
  known: Known,
  publishing: Making,
): Promise<string | undefined> => {
  const [source, twin] = await Promise.all([pair.source.locator(name), pair.target.locator(name)])
  if (source === undefined || source.assetName.toLowerCase() !== asset.toLowerCase()) return undefined
  const fields = twin === undefined ? [] : compareLocator(source, twin)
  if (twin !== undefined && fields.length === 0 && known.ours && known.mark === source.created) return source.created
  if (twin !== undefined && fields.length > 0) assertReplaceable(source, twin, fields, known)
  // Made again it would be the same, and its players would be refused meanwhile.
  const { refusal } = known
  if (refusal !== undefined && refusal.source === source.created && refusal.target === twin?.created)
    throw notRepresentable(refusal.detail)
  const lacking = source.filters.filter(filter => publishing.lacking.has(filter.toLowerCase()))
  if (lacking.length > 0) throw notRepresentable(`${source.name}: filter ${lacking.join(', ')}`)

  const filters = source.filters.length === 0 ? [] : await pair.source.assetFilters(asset)
  const units = dependenciesOf(pair.route.key, [source], filters)
  const waiting = await publishing.pending(units)
  if (waiting !== undefined) throw new Stop(waiting)
  // Policies that do not encrypt show no keys: the scarcest call of all is saved (P9).
  const keys = source.contentKeys.length === 0 ? [] : await pair.source.contentKeys(name)
  try {
    if (twin === undefined) {
      await publishing.making()
      await create(pair, source, keys)
    } else if (fields.length > 0 || (known.ours && (await keysDiffer(pair, keys, twin)))) {
      await replace(pair, source, keys, twin)
    }
  } catch (error) {
    if (!isServiceError(error) || error.kind !== 'refused' || units.length === 0) throw error
    // Perhaps the target has lost a policy that the ledger calls in sync.
    await publishing.doubt(units)
    throw new Stop({ outcome: 'failed', code: 'RequestRefused', detail: error.message })
  }
  await prove(pair, source, keys, publishing)
  return source.created
}

const assertReplaceable = (source: Locator, twin: Locator, fields: readonly string[], { ours }: Known): void => {
  const detail = `${source.name}: ${fields.join(', ')}`
  // Whichever unit made it for its old asset withdraws it first.
  if (twin.assetName.toLowerCase() !== source.assetName.toLowerCase())
    throw new Stop({ outcome: 'waiting', code: 'LocatorChanged', detail })
  if (!ours) throw new Stop({ outcome: 'blocked', code: 'LocatorChanged', detail })
}

const keysDiffer = async (pair: Pair, keys: readonly ContentKey[], twin: Locator): Promise<boolean> =>
  keys.length > 0 && compareKeys(keys, await pair.target.contentKeys(twin.name)).length > 0

const create = async (pair: Pair, source: Locator, keys: readonly ContentKey[]): Promise<void> => {
  try {
    await pair.target.putLocator(source.name, bodyOf(source, keys))
  } catch (error) {
    // A write whose reply was lost, and was then tried again, is refused like one that cannot be made: only the
    // locator itself can tell.
    if (!isServiceError(error) || (error.kind !== 'conflict' && error.kind !== 'refused')) throw error
    const twin = await pair.target.locator(source.name)
    if (twin === undefined || compareLocator(source, twin).length > 0) throw error
  }
}

/** Locators are immutable (contract section 6.8): everything the old one needs to come back is read before it goes. */
const replace = async (pair: Pair, source: Locator, keys: readonly ContentKey[], twin: Locator): Promise<void> => {
  const old = bodyOf(twin, twin.contentKeys.length === 0 ? [] : await pair.target.contentKeys(twin.name))
  await pair.target.deleteLocator(twin.name)
  try {
    await create(pair, source, keys)
  } catch (error) {
    await restore(pair, twin, old).catch(() => {
      // What kept the new one from being made is what has to be told; the next pass makes it again.
    })
    throw error
  }
}

const restore = async (pair: Pair, twin: Locator, old: LocatorWrite): Promise<void> => {
  if ((await pair.target.locator(twin.name)) === undefined) await pair.target.putLocator(twin.name, old)
}

const prove = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  { refused }: Pick<Making, 'refused'>,
): Promise<void> => {
  const twin = await pair.target.locator(source.name)
  const fields = twin === undefined ? ['the locator is not there'] : [...compareLocator(source, twin)]
  if (keys.length > 0 && twin !== undefined)
    fields.push(...compareKeys(keys, await pair.target.contentKeys(source.name)))
  if (fields.length === 0) return
  const detail = `${source.name}: ${fields.join(', ')}`
  // Locators are immutable: when each was created says all of its state.
  if (twin !== undefined) await refused({ source: source.created, target: twin.created, detail })
  throw notRepresentable(detail)
}

const notRepresentable = (detail: string): Stop => new Stop({ outcome: 'blocked', code: 'NotRepresentable', detail })

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
