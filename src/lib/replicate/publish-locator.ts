import type { Refusal } from '../ledger/facts.ts'
import { compareKeys, compareLocator } from '../media/compare.ts'
import type { ContentKey, Locator } from '../media/resources.ts'
import type { Unit } from '../model.ts'
import { dependenciesOf } from './dependencies.ts'
import { assertOwnKeys, hasKeys, keysOf } from './locator-keys.ts'
import { assertNotRefused, stateInTarget } from './locator-refusal.ts'
import { writeLocator } from './make-locator.ts'
import type { Pair } from './pair.ts'
import type { Publishing } from './publish.ts'
import { notShownYet, Stop } from './trouble.ts'

/** What the row knows of the target's locator of a name. */
export interface Known {
  /** What was refused is tried again, whatever is remembered of it. */
  readonly retries: boolean
  /** The row knows one of this name as ours. */
  readonly ours: boolean
  /** When that was created, as far as it is known. */
  readonly left: string | undefined
  /** When the source's locator was created that it was last proven equal to. */
  readonly mark: string | undefined
  /** What the target did not take or keep whole when it was last made. */
  readonly refusal: Refusal | undefined
}

/** What making a locator asks of whoever keeps the ledger. */
export interface Making extends Pick<Publishing, 'pending' | 'doubt' | 'holders'> {
  /** Asset filters of the source that cannot be made in the target, lower case. */
  readonly lacking: ReadonlySet<string>
  /** Whether the target's locator is ours to replace. */
  isOurs(twin: Locator): Promise<boolean>
  /** Whether an operator has withdrawn it by now. */
  isWithdrawn(): Promise<boolean>
  /** Called before one that was not there is made, with its id. */
  making(id: string): Promise<void>
  /** Called before one of ours is replaced, with the ids of the new one and of the old one. */
  replacing(id: string, old: string): Promise<void>
  /** What the target has of it by now. */
  shown(twin: Locator): void
  /** Nothing was made after all, or it is gone again: whatever comes to have the name or the id is not ours. */
  undone(): Promise<void>
  /** The target did not take it, or did not keep it whole. */
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
  if (twin !== undefined && fields.length === 0 && known.ours && known.mark === source.created) {
    publishing.shown(twin)
    return source.created
  }
  if (twin !== undefined && fields.length > 0) await assertReplaceable(source, twin, fields, known, publishing)
  const lacking = source.filters.filter(filter => publishing.lacking.has(filter.toLowerCase()))
  if (lacking.length > 0) throw notRepresentable(`${source.name}: filter ${lacking.join(', ')}`)

  const filters = source.filters.length === 0 ? [] : await pair.source.assetFilters(asset)
  const units = dependenciesOf(pair.route.key, [source], filters)
  await assertNotRefused(pair, source, twin, units, known)
  const waiting = await publishing.pending(units)
  if (waiting !== undefined) throw new Stop(waiting)
  const keys = await keysOf(pair, source)
  const isOurs = twin !== undefined && known.ours && (await publishing.isOurs(twin))
  const hasSameKeys = isOurs && (await hasKeys(pair, keys, twin))
  const isOther = twin !== undefined && (fields.length > 0 || (isOurs && !hasSameKeys))
  if (twin === undefined || isOther) {
    await writeLocator(pair, source, keys, twin, units, publishing)
    // Withdrawn while it was made, it was not there yet for whoever would have deleted it.
    if (await publishing.isWithdrawn()) {
      await pair.target.deleteLocator(name)
      await publishing.undone()
      return undefined
    }
  }
  await prove(pair, source, keys, units, isOther ? [twin.created, known.left] : [], known, publishing)
  if (hasSameKeys && keys.length > 0) assertOwnKeys(pair, source, known.mark)
  return source.created
}

const assertReplaceable = async (
  source: Locator,
  twin: Locator,
  fields: readonly string[],
  { left }: Known,
  { isOurs }: Making,
): Promise<void> => {
  const detail = `${source.name}: ${fields.join(', ')}`
  // Whichever unit made it for its old asset withdraws it first.
  if (twin.assetName.toLowerCase() !== source.assetName.toLowerCase())
    throw new Stop({ outcome: 'waiting', code: 'LocatorChanged', detail })
  if (await isOurs(twin)) return
  // Ours was made after it: the answer is older than that.
  if (left !== undefined && Date.parse(twin.created) < Date.parse(left)) throw new Stop(notShownYet(source.name))
  throw new Stop({ outcome: 'blocked', code: 'LocatorChanged', detail })
}

/** @param before when those were created that it has just replaced, as far as anybody knows: an answer may be as old. */
const prove = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  units: readonly Unit[],
  before: readonly (string | undefined)[],
  { refusal }: Pick<Known, 'refusal'>,
  { refused, shown }: Pick<Making, 'refused' | 'shown'>,
): Promise<void> => {
  const twin = await pair.target.locator(source.name)
  if (twin === undefined || before.some(one => one !== undefined && Date.parse(twin.created) <= Date.parse(one)))
    throw new Stop(notShownYet(source.name))
  shown(twin)
  const fields = compareLocator(source, twin)
  const others = keys.length === 0 ? [] : compareKeys(keys, await pair.target.contentKeys(source.name))
  if (fields.length + others.length === 0) return
  const detail = `${source.name}: ${[...fields, ...others].join(', ')}`
  // Of one that was there before, perhaps: its keys, or all of it, where nobody knows when that was made. Seen twice, it
  // is what the target has made of this one.
  const isSeenTwice = refusal?.source === source.created && refusal.target === 'old'
  if ((fields.length === 0 || before.length === 0) && !isSeenTwice) {
    await refused({ source: source.created, target: 'old', detail })
    throw new Stop(notShownYet(source.name))
  }
  await refused({ source: source.created, target: await stateInTarget(pair, twin, units), detail })
  throw notRepresentable(detail)
}

const notRepresentable = (detail: string): Stop => new Stop({ outcome: 'blocked', code: 'NotRepresentable', detail })
