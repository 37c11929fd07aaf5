import type { Facts, Permissions } from '../ledger/facts.ts'
import type { Asset, Locator } from '../media/resources.ts'
import { byName, isIncluded, type Outcome, type Unit } from '../model.ts'
import { isServiceError } from '../service-error.ts'
import { compareContainers } from '../storage/compare.ts'
import { assetDifferences, hiddenFilters } from './asset-differences.ts'
import { type AssetState, readAssetState } from './asset-state.ts'
import { dependenciesOf } from './dependencies.ts'
import { notFinished, RootFiles } from './finished.ts'
import { factsOfMark } from './locator-mark.ts'
import { isAtHomeInTarget } from './move-home.ts'
import { isTwinOfAnother, ownerOf } from './owner.ts'
import type { Pair, Place } from './pair.ts'
import { placeOf } from './place.ts'
import { goneAsset } from './remove-asset.ts'
import { isFollowed, isGuarded, isSameLocator, type RouteRules } from './rules.ts'
import { factsOf, sourceAccountOf } from './survey-facts.ts'
import { outcomeOf } from './trouble.ts'
import { changedLocators, changedTwin, filesLeft, twinMark } from './twin-mark.ts'

export interface SurveyInput {
  readonly name: string
  readonly facts: Facts
  readonly permissions: Permissions
  readonly finishedAt: number | undefined
  /** When the unit was last in sync. */
  readonly inSyncAt: number | undefined
  readonly rules: RouteRules
}

/** What both sides look like and what is to be done, without anything having been changed. */
export interface Survey {
  /** Set where nothing can or need be written. */
  readonly outcome?: Outcome
  /** What differs, in words for a report; empty when in sync. */
  readonly changes: readonly string[]
  /** Locators of the target that are ours and that the source's asset no longer has. */
  readonly withdraw: readonly string[]
  /** The twin's asset is gone from the source, and its time is over. */
  readonly remove?: true
  readonly dependencies: readonly Unit[]
  /** To be recorded when the outcome is final. */
  readonly facts: Facts
  readonly source?: Place
  readonly locators: readonly string[]
  readonly live: boolean
  readonly blobs?: number
  readonly bytes?: number
  /** What the target lacks or has otherwise. */
  readonly toCopy?: { readonly blobs: number; readonly bytes: number }
}

const nothing = { changes: [], withdraw: [], dependencies: [], facts: {}, locators: [], live: false }
const blocked = (
  code: 'StorageEncrypted' | 'StorageNotMapped' | 'SourceArchived' | 'LocatorChanged',
  detail: string,
): Outcome => ({
  outcome: 'blocked',
  code,
  detail,
})

/** Compares an asset unit on both sides. Throws ServiceError where a side does not answer. */
export const surveyAsset = async (pair: Pair, given: SurveyInput): Promise<Survey> => {
  // The opposite route copies it from there.
  if (!given.permissions.adopt && (await isAtHomeInTarget(pair, given.name, given.facts)))
    return { ...nothing, outcome: { outcome: 'inSync' } }
  const input: SurveyInput =
    given.facts.home === 'target' ? { ...given, facts: { ...given.facts, home: 'source' } } : given
  if (!isIncluded(pair.route, input.name)) return surveyExcluded(pair, input)
  const source = await readAssetState(pair.source, input.name)
  if (source === undefined) return surveyGone(pair, input)
  const withdrawn = await input.rules.withdrawn([
    ...source.locators.map(locator => locator.name),
    ...(input.facts.locators ?? []),
  ])
  const withdraw = withdrawable(input.facts, source.locators, withdrawn)
  const refused = unfit(pair, source.asset)
  // An asset that is back has a grace period of its own the next time, whatever blocks it now.
  const facts = input.facts.goneSince === undefined ? {} : { goneSince: 0 }
  if (refused !== undefined) return { ...nothing, facts, withdraw, outcome: refused }
  try {
    return await compareSides(pair, input, source, withdraw, withdrawn)
  } catch (error) {
    // What was withdrawn in the source does not wait until its files can be read again (P10).
    if (withdraw.length === 0) throw error
    return { ...nothing, withdraw, outcome: await outcomeOf(error, pair) }
  }
}

/**
 * The route no longer includes the asset: nothing is made or copied any more, but what it has published is withdrawn
 * with the source's locator, also where that was made again since, as another one that is not followed.
 */
const surveyExcluded = async (pair: Pair, input: SurveyInput): Promise<Survey> => {
  const detail = `The prefix is ${pair.route.include.namePrefix}.`
  const outcome: Outcome = { outcome: 'blocked', code: 'Excluded', detail }
  if (!isFollowed(pair.route, input.name, input.facts)) return { ...nothing, outcome }
  const source = await readAssetState(pair.source, input.name)
  const kept = (source?.locators ?? []).filter(({ name, created }) => isSameLocator(input.facts, name, created))
  const facts = await factsOfMark(pair, input.name, input.facts, source?.locators ?? [])
  const known = { ...input.facts, ...facts }
  const withdrawn = await input.rules.withdrawn(known.locators ?? [])
  const { untouched, anew } = await sparing(pair, input, withdrawable(known, kept, withdrawn))
  return { ...nothing, withdraw: untouched, facts, outcome: anew ?? outcome }
}

const surveyGone = async (pair: Pair, input: SurveyInput): Promise<Survey> => {
  const found = await factsOfMark(pair, input.name, input.facts, [])
  const { untouched, anew } = await sparing(pair, input, found.locators ?? input.facts.locators ?? [])
  if (anew !== undefined) return { ...nothing, withdraw: untouched, facts: found, outcome: anew }
  const gone = await goneAsset(pair, input.name, input.facts, input.rules.deletes)
  return { ...nothing, withdraw: untouched, ...gone, facts: { ...found, ...gone.facts } }
}

/** What somebody made anew in the target after an outage is not withdrawn with what we had made. */
const sparing = async (
  pair: Pair,
  { name: asset, facts, rules, inSyncAt, permissions }: SurveyInput,
  withdraw: readonly string[],
): Promise<{ readonly untouched: readonly string[]; readonly anew?: Outcome }> => {
  const guarded = isGuarded(rules, inSyncAt, permissions)
  // Of an asset that the target has not, locators cannot be listed.
  const asked = guarded && withdraw.length > 0 && (await pair.target.asset(asset)) !== undefined
  const changed = asked ? changedLocators(await pair.target.assetLocators(asset), facts) : []
  const anew = changed.filter(({ name, made }) => made && withdraw.includes(name)).map(({ name }) => name)
  if (anew.length === 0) return { untouched: withdraw }
  return {
    untouched: withdraw.filter(name => !anew.includes(name)),
    anew: {
      outcome: 'blocked',
      code: 'TargetChanged',
      detail: `Made anew in the target: ${anew.slice(0, 5).join(', ')}`,
    },
  }
}

/** A container may be made with the first file only; until then the asset is empty. */
const undefinedWithoutSource = (error: unknown): undefined => {
  if (isServiceError(error) && error.side === 'source' && error.serviceCode === 'ContainerNotFound') return undefined
  throw error
}

const compareSides = async (
  pair: Pair,
  input: SurveyInput,
  source: AssetState,
  withdraw: readonly string[],
  withdrawn: ReadonlySet<string>,
): Promise<Survey> => {
  const place = placeOf(source.asset)
  const container = await pair.sourceContainer(source.asset.name, place)
  if (pair.opposite && (await isTwinOfAnother(pair.markedContainer(place))))
    return { ...nothing, outcome: { outcome: 'inSync' } }

  const target = await readAssetState(pair.target, input.name)
  const twin = target === undefined ? undefined : pair.targetContainer(placeOf(target.asset))
  const files = new RootFiles()
  const comparing = compareContainers(container, twin, {
    onSource: item => files.add(item),
    ours: input.facts,
  }).catch(undefinedWithoutSource)
  const [listing, { claim, mark }] = await Promise.all([
    comparing,
    ownerOf(pair, input.name, twin, input.facts, input.permissions),
  ])
  if (listing === undefined) {
    const { untouched, anew } = await sparing(pair, input, withdraw)
    return { ...nothing, withdraw: untouched, outcome: anew ?? { outcome: 'waiting', code: 'SourceEmpty' } }
  }
  const shown = source.locators.filter(
    ({ name, endTime }) => Date.parse(endTime) > pair.clock() && !withdrawn.has(name.toLowerCase()),
  )
  const owner = claim === 'adopting' ? 'adopted' : claim
  const facts: Facts = {
    ...factsOf(owner, { ...input, now: pair.clock() }, source, target, listing, mark),
    ...(await sourceAccountOf(pair, input.facts, owner !== 'foreign' && target !== undefined, mark)),
    ...(withdrawn.size > 0 || input.facts.withdrawn !== undefined ? { withdrawn: [...withdrawn] } : {}),
    ...(input.facts.goneSince === undefined ? {} : { goneSince: 0 }),
    ...(owner === 'foreign' || target === undefined ? {} : filesLeft(listing)),
  }
  // Of what the mark has told, too.
  const withdrawing = owner === 'foreign' ? [] : withdrawable(facts, source.locators, withdrawn)
  // By what is ours now: after the loss of a row, equal locators of ours are still to be proven, key values included.
  const differing = assetDifferences(source, target, shown, listing, facts)
  // An equal one needs our mark as well, or the next look would find it a stranger's again.
  const changes = claim === 'adopting' ? ['it is to be adopted', ...differing] : differing
  const twinNow = target === undefined ? undefined : { ...target, files: listing.targetDigest }
  const found = {
    changes,
    withdraw: withdrawing,
    dependencies: dependenciesOf(pair.route.key, shown, source.filters),
    facts,
    source: place,
    locators: shown.map(locator => locator.name),
    live: (target?.locators.length ?? 0) > 0,
    blobs: listing.blobs,
    bytes: listing.bytes,
    toCopy: { blobs: listing.missing + listing.changed, bytes: listing.bytesToCopy },
  }
  if (owner !== 'foreign' && isGuarded(input.rules, input.inSyncAt, input.permissions)) {
    const conflict = changedTwin(twinNow, input.facts)
    const there = byName(target?.locators ?? [])
    const undone = changes.length > 0 || withdrawing.some(name => there.has(name))
    if (undone && conflict.changes.length > 0) {
      const unchanged = withdrawing.filter(name => !conflict.locators.includes(name))
      const detail = conflict.changes.slice(0, 5).join('; ')
      return {
        ...found,
        facts: {},
        withdraw: unchanged,
        outcome: { outcome: 'blocked', code: 'TargetChanged', detail },
      }
    }
  }
  if (changes.length === 0) {
    const hidden = hiddenFilters(source, target, shown, facts).map(name => `filter ${name} hides the account's own`)
    if (hidden.length > 0) return { ...found, changes: hidden, outcome: blocked('LocatorChanged', hidden.join('; ')) }
    const left = twinNow === undefined || owner === 'foreign' ? {} : twinMark(twinNow, facts)
    return { ...found, facts: { ...facts, ...left }, outcome: { outcome: 'inSync' } }
  }
  if (differing.length === 0) return found
  const outcome =
    owner === 'foreign'
      ? ({ outcome: 'blocked', code: 'TargetNotOurs', detail: changes.slice(0, 5).join('; ') } as const)
      : listing.archived.length > 0
        ? blocked('SourceArchived', listing.archived.slice(0, 5).join(', '))
        : await notFinished(pair, source.asset.name, container, listing, files, input.finishedAt)
  return outcome === undefined ? found : { ...found, outcome }
}

/** Reasons that no wait mends, found before any file is listed. */
const unfit = (pair: Pair, asset: Asset): Outcome | undefined => {
  if (asset.storageEncryptionFormat !== 'None') return blocked('StorageEncrypted', asset.storageEncryptionFormat)
  if (pair.storageFor(asset.storageAccountName) === undefined) {
    return blocked('StorageNotMapped', `${asset.storageAccountName} is not in storage of route ${pair.route.key}.`)
  }
  return undefined
}

/** What an operator has withdrawn, and candidates: each goes after its own GET in the source proves it gone (P10). */
const withdrawable = (
  facts: Facts,
  locators: readonly Locator[],
  withdrawn: ReadonlySet<string>,
): readonly string[] => {
  const there = new Set(locators.map(locator => locator.name.toLowerCase()))
  return (facts.locators ?? []).filter(name => !there.has(name) || withdrawn.has(name))
}
