/** The lists that sweeps and resyncs walk through, by phase. */
import type { UnitRow } from '../ledger/ledger.ts'
import type { MediaReader } from '../media/ports.ts'
import type { Asset } from '../media/resources.ts'
import { isIncluded, type Route, type Unit } from '../model.ts'
import { isFollowed } from '../replicate/rules.ts'
import { sided } from '../replicate/trouble.ts'
import type { Phase } from './cursor.ts'
import { glance, mayGlance } from './glance.ts'
import { locators, unsighted } from './locator-walks.ts'
import type { Operation } from './operation.ts'
import { accountFilters, streamingPolicies } from './small-lists.ts'
import { sourceObject } from './source-object.ts'
import { each, plain, unitOf, unitsPerPage, type Walk, type WalkDeps, type Walking } from './walk.ts'
import { priorityOf } from './wanted.ts'

const contentKeyPolicies = (walking: Walking): Walk => ({
  list: token => walking.source.contentKeyPolicies(token, walking.operation.since),
  pick: plain(walking, 'contentKeyPolicy'),
  most: unitsPerPage,
})

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
    return { units, unchanged: included.length - units.length }
  },
  most: unitsPerPage,
})

/** A locator whose asset was not known has no twin of its own. */
const exists = async (source: MediaReader, unit: Unit): Promise<boolean> =>
  unit.kind === 'streamingLocator' || (await sourceObject(source, unit)) !== undefined

/** Known to be gone, its twin with it; or its twin stays. One that comes back is in the source's lists. */
const isOver = ({ deletes }: Route, { code, kind, facts }: UnitRow): boolean =>
  facts.owner === 'gone'
    ? // An earlier release left it so with the twin gone.
      code !== 'SourceMissing'
    : code === 'SourceMissing' && (kind !== 'asset' || deletes !== 'assets' || facts.owner === 'matched')

/** The walk of assets passes it by; what it has published is still withdrawn. */
const isLeftOut = (route: Route, { kind, name, facts }: UnitRow): boolean =>
  kind === 'asset' && !isIncluded(route, name) && isFollowed(route, name, facts)

/** What the source's lists cannot show: units whose object is gone from it, or that the route includes no more. */
const known = (walking: Walking): Walk<UnitRow> => ({
  async list(token) {
    const query = { route: walking.route.key, top: unitsPerPage }
    const { rows, next } = await walking.deps.ledger.list(token === undefined ? query : { ...query, cursor: token })
    return next === undefined ? { items: rows } : { items: rows, next }
  },
  async pick(rows) {
    const gone = await each(rows, async row => {
      if (isLeftOut(walking.route, row)) return row
      return isOver(walking.route, row) || (await exists(walking.source, row)) ? undefined : row
    })
    const units = gone.filter(row => row !== undefined).map(({ kind, name }) => unitOf(walking, kind, name))
    return { units, unchanged: 0 }
  },
  most: unitsPerPage,
})

/** How one list is walked for an operation. */
export const walkOf = (deps: WalkDeps, operation: Operation, route: Route, phase: Phase): Walk => {
  const caller = { route: route.key, priority: priorityOf(operation) }
  const source = sided(deps.reader(route.from, caller), 'source')
  const target = sided(deps.reader(route.to, caller), 'target')
  const walking: Walking = { deps, operation, route, source, target }
  switch (phase) {
    case 'contentKeyPolicy':
      return contentKeyPolicies(walking)
    case 'streamingPolicy':
      return streamingPolicies(walking)
    case 'accountFilter':
      return accountFilters(walking)
    case 'asset':
      return assets(walking)
    case 'locator':
      return locators(walking)
    case 'unsighted':
      return unsighted(walking)
    case 'known':
      return known(walking)
  }
}
