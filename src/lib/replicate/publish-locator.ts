import type { Refusal } from '../ledger/facts.ts'
import { compareKeys, compareLocator } from '../media/compare.ts'
import type { ContentKey, Locator } from '../media/resources.ts'
import type { Unit } from '../model.ts'
import { isServiceError, type ServiceError } from '../service-error.ts'
import { dependenciesOf } from './dependencies.ts'
import { assertNotRefused, stateInTarget } from './locator-refusal.ts'
import { createLocator, replaceLocator } from './make-locator.ts'
import type { Pair } from './pair.ts'
import type { Publishing } from './publish.ts'
import { notShownYet, outcomeOf, Stop } from './trouble.ts'

/** What the row knows of the target's locator of a name. */
export interface Known {
  /** What was refused is tried again, whatever is remembered of it. */
  readonly retries: boolean
  /** Made by us: it may be replaced. */
  readonly ours: boolean
  /** When the source's locator was created that it was last proven equal to. */
  readonly mark: string | undefined
  /** What the target did not take or keep whole when it was last made. */
  readonly refusal: Refusal | undefined
}

/** What making a locator asks of whoever keeps the ledger. */
export interface Making extends Pick<Publishing, 'pending' | 'doubt' | 'holders'> {
  /** Asset filters of the source that cannot be made in the target, lower case. */
  readonly lacking: ReadonlySet<string>
  /** Called before one that was not there is made, with its id. */
  making(id: string): Promise<void>
  /** Called before one of ours is replaced, with the id of the new one. */
  replacing(id: string): Promise<void>
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
  if (twin !== undefined && fields.length === 0 && known.ours && known.mark === source.created) return source.created
  if (twin !== undefined && fields.length > 0) assertReplaceable(source, twin, fields, known)
  const lacking = source.filters.filter(filter => publishing.lacking.has(filter.toLowerCase()))
  if (lacking.length > 0) throw notRepresentable(`${source.name}: filter ${lacking.join(', ')}`)

  const filters = source.filters.length === 0 ? [] : await pair.source.assetFilters(asset)
  const units = dependenciesOf(pair.route.key, [source], filters)
  await assertNotRefused(pair, source, twin, units, known)
  const waiting = await publishing.pending(units)
  if (waiting !== undefined) throw new Stop(waiting)
  // Policies that do not encrypt show no keys: the scarcest call of all is saved (P9).
  const keys = source.contentKeys.length === 0 ? [] : await pair.source.contentKeys(name)
  let replaced: Locator | undefined
  try {
    if (twin === undefined) {
      await publishing.making(source.streamingLocatorId)
      await createLocator(pair, source, keys)
    } else if (fields.length > 0 || (known.ours && (await keysDiffer(pair, keys, twin)))) {
      if (!sameId(source, twin)) await assertIdFree(pair, source, publishing)
      await publishing.replacing(source.streamingLocatorId)
      await replaceLocator(pair, source, keys, twin, units, publishing)
      replaced = twin
    }
  } catch (error) {
    if (twin === undefined && (await isIdTaken(error, pair))) await assertIdFree(pair, source, publishing)
    if (units.length === 0 || !maySayThatOneIsMissing(error)) throw error
    // Perhaps the target has lost a policy that the ledger calls in sync.
    await publishing.doubt(units)
    throw new Stop({ outcome: 'failed', code: 'RequestRefused', detail: error.message })
  }
  await prove(pair, source, keys, units, replaced, publishing)
  return source.created
}

const assertReplaceable = (source: Locator, twin: Locator, fields: readonly string[], { ours }: Known): void => {
  const detail = `${source.name}: ${fields.join(', ')}`
  // Whichever unit made it for its old asset withdraws it first.
  if (twin.assetName.toLowerCase() !== source.assetName.toLowerCase())
    throw new Stop({ outcome: 'waiting', code: 'LocatorChanged', detail })
  if (!ours) throw new Stop({ outcome: 'blocked', code: 'LocatorChanged', detail })
}

/** Whether a name in a body that is unknown is answered with 400 or 404 is not recorded. */
const maySayThatOneIsMissing = (error: unknown): error is ServiceError =>
  isServiceError(error) && (error.kind === 'refused' || error.kind === 'notFound')

const sameId = (a: Locator, b: Locator | undefined): boolean =>
  a.streamingLocatorId.toLowerCase() === b?.streamingLocatorId.toLowerCase()

const isIdTaken = async (error: unknown, pair: Pair): Promise<boolean> => {
  if (!isServiceError(error)) return false
  const outcome = await outcomeOf(error, pair)
  return 'code' in outcome && outcome.code === 'LocatorIdTaken'
}

/**
 * An id that has moved to another name in the source is held in the target by a locator of ours, until that is withdrawn
 * by its own asset's pass, with all proofs. One that anybody else holds is not looked for.
 */
const assertIdFree = async (pair: Pair, source: Locator, { holders, doubt }: Making): Promise<void> => {
  for (const { locator, asset } of await holders(source.streamingLocatorId)) {
    if (locator.toLowerCase() === source.name.toLowerCase()) continue
    const [origin, twin] = await Promise.all([pair.source.locator(locator), pair.target.locator(locator)])
    if (!sameId(source, twin) || sameId(source, origin)) continue
    await doubt([asset])
    const detail = `${source.name}: its id is still held by ${locator} of ${asset.name}, which goes first.`
    throw new Stop({ outcome: 'waiting', code: 'LocatorIdTaken', detail })
  }
}

const keysDiffer = async (pair: Pair, keys: readonly ContentKey[], twin: Locator): Promise<boolean> =>
  keys.length > 0 && compareKeys(keys, await pair.target.contentKeys(twin.name)).length > 0

const prove = async (
  pair: Pair,
  source: Locator,
  keys: readonly ContentKey[],
  units: readonly Unit[],
  replaced: Locator | undefined,
  { refused }: Pick<Making, 'refused'>,
): Promise<void> => {
  const twin = await pair.target.locator(source.name)
  if (twin === undefined || twin.created === replaced?.created) throw new Stop(notShownYet(source.name))
  const fields = [...compareLocator(source, twin)]
  if (keys.length > 0) fields.push(...compareKeys(keys, await pair.target.contentKeys(source.name)))
  if (fields.length === 0) return
  const detail = `${source.name}: ${fields.join(', ')}`
  await refused({ source: source.created, target: await stateInTarget(pair, twin, units), detail })
  throw notRepresentable(detail)
}

const notRepresentable = (detail: string): Stop => new Stop({ outcome: 'blocked', code: 'NotRepresentable', detail })
