import type { Facts, Refusal } from '../ledger/facts.ts'
import { retries } from '../ledger/facts.ts'
import { compareFilter } from '../media/compare.ts'
import type { Filter } from '../media/resources.ts'
import { byName, type Outcome } from '../model.ts'
import { proveAccount } from './deletes.ts'
import { digestOf } from './digest.ts'
import type { Pair } from './pair.ts'
import type { Publishing } from './publish.ts'
import { notShownYet, otherThanWritten, Stop } from './trouble.ts'

interface SetFilters {
  readonly ours: readonly string[]
  /** Those of ours that the source's list lacks. */
  readonly dropped: readonly string[]
  readonly troubles: readonly Outcome[]
  /** What the target does not have and cannot get, lower case. */
  readonly lacking: ReadonlySet<string>
  /** Those of the target as they were proven. */
  readonly shown: TwinFilters
}

type TwinFilters = ReadonlyMap<string, Filter>

const readFilters = async (pair: Pair, asset: string): Promise<TwinFilters> =>
  byName(await pair.target.assetFilters(asset))

const blocked = (code: 'LocatorChanged' | 'NotRepresentable', name: string, fields: readonly string[]): Outcome => ({
  outcome: 'blocked',
  code,
  detail: `filter ${name}: ${fields.join(', ')}`,
})

interface Setting extends Pick<Publishing, 'before' | 'made' | 'permissions'> {
  /** Called before a filter that is there is changed. Throws Stop where the source is another account. */
  proven(): Promise<unknown>
}

/** Beside those of locators. */
const refusalKey = (filter: Filter): string => `filter/${filter.name.toLowerCase()}`
const stateOf = (filter: Filter | undefined): string => (filter === undefined ? '' : digestOf(filter.properties))

/**
 * Filters follow the source at once; only those that are ours are changed or removed. Each is recorded as ours before
 * it is made, so that trouble with a later one does not turn it into somebody else's.
 *
 * @param refusals what the target did not keep whole so far; those of filters are kept up to date here.
 */
export const setFilters = async (
  pair: Pair,
  asset: string,
  refusals: Map<string, Refusal>,
  { before, made, permissions, proven }: Setting,
): Promise<SetFilters> => {
  const ours = new Set(before.filters ?? [])
  const source = await pair.source.assetFilters(asset)
  if (source.length === 0 && ours.size === 0)
    return { ours: [], dropped: [], troubles: [], lacking: new Set(), shown: new Map() }
  const target = await readFilters(pair, asset)
  const troubles: Outcome[] = []
  const lacking = new Set<string>()
  const written: Filter[] = []
  const refuse = (filter: Filter, trouble: Outcome): void => {
    if (!target.has(filter.name.toLowerCase())) lacking.add(filter.name.toLowerCase())
    troubles.push(trouble)
  }
  for (const filter of source) {
    const key = filter.name.toLowerCase()
    const twin = target.get(key)
    const fields = twin === undefined ? [] : compareFilter(filter, twin)
    if (twin !== undefined && fields.length === 0) continue
    const unknown = Object.keys(filter.unknown ?? {})
    const refusal = refusals.get(refusalKey(filter))
    const refused = refusal?.source === stateOf(filter) && refusal.target === stateOf(twin)
    if (twin !== undefined && !ours.has(key)) troubles.push(blocked('LocatorChanged', filter.name, fields))
    else if (unknown.length > 0) refuse(filter, blocked('NotRepresentable', filter.name, unknown))
    else if (refused && !retries(permissions))
      refuse(filter, blocked('NotRepresentable', filter.name, [refusal.detail]))
    else {
      if (twin !== undefined) await proven()
      if (!ours.has(key)) await made({ filters: [...ours.add(key)] })
      await pair.target.putAssetFilter(asset, filter.name, filter.properties)
      written.push(filter)
    }
  }
  const { lost, shown, doubtful } = await prove(pair, asset, written, target, refusals)
  for (const { filter, detail } of lost) refuse(filter, blocked('NotRepresentable', filter.name, [detail]))
  if (written.length > 0 && refusals.size > 0) await made(refusalsOf(refusals))
  if (doubtful !== undefined) throw new Stop(doubtful)
  const names = new Set(source.map(filter => filter.name.toLowerCase()))
  return { ours: [...ours], dropped: [...ours].filter(one => !names.has(one)), troubles, lacking, shown }
}

/**
 * Removes filters that the source has dropped, as each one's own GET there says while the account is proven: absence
 * from a list is no proof (P10). To be called when no locator of ours names them any more.
 *
 * @returns names of those that are left. Throws Stop where the source is another account or too much is deleted.
 */
export const removeFilters = async (
  pair: Pair,
  asset: string,
  { ours, dropped }: Pick<SetFilters, 'ours' | 'dropped'>,
  { before, deletes }: Pick<Publishing, 'before' | 'deletes'>,
): Promise<readonly string[]> => {
  const gone: string[] = []
  for (const name of dropped) if ((await pair.source.assetFilter(asset, name)) === undefined) gone.push(name)
  if (gone.length === 0) return ours
  await proveAccount(pair, before, deletes)
  const target = await readFilters(pair, asset)
  const doomed = gone.filter(name => target.has(name))
  const identity = (name: string) => `assetFilter/${asset.toLowerCase()}/${name}/${stateOf(target.get(name))}`
  if (doomed.length > 0) await deletes.allow(doomed.map(identity), 'locators')
  for (const name of doomed) await pair.target.deleteAssetFilter(asset, name)
  return ours.filter(name => !gone.includes(name))
}

/** What the target did not keep whole. */
interface Lost {
  readonly filter: Filter
  readonly detail: string
}

const refusalsOf = (refusals: ReadonlyMap<string, Refusal>): Facts => ({ refusals: Object.fromEntries(refusals) })

/**
 * Reads back what was written, all at once. Where the target did not keep a filter whole, what was there before comes
 * back: half a filter shows players other renditions than the source does. One that still shows as it was before may
 * only be shown late: it is left as it was written.
 *
 * @returns what two passes have found to be lost, and what there is to try again first: one answer may be an old one.
 */
const prove = async (
  pair: Pair,
  asset: string,
  written: readonly Filter[],
  before: TwinFilters,
  refusals: Map<string, Refusal>,
): Promise<{ readonly lost: readonly Lost[]; readonly shown: TwinFilters; readonly doubtful?: Outcome }> => {
  if (written.length === 0) return { lost: [], shown: before }
  const now = await readFilters(pair, asset)
  const lost: Lost[] = []
  let doubtful: Outcome | undefined
  for (const filter of written) {
    const key = filter.name.toLowerCase()
    const twin = now.get(key)
    const old = before.get(key)
    if (twin === undefined || (old !== undefined && compareFilter(old, twin).length === 0)) {
      doubtful = notShownYet(`filter ${filter.name}`)
      continue
    }
    const fields = compareFilter(filter, twin)
    const isSeenTwice = refusals.get(refusalKey(filter))?.source === stateOf(filter)
    refusals.delete(refusalKey(filter))
    if (fields.length === 0) continue
    if (old !== undefined) await pair.target.putAssetFilter(asset, filter.name, old.properties)
    else await pair.target.deleteAssetFilter(asset, filter.name)
    const detail = fields.join(', ')
    refusals.set(refusalKey(filter), { source: stateOf(filter), target: isSeenTwice ? stateOf(old) : 'old', detail })
    if (isSeenTwice) lost.push({ filter, detail })
    else doubtful = otherThanWritten(`filter ${filter.name}: ${detail}`)
  }
  return { lost, shown: now, ...(doubtful === undefined ? {} : { doubtful }) }
}
