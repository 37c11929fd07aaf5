/**
 * What a walk does with each list: how a page of it is read, and which of what it shows has to be compared on both
 * sides. Whatever the ledger knows to be as listed is passed by, so that a quiet account costs lists and little else.
 */
import pLimit from 'p-limit'
import { isIncluded } from '../events/units.ts'
import type { Ledger, UnitRow } from '../ledger/ledger.ts'
import { compareFilter, compareStreamingPolicy } from '../media/compare.ts'
import type { MediaReader, Page } from '../media/ports.ts'
import type { Asset, LocatorSummary } from '../media/resources.ts'
import type { AccountKey, Clock, Kind, Route, Unit } from '../model.ts'
import type { Phase } from './cursor.ts'
import { glance, mayGlance } from './glance.ts'
import type { Operation } from './operation.ts'

export interface Named {
  readonly name: string
}

export interface Picked {
  readonly units: readonly Unit[]
  readonly passed: number
  readonly afterwards?: () => Promise<void>
}

export interface Walk<T extends Named = Named> {
  list(token: string | undefined): Promise<Page<T>>
  pick(items: readonly T[]): Promise<Picked>
  /** Items of one activity: some seconds of work, and a report page that fits one row of the ledger. */
  readonly most: number
}

export interface WalkDeps {
  readonly ledger: Ledger
  readonly clock: Clock
  reader(account: AccountKey): MediaReader
}

interface Walking {
  readonly deps: WalkDeps
  readonly operation: Operation
  readonly route: Route
  readonly source: MediaReader
  readonly target: MediaReader
}

const unitsPerPage = 25
/** Most of them are known, and cost a read of the ledger. */
const locatorsPerPage = 50
const concurrency = 16

const each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const limit = pLimit(concurrency)
  return Promise.all(items.map(item => limit(() => work(item))))
}

const unitOf = ({ route }: Walking, kind: Kind, name: string): Unit => ({ route: route.key, kind, name })

/** Every item is a unit to be compared. */
const plain =
  (walking: Walking, kind: Kind) =>
  async (items: readonly Named[]): Promise<Picked> => ({
    units: items.map(({ name }) => unitOf(walking, kind, name)),
    passed: 0,
  })

/** One whose twin is being worked on, or waits for a human, is left to the ledger. */
const isSettled = (row: UnitRow | undefined): boolean =>
  row === undefined || (row.outcome === 'inSync' && row.state === 'idle')

const contentKeyPolicies = (walking: Walking): Walk => ({
  list: token => walking.source.contentKeyPolicies(token, walking.operation.since),
  pick: plain(walking, 'contentKeyPolicy'),
  most: unitsPerPage,
})

/** Predefined policies are the same everywhere and never written. */
const custom = <T extends Named>(page: Page<T>): Page<T> => ({
  ...page,
  items: page.items.filter(({ name }) => !name.startsWith('Predefined_')),
})

const small = {
  streamingPolicy: {
    list: async (reader: MediaReader, token: string | undefined) => custom(await reader.streamingPolicies(token)),
    differs: (a: { properties: object }, b: { properties: object }) =>
      compareStreamingPolicy(a as Parameters<typeof compareStreamingPolicy>[0], b as never).length > 0,
  },
  accountFilter: {
    list: (reader: MediaReader, token: string | undefined) => reader.accountFilters(token),
    differs: (a: { properties: object }, b: { properties: object }) =>
      compareFilter(a as Parameters<typeof compareFilter>[0], b as never).length > 0,
  },
} as const

/** A hundred of them at most (contract section 10), so that both lists are held at once. */
const all = async <T>(list: (token: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> => {
  const items: T[] = []
  let token: string | undefined
  do {
    const page = await list(token)
    items.push(...page.items)
    token = page.next
  } while (token !== undefined)
  return items
}

/** Where no time tells what changed, both lists are compared; what only the target has may have been deleted. */
const comparedLists = (walking: Walking, kind: keyof typeof small): Walk => {
  const { list, differs } = small[kind]
  return {
    async list() {
      const [source, target] = await Promise.all([
        all<Named & { properties: object }>(token => list(walking.source, token)),
        all<Named & { properties: object }>(token => list(walking.target, token)),
      ])
      const twins = new Map(target.map(twin => [twin.name.toLowerCase(), twin]))
      const origins = new Set(source.map(({ name }) => name.toLowerCase()))
      const gone = target.filter(({ name }) => !origins.has(name.toLowerCase()))
      const changed = source.filter(origin => {
        const twin = twins.get(origin.name.toLowerCase())
        return twin === undefined || differs(origin, twin)
      })
      return { items: [...changed, ...gone].map(({ name }) => ({ name, isGone: !origins.has(name.toLowerCase()) })) }
    },
    async pick(items) {
      const rows = await each(items, ({ name }) => walking.deps.ledger.read(unitOf(walking, kind, name)))
      const taken = items.filter((item, index) => {
        const row = rows[index]
        const isGone = (item as { isGone?: boolean }).isGone === true
        return isSettled(row) && (!isGone || row?.facts.owner !== undefined)
      })
      return { ...(await plain(walking, kind)(taken)), passed: items.length - taken.length }
    },
    most: unitsPerPage,
  }
}

const smallKind = (walking: Walking, kind: keyof typeof small): Walk =>
  walking.operation.kind === 'changes'
    ? comparedLists(walking, kind)
    : { list: token => small[kind].list(walking.source, token), pick: plain(walking, kind), most: unitsPerPage }

const assets = (walking: Walking): Walk<Asset> => ({
  list: token => walking.source.assets(token, walking.operation.since),
  async pick(items) {
    const included = items.filter(({ name }) => isIncluded(walking.route, name))
    const differ = await each(included, async asset => {
      const unit = unitOf(walking, 'asset', asset.name)
      const row = await walking.deps.ledger.read(unit)
      if (!mayGlance(walking.operation, row)) return unit
      return (await glance(walking, asset, row.facts, walking.deps.clock())) ? undefined : unit
    })
    const units = differ.filter(unit => unit !== undefined)
    return { units, passed: included.length - units.length }
  },
  most: unitsPerPage,
})

/**
 * Assets whose locators are not as the ledger knows them. One that was seen before was asked for then, and its row
 * takes care of itself.
 */
const locators = (walking: Walking): Walk<LocatorSummary> => ({
  list: token => walking.source.locators(token, walking.operation.since),
  async pick(items) {
    const { ledger, clock } = walking.deps
    const { key } = walking.route
    const now = clock()
    const names = await each(items, async locator => {
      const before = await ledger.sighting(key, locator.name)
      const row = await ledger.read(unitOf(walking, 'asset', locator.assetName))
      const seen =
        before?.created === locator.created &&
        before.id === locator.streamingLocatorId &&
        before.asset.toLowerCase() === locator.assetName.toLowerCase()
      const proven = row?.facts.locatorMarks?.[locator.name.toLowerCase()] === locator.created
      if (row !== undefined && (seen || proven)) return []
      return before === undefined ? [locator.assetName] : [locator.assetName, before.asset]
    })
    const wanted = new Map(names.flat().map(name => [name.toLowerCase(), name]))
    const units = [...wanted.values()]
      .filter(name => name !== '' && isIncluded(walking.route, name))
      .map(name => unitOf(walking, 'asset', name))
    const sightings = items.map(({ name, assetName, streamingLocatorId, created }) => ({
      locator: name,
      asset: assetName,
      id: streamingLocatorId,
      created,
    }))
    return {
      units,
      passed: names.filter(found => found.length === 0).length,
      afterwards: () => ledger.sightLocators(key, sightings, now),
    }
  },
  most: locatorsPerPage,
})

/** What the ledger knows and no list has shown since this sweep began; the pass of the asset proves it gone. */
const unsighted = (walking: Walking): Walk<Named & { readonly asset: string }> => {
  const { ledger } = walking.deps
  const { key } = walking.route
  return {
    async list(token) {
      const { locators: gone, next } = await ledger.unsighted(key, walking.operation.startedAt, unitsPerPage, token)
      const items = gone.map(({ locator, asset }) => ({ name: locator, asset }))
      return next === undefined ? { items } : { items, next }
    },
    async pick(items) {
      const wanted = new Map(items.map(({ asset }) => [asset.toLowerCase(), asset]))
      const units = [...wanted.values()]
        .filter(name => name !== '' && isIncluded(walking.route, name))
        .map(name => unitOf(walking, 'asset', name))
      if (items.length === 0) return { units, passed: 0 }
      const names = items.map(({ name }) => name)
      return { units, passed: 0, afterwards: () => ledger.forgetLocators(key, names) }
    },
    most: unitsPerPage,
  }
}

const exists = async (source: MediaReader, { kind, name }: Unit): Promise<boolean> => {
  if (kind === 'asset') return (await source.asset(name)) !== undefined
  if (kind === 'contentKeyPolicy') return (await source.contentKeyPolicy(name)) !== undefined
  if (kind === 'streamingPolicy') return (await source.streamingPolicy(name)) !== undefined
  if (kind === 'accountFilter') return (await source.accountFilter(name)) !== undefined
  // A locator whose asset was not known has no twin of its own.
  return true
}

/** Known to be gone, its twin with it; or its twin stays. One that comes back is in the source's lists. */
const isOver = ({ deletes }: Route, { code, kind, facts }: UnitRow): boolean =>
  facts.owner === 'gone' ||
  (code === 'SourceMissing' && (kind !== 'asset' || deletes !== 'assets' || facts.owner === 'matched'))

/** What the source's lists cannot show: units whose object is gone from it. */
const known = (walking: Walking): Walk<UnitRow> => ({
  async list(token) {
    const query = { route: walking.route.key, top: unitsPerPage }
    const { rows, next } = await walking.deps.ledger.list(token === undefined ? query : { ...query, cursor: token })
    return next === undefined ? { items: rows } : { items: rows, next }
  },
  async pick(rows) {
    const gone = await each(rows, async row =>
      isOver(walking.route, row) || (await exists(walking.source, row)) ? undefined : row,
    )
    const units = gone.filter(row => row !== undefined).map(({ kind, name }) => unitOf(walking, kind, name))
    return { units, passed: 0 }
  },
  most: unitsPerPage,
})

const erased = <T extends Named>(walk: Walk<T>): Walk => walk as unknown as Walk

/** How one list is walked for an operation. */
export const walkOf = (deps: WalkDeps, operation: Operation, route: Route, phase: Phase): Walk => {
  const source = deps.reader(route.from)
  const walking: Walking = { deps, operation, route, source, target: deps.reader(route.to) }
  switch (phase) {
    case 'contentKeyPolicy':
      return contentKeyPolicies(walking)
    case 'streamingPolicy':
    case 'accountFilter':
      return smallKind(walking, phase)
    case 'asset':
      return erased(assets(walking))
    case 'locator':
      return erased(locators(walking))
    case 'unsighted':
      return erased(unsighted(walking))
    case 'known':
      return erased(known(walking))
  }
}
