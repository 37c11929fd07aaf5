import { expect, it } from 'vitest'
import type { RowQuery, UnitRow } from '../../../../src/lib/ledger/ledger.ts'
import { chooseTitles } from '../../../../src/lib/status/readiness/titles.ts'

const row = (name: string, locators: readonly string[], more: Partial<UnitRow> = {}) =>
  ({ route: 'east>west', kind: 'asset', name, outcome: 'inSync', facts: { locators }, ...more }) as unknown as UnitRow

/** A list that begins somewhere for a cursor, and at its beginning otherwise. */
const ledgerOf = (from: readonly UnitRow[], beginning: readonly UnitRow[], next?: string) => {
  const asked: RowQuery[] = []
  const list = async (query: RowQuery) => {
    asked.push(query)
    const rows = (query.cursor === undefined ? beginning : from).slice(0, query.top)
    return { rows, ...(query.cursor === undefined && next !== undefined ? { next } : {}) }
  }
  return { asked, list, read: async () => undefined }
}
const choose = (ledger: ReturnType<typeof ledgerOf>) => chooseTitles(ledger, 'east>west', [], '20000')

it('P8: finds the few that are published among many that are not, in two bounded reads (P9)', async () => {
  const dull = Array.from({ length: 400 }, (_, index) => row(`draft-${index}`, []))
  const ledger = ledgerOf([...dull, row('film', ['film-clear'])], dull)
  const { titles } = await choose(ledger)
  expect(titles).toEqual([{ asset: 'film', locators: ['film-clear'], why: 'sample' }])
  expect(ledger.asked).toHaveLength(2)
  expect(ledger.asked.every(({ top = 0, outcome }) => top <= 1000 && outcome === undefined)).toBe(true)
})

it('P8: knows that there is nothing to play only when it has seen all', async () => {
  expect(await choose(ledgerOf([], [row('draft', [])]))).toEqual({ titles: [], isAll: true })
  expect(await choose(ledgerOf([], [row('draft', [])], 'more'))).toEqual({ titles: [], isAll: false })
})

it('takes neither policies nor what is not in sync for titles', async () => {
  const rows = [row('film', ['film-clear'], { outcome: 'blocked' }), row('keys', ['x'], { kind: 'contentKeyPolicy' })]
  expect((await choose(ledgerOf(rows, []))).titles).toEqual([])
})
