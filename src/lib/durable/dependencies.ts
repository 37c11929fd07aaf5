import type { Facts } from '../ledger/facts.ts'
import type { UnitRow } from '../ledger/ledger.ts'
import type { LocatorSummary } from '../media/resources.ts'
import type { Unit } from '../model.ts'
import { markOfTwin, ourLocators } from '../replicate/locator-owner.ts'
import type { Pair } from '../replicate/pair.ts'
import type { Release } from '../replicate/policy-users.ts'
import type { ActivityDeps } from './guard.ts'
import type { Starter } from './runs.ts'

/** In sync and there: one that both accounts have lost is in sync as well, and nothing can be made that names it. */
export const canBeNamed = (outcome: UnitRow['outcome'], { owner }: Facts): boolean =>
  outcome === 'inSync' && owner !== 'gone'

const isThere = (row: UnitRow | undefined): boolean => row !== undefined && canBeNamed(row.outcome, row.facts)

/**
 * Units that locators need; they settle beside the copy.
 *
 * @param which `all` looks at those again too that the ledger calls in sync.
 */
export const requestUnits = async (
  deps: ActivityDeps,
  starter: Starter,
  units: readonly Unit[],
  which: 'open' | 'all' = 'open',
): Promise<void> => {
  for (const unit of units) {
    if (which === 'open' && isThere(await deps.ledger.read(unit))) continue
    await starter.run(await deps.ledger.request(unit, { reason: 'dependency', priority: 'event' }))
  }
}

interface Pending {
  readonly names: readonly string[]
  /** One of them waits for a human or an outage: polling for it would only hold a slot. */
  readonly stuck: boolean
}

/** How a unit is named among those that are waited for. */
const nameOf = ({ kind, name }: Pick<Unit, 'kind' | 'name'>): string => `${kind} ${name}`

/** Whether the detail of a unit that waits names another; one that was cut short may name any. */
export const namesUnit = (detail: string | undefined, unit: Unit): boolean =>
  detail === undefined || detail.endsWith('…') || detail.toLowerCase().split(', ').includes(nameOf(unit).toLowerCase())

/** Which of the units are not in sync yet, or no more, as far as the ledger knows. */
export const pendingUnits = async (deps: ActivityDeps, units: readonly Unit[]): Promise<Pending> => {
  const rows = await Promise.all(units.map(async unit => ({ unit, row: await deps.ledger.read(unit) })))
  const open = rows.filter(({ row }) => !isThere(row))
  return {
    names: open.map(({ unit }) => nameOf(unit)),
    stuck: open.some(({ row }) => row?.state === 'idle' && row.outcome !== undefined),
  }
}

/** What a streaming policy needs to be replaced under its locators; whose those are is on the rows of their assets. */
export const releaseOf = (deps: ActivityDeps, starter: Starter, pair: Pair): Release => {
  const assetUnit = (name: string): Unit => ({ route: pair.route.key, kind: 'asset', name })
  const isOurs = async (locator: LocatorSummary): Promise<boolean> => {
    const { assetName: asset } = locator
    const row = await deps.ledger.read(assetUnit(asset))
    return ourLocators({ facts: row?.facts ?? {}, permissions: {} }, () => markOfTwin(pair, asset))(locator)
  }
  return {
    foreign: async locators => {
      const names: string[] = []
      for (const locator of locators) if (!(await isOurs(locator))) names.push(locator.name)
      return names
    },
    lookAgain: assets => requestUnits(deps, starter, assets.map(assetUnit), 'all'),
  }
}
