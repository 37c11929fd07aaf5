/** Which titles are played: the canary, the newest, and some of the catalogue, the same ones all day long. */
import type { Ledger, UnitRow } from '../../ledger/ledger.ts'
import { placeIn } from '../../ledger/unit-lists.ts'
import type { RouteKey } from '../../model.ts'
import type { TitleAnswer } from './answer.ts'

export interface Title {
  readonly asset: string
  readonly locator: string
  readonly why: TitleAnswer['why']
  /** How many locators of ours its twin has. */
  readonly locators: number
}

const newest = 2
const sampled = 2
/** Rows that are looked at for a few that are published. */
const looked = 20

const titleOf = (row: UnitRow | undefined, why: Title['why']): readonly Title[] => {
  const [locator] = row?.facts.locators ?? []
  if (row === undefined || locator === undefined || row.outcome !== 'inSync') return []
  return [{ asset: row.name, locator, why, locators: row.facts.locators?.length ?? 0 }]
}

const sampleOf = async (ledger: Pick<Ledger, 'list'>, route: RouteKey, seed: string): Promise<readonly Title[]> => {
  const query = { route, kind: 'asset', outcome: 'inSync', top: looked } as const
  const { rows } = await ledger.list({ ...query, cursor: placeIn(route, seed) })
  // The end of the list is followed by its beginning.
  const more = rows.length < sampled ? (await ledger.list(query)).rows : []
  return [...rows, ...more].flatMap(row => titleOf(row, 'sample')).slice(0, sampled)
}

/**
 * @param newestAssets of the target, newest first; a few more than are needed.
 * @param seed whatever the sample is to follow from, e.g. the day.
 */
export const chooseTitles = async (
  ledger: Pick<Ledger, 'list' | 'read'>,
  route: RouteKey,
  newestAssets: readonly string[],
  seed: string,
): Promise<readonly Title[]> => {
  const [rows, sample] = await Promise.all([
    Promise.all(newestAssets.map(name => ledger.read({ route, kind: 'asset', name }))),
    sampleOf(ledger, route, seed),
  ])
  const chosen = [...rows.flatMap(row => titleOf(row, 'newest')).slice(0, newest), ...sample]
  return [...new Map(chosen.toReversed().map(title => [title.asset.toLowerCase(), title])).values()].toReversed()
}
