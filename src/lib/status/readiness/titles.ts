/** Which titles are played: the canary, the newest, and some of the catalogue, the same ones all day long. */
import type { Ledger, UnitRow } from '../../ledger/ledger.ts'
import { placeIn } from '../../ledger/unit-lists.ts'
import type { RouteKey } from '../../model.ts'
import type { TitleAnswer } from './answer.ts'

export interface Title {
  readonly asset: string
  /** Of ours in its twin; one of them is played. Never empty. */
  readonly locators: readonly string[]
  readonly why: TitleAnswer['why']
}

export interface Chosen {
  readonly titles: readonly Title[]
  /** Whether there are no others: a catalogue is looked at in part. */
  readonly isAll: boolean
}

const newest = 2
const sampled = 2
/** Rows that are looked at for a few that are published, from a place that follows from the seed and from the beginning. */
const looked = 500

const titleOf = (row: UnitRow | undefined, why: Title['why']): readonly Title[] => {
  const locators = row?.facts.locators ?? []
  if (row?.kind !== 'asset' || locators.length === 0 || row.outcome !== 'inSync') return []
  return [{ asset: row.name, locators, why }]
}

/** Rows of any kind are read and looked through here: a filter of the table would go through all of them to find few. */
const sampleOf = async (ledger: Pick<Ledger, 'list'>, route: RouteKey, seed: string): Promise<Chosen> => {
  const published = (rows: readonly UnitRow[]) => rows.flatMap(row => titleOf(row, 'sample')).slice(0, sampled)
  const there = published((await ledger.list({ route, top: looked, cursor: placeIn(route, seed) })).rows)
  if (there.length === sampled) return { titles: there, isAll: false }
  const { rows, next } = await ledger.list({ route, top: looked })
  return { titles: [...there, ...published(rows)].slice(0, sampled), isAll: next === undefined }
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
): Promise<Chosen> => {
  const [rows, sample] = await Promise.all([
    Promise.all(newestAssets.map(name => ledger.read({ route, kind: 'asset', name }))),
    sampleOf(ledger, route, seed),
  ])
  const chosen = [...rows.flatMap(row => titleOf(row, 'newest')).slice(0, newest), ...sample.titles]
  const titles = [...new Map(chosen.toReversed().map(one => [one.asset.toLowerCase(), one])).values()].toReversed()
  return { titles, isAll: sample.isAll }
}
