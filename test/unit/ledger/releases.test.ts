/** Ledgers that another release has written: `test/fixtures/ledger` holds what each release really left in its table. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Azurite, startAzurite } from '../../../local/azurite.ts'
import type { Claim, Ledger } from '../../../src/lib/ledger/ledger.ts'
import { fromColumns, toColumns } from '../../../src/lib/ledger/row.ts'
import { createTableLedger } from '../../../src/lib/ledger/table-ledger.ts'
import { type Kind, kinds, type Start, type Unit } from '../../../src/lib/model.ts'
import { loadNamedUnits, loadOperation } from '../../../src/lib/sweep/operation.ts'
import { timing } from '../../../src/lib/timing.ts'

type Row = Readonly<Record<string, unknown>> & { readonly partitionKey: string; readonly rowKey: string }

const route = 'east>west'
const releases = ['1.0', '1.1']
const rowsOf = (release: string): readonly Row[] =>
  JSON.parse(readFileSync(new URL(`../../fixtures/ledger/rows-${release}.json`, import.meta.url), 'utf8'))
const unitRows = (rows: readonly Row[]) => rows.filter(({ rowKey }) => rowKey.startsWith('u.'))
const named = (rows: readonly Row[], name: string): Row => {
  const found = unitRows(rows).find(row => row.name === name)
  if (found === undefined) throw new Error(`The fixture has no unit ${name}.`)
  return found
}
const unitOf = (row: Row): Unit => ({ route, kind: row.kind as Kind, name: String(row.name) })
const claimOf = ({ input }: Start): Claim => ({ unit: input.unit, run: input.run, pass: `${input.key}.${input.n}` })
const event = { reason: 'jobFinished', priority: 'event' } as const

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite({ accounts: [{ name: 'hub', key: randomBytes(64).toString('base64') }] })
})
afterAll(() => azurite.close())

let table: TableClient
let number = 0
beforeEach(async () => {
  number += 1
  table = TableClient.fromConnectionString(azurite.connectionString('hub'), `Units${number}`, {
    allowInsecureConnection: true,
  })
  await table.createTable()
})

/** A ledger of this release on rows of another; a day later, so that everything is due. */
const ledgerOn = async (rows: readonly Row[]): Promise<Ledger> => {
  for (const row of rows) await table.createEntity(row)
  const now = Math.max(...unitRows(rows).map(row => Date.parse(String(row.requestedAt)) || 0), Date.now()) + 86_400_000
  return createTableLedger({
    table,
    timing: timing(1),
    clock: () => now,
    randomKey: () => randomBytes(4).toString('hex'),
    routes: [{ key: route, from: 'east', to: 'west', maxActive: 20, maxActivePolicies: 20 }],
  })
}

const stored = (row: Row) => table.getEntity<Record<string, unknown>>(row.partitionKey, row.rowKey)
const keys = async (prefix: string): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const { rowKey } of table.listEntities()) if (rowKey?.startsWith(prefix)) found.push(rowKey)
  return found
}

describe.each(releases)('the ledger of release %s', release => {
  const rows = rowsOf(release)

  it('has units of every kind, and every state that this test is about', () => {
    const units = unitRows(rows)
    expect(new Set(units.map(({ kind }) => kind))).toEqual(new Set(kinds))
    expect(new Set(units.map(({ state, outcome }) => (state === 'running' ? state : outcome)))).toEqual(
      new Set(['blocked', 'inSync', 'running', 'throttled', 'waiting']),
    )
  })

  it('P3: is read whole, and nothing of it is lost when it is written back', () => {
    for (const row of unitRows(rows)) {
      const read = fromColumns(row)
      if (read === undefined) throw new Error(`${row.name} is not read`)
      expect(toColumns(read)).toMatchObject(row)
      expect(read.facts).toEqual(JSON.parse(String(row.facts)))
    }
  })

  it('P3: goes on: what is due is started, what was running is followed, what is in sync can be asked for', async () => {
    const ledger = await ledgerOn(rows)
    for (const row of unitRows(rows)) expect(await ledger.read(unitOf(row))).toMatchObject(unitOf(row))
    const blocked = await ledger.list({ route, outcome: 'blocked' })
    expect(new Map(blocked.rows.map(({ name, code }) => [name, code]))).toEqual(
      new Map([
        ['elsewhere', 'StorageNotMapped'],
        ['nobody', 'SourceMissing'],
      ]),
    )

    const suspects = await ledger.suspects(route)
    expect(suspects.map(({ row }) => row.name)).toEqual(['slow'])
    const [slow] = suspects
    const followed = slow && (await ledger.orphaned(slow.row, slow.etag, 'missing'))
    const due = await ledger.admit(route)
    expect(due.map(({ input }) => input.unit.name)).toEqual(expect.arrayContaining(['empty', 'throttled']))
    const asked = await ledger.request(unitOf(named(rows, 'film')), event)

    for (const start of [followed, asked, ...due]) {
      if (start === undefined) throw new Error('Nothing was started.')
      const begun = await ledger.begin(claimOf(start), '')
      if (begun.answer === 'refused') throw new Error(`${start.input.unit.name} was refused`)
      expect(begun.facts).toEqual(JSON.parse(String(named(rows, start.input.unit.name).facts)))
      expect(await ledger.close(claimOf(start), begun.generation, { outcome: 'inSync' })).toMatchObject({
        closed: 'idle',
      })
    }
    // No marker or slot of the other release is left behind: those of the blocked units are still true.
    expect(await keys('s.')).toEqual([])
    expect(new Set((await keys('o.')).map(key => key.split('.').at(-1)))).toEqual(
      new Set(['elsewhere', 'nobody'].map(name => named(rows, name).rowKey.slice('u.'.length))),
    )
  })

  it('has operations, reports and locators that are still answered', async () => {
    const ledger = await ledgerOn(rows)
    const ids = rows.flatMap(({ rowKey }) => /^op\.((?:sweep-)?(?!last-|swept-|open-).+)$/.exec(rowKey)?.[1] ?? [])
    expect(ids.length).toBeGreaterThan(3)
    for (const id of ids) expect(await loadOperation(ledger, id), id).toMatchObject({ id, route })
    const [resync] = ids.filter(id => rows.some(({ rowKey }) => rowKey.startsWith(`report.${id}-units.`)))
    expect(await loadNamedUnits(ledger, resync ?? '')).toEqual([
      { kind: 'asset', name: 'film', generation: expect.any(Number) },
    ])
    expect(await ledger.locatorAsset(route, 'film-aes')).toBe('film')
  })
})

describe('the ledger of a release to come', () => {
  const rows = rowsOf(releases.at(-1) ?? '')
  const film = named(rows, 'film')
  const tomorrow = {
    moonPhase: 'waxing',
    orbits: 3,
    outcome: 'postponed',
    code: 'MoonTooLow',
    reason: 'moonrise',
    permissions: '{"adopt":true,"fly":true}',
    facts: JSON.stringify({ ...JSON.parse(String(film.facts)), craters: [{ name: 'Tycho', depth: 4.8 }] }),
  }

  it('P3: keeps the columns and facts that this release does not know, through a whole pass', async () => {
    const ledger = await ledgerOn(rows.map(row => (row === film ? { ...row, ...tomorrow } : row)))
    const start = await ledger.request(unitOf(film), event)
    if (start === undefined) throw new Error('Nothing was started.')
    const begun = await ledger.begin(claimOf(start), '')
    if (begun.answer === 'refused') throw new Error('It was refused.')
    expect(await ledger.check(claimOf(start), begun.generation, { blobs: 11 })).toBe('mine')
    expect(await ledger.close(claimOf(start), begun.generation, { outcome: 'inSync' }, { bytes: 12 })).toMatchObject({
      closed: 'idle',
    })
    const after = await stored(film)
    expect(after).toMatchObject({ moonPhase: 'waxing', orbits: 3, outcome: 'inSync', code: '' })
    expect(JSON.parse(String(after.facts))).toEqual({ ...JSON.parse(tomorrow.facts), blobs: 11, bytes: 12 })
  })

  it('P8: shows what it does not understand as something that failed, not as in sync', async () => {
    const ledger = await ledgerOn(rows.map(row => (row === film ? { ...row, ...tomorrow } : row)))
    const read = await ledger.read(unitOf(film))
    expect(read?.code).toBe('Unexpected')
    expect(read).not.toHaveProperty('outcome')
  })

  it('leaves units of a kind that it does not know alone, with their markers', async () => {
    const marker = rows.find(({ rowKey }) => rowKey === named(rows, 'empty').marker)
    const strange = (row: Row) => ({ ...row, kind: 'trackGroup' })
    const ledger = await ledgerOn(
      rows.map(row => (row === marker || row === named(rows, 'empty') ? strange(row) : row)),
    )
    const before = await stored(named(rows, 'empty'))
    expect((await ledger.admit(route)).map(({ input }) => input.unit.name)).not.toContain('empty')
    expect((await ledger.list({ route })).rows.map(({ name }) => name)).not.toContain('empty')
    expect(await stored(named(rows, 'empty'))).toEqual(before)
    expect(await keys(String(marker?.rowKey))).toHaveLength(1)
  })
})
