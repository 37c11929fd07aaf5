import { randomBytes } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Azurite, startAzurite } from '../../../local/azurite.ts'
import type { Claim, Ledger, UnsightedPage } from '../../../src/lib/ledger/ledger.ts'
import { createTableLedger } from '../../../src/lib/ledger/table-ledger.ts'
import type { Start, Unit } from '../../../src/lib/model.ts'
import { timing } from '../../../src/lib/timing.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite({ accounts: [{ name: 'hub', key: randomBytes(64).toString('base64') }] })
})
afterAll(() => azurite.close())

let table: TableClient
let now: number
let number = 0
beforeEach(async () => {
  number += 1
  table = TableClient.fromConnectionString(azurite.connectionString('hub'), `Units${number}`, {
    allowInsecureConnection: true,
  })
  await table.createTable()
  now = Date.parse('2030-01-01T00:00:00Z')
})

const times = timing(1)
const ledgerOf = (maxActive = 3): Ledger =>
  createTableLedger({
    table,
    timing: times,
    clock: () => now,
    randomKey: () => randomBytes(4).toString('hex'),
    routes: [{ key: 'east>west', from: 'east', to: 'west', maxActive, maxActivePolicies: 2 }],
  })
const asset = (name: string): Unit => ({ route: 'east>west', kind: 'asset', name })
const event = { reason: 'jobFinished', priority: 'event' } as const
const bulk = { reason: 'resync', priority: 'bulk' } as const
const claimOf = ({ input }: Start): Claim => ({ unit: input.unit, run: input.run, pass: `${input.key}.${input.n}` })
const started = (start: Start | undefined): Start => {
  if (start === undefined) throw new Error('Nothing was started.')
  return start
}

/** Row keys by their first letter: u rows, o markers, s slots. */
const keys = async (prefix: string) => {
  const found: string[] = []
  for await (const { rowKey } of table.listEntities()) if (rowKey?.startsWith(prefix)) found.push(rowKey)
  return found
}

/** Every row by its keys, with its ETag, which changes with it. */
const etags = async () => {
  const rows: Record<string, string> = {}
  for await (const { partitionKey, rowKey, etag } of table.listEntities()) rows[`${partitionKey}/${rowKey}`] = etag
  return rows
}

describe('a unit from request to close', () => {
  it('starts at once, is owned by the pass that begins, and rests without a marker when in sync', async () => {
    const ledger = ledgerOf()
    const start = started(await ledger.request(asset('Film'), event))
    expect(start.input).toMatchObject({ unit: asset('Film'), run: 1, n: 0, previous: '' })
    const claim = claimOf(start)
    expect(await ledger.begin(claim, '')).toMatchObject({ answer: 'begun', generation: 1 })
    expect(await ledger.check(claim, 1, { owner: 'made', blobs: 3 })).toBe('mine')
    expect(await ledger.close(claim, 1, { outcome: 'inSync' }, { bytes: 9 })).toMatchObject({ closed: 'idle' })
    expect(await ledger.read(asset('FILM'))).toMatchObject({
      state: 'idle',
      outcome: 'inSync',
      facts: { owner: 'made', blobs: 3, bytes: 9 },
      inSyncAt: now,
    })
    expect(await keys('o.')).toEqual([])
    expect(await keys('s.')).toEqual([])
  })

  it('P3: what is asked for during a pass is looked at by the next pass of the same run', async () => {
    const ledger = ledgerOf()
    const claim = claimOf(started(await ledger.request(asset('film'), event)))
    await ledger.begin(claim, '')
    expect(await ledger.request(asset('film'), event)).toBeUndefined()
    expect(await ledger.check(claim, 1)).toBe('moved')
    expect(await ledger.close(claim, 1, { outcome: 'inSync' })).toMatchObject({ closed: 'again' })
    const next = { ...claim, pass: 'next.1' }
    expect(await ledger.begin(next, claim.pass)).toMatchObject({ answer: 'begun', generation: 2 })
    expect(await ledger.check(claim, 1)).toBe('lost')
    expect(await ledger.close(next, 2, { outcome: 'inSync' })).toMatchObject({ closed: 'again' })
  })

  it('keeps a blocked unit among what needs attention', async () => {
    const ledger = ledgerOf()
    for (const name of ['a', 'b', 'c']) {
      const claim = claimOf(started(await ledger.request(asset(name), event)))
      await ledger.begin(claim, '')
      const outcome =
        name === 'b'
          ? ({ outcome: 'inSync' } as const)
          : ({ outcome: 'blocked', code: 'StorageNotMapped', detail: name } as const)
      await ledger.close(claim, 1, outcome)
    }
    const blocked = await ledger.list({ route: 'east>west', outcome: 'blocked' })
    expect(blocked.rows.map(row => row.name).sort()).toEqual(['a', 'c'])
    expect((await ledger.list({ code: 'StorageNotMapped' })).rows).toHaveLength(2)
    expect((await ledger.list({ outcome: 'inSync' })).rows.map(row => row.name)).toEqual(['b'])
    expect((await ledger.list({ kind: 'contentKeyPolicy' })).rows).toEqual([])
  })

  it('P3: no cursor, of another list or made up, changes a row; a list starts anew with one that is not of its own', async () => {
    const ledger = ledgerOf()
    for (const name of ['a', 'b']) {
      const claim = claimOf(started(await ledger.request(asset(name), event)))
      await ledger.begin(claim, '')
      await ledger.close(claim, 1, { outcome: 'blocked', code: 'TargetChanged' })
    }
    await ledger.request(asset('running'), event)
    await ledger.request(asset('due'), bulk)
    await ledger.withdrawLocators('east>west', ['film-clear'])
    await ledger.rememberLocator('east>west', 'film-clear', 'film', 'id')
    await ledger.changeRoute('east>west', state => ({ ...state, hold: { side: 'source', since: now } }))
    const before = await etags()
    const lists = [{}, { outcome: 'blocked' }] as const
    const [all, blocked] = await Promise.all(lists.map(list => ledger.list({ ...list, top: 1 })))
    const made = (after: unknown) => Buffer.from(JSON.stringify({ route: 'east>west', after })).toString('base64url')
    const hash = 'e'.repeat(64)
    const keys = ['', 'a', 'o.', 'o.due', `o.due.0.${hash}`, 'r.', 's.', `t.${hash}`, 'u.', '~', 1]
    const strange = [...keys.map(made), 'none', 'e30']
    const wholes = await Promise.all(lists.map(list => ledger.list(list)))
    for (const cursor of [...strange, blocked?.next ?? '']) expect(await ledger.list({ cursor })).toEqual(wholes[0])
    for (const cursor of [...strange, all?.next ?? ''])
      expect(await ledger.list({ cursor, outcome: 'blocked' })).toEqual(wholes[1])
    expect(await etags()).toEqual(before)
  })

  it('P8: a list has a unit that is looked at again while it is read, and has it once; one that has settled is not in it', async () => {
    const ledger = ledgerOf()
    const names = ['again', 'settled', 'left']
    for (const name of names) {
      const claim = claimOf(started(await ledger.request(asset(name), event)))
      await ledger.begin(claim, '')
      await ledger.close(claim, 1, { outcome: 'blocked', code: 'TargetChanged' })
    }
    let moved = false
    table.pipeline.addPolicy({
      name: 'move',
      async sendRequest(request, next) {
        if (request.method !== 'GET' || !decodeURIComponent(request.url).includes("RowKey='u.") || moved)
          return next(request)
        // The markers have been read by now, and no row of theirs yet.
        moved = true
        await ledger.request(asset('again'), event)
        const claim = claimOf(started(await ledger.request(asset('settled'), event)))
        await ledger.begin(claim, '')
        await ledger.close(claim, 2, { outcome: 'inSync' })
        return next(request)
      },
    })
    const { rows } = await ledger.list({ route: 'east>west', code: 'TargetChanged' })
    expect(moved).toBe(true)
    expect(rows.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual(['again running', 'left idle'])
    expect((await ledger.list({ code: 'TargetChanged' })).rows).toHaveLength(2)
  })

  it('lists in pages without losing or repeating a row', async () => {
    const ledger = ledgerOf(0)
    for (let index = 0; index < 25; index++) await ledger.request(asset(`film-${index}`), bulk)
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await ledger.list({ top: 7, ...(cursor === undefined ? {} : { cursor }) })
      names.push(...page.rows.map(row => row.name))
      cursor = page.next
    } while (cursor !== undefined)
    expect(names).toHaveLength(25)
    expect(new Set(names).size).toBe(25)
  })
})

describe('forgetting', () => {
  /** A unit of which nothing is left, as a timer finds it when it is old enough. */
  const goneFilm = async (ledger: Ledger) => {
    const claim = claimOf(started(await ledger.request(asset('film'), event)))
    await ledger.begin(claim, '')
    await ledger.close(claim, 1, { outcome: 'inSync' }, { owner: 'gone' })
    now += 2 * times.historyKept
    const [held] = await Array.fromAsync(ledger.forgettable('east>west', now - times.historyKept))
    if (held === undefined) throw new Error('It is not to be forgotten.')
    return { claim, held }
  }

  it('P9: leaves no row of any kind behind', async () => {
    const ledger = ledgerOf()
    const { held } = await goneFilm(ledger)
    await ledger.forget(held)
    expect(await etags()).toEqual({})
  })

  it('P3: a request that comes before it keeps the row, and one that finds none makes it anew', async () => {
    const ledger = ledgerOf()
    const { held } = await goneFilm(ledger)
    started(await ledger.request(asset('film'), event))
    await ledger.forget(held)
    expect(await ledger.read(asset('film'))).toMatchObject({ run: 2, desired: 2, observed: 1 })
  })

  it('P3: a request that has read the row just before it goes is not lost', async () => {
    const ledger = ledgerOf()
    const { held } = await goneFilm(ledger)
    let forgotten = false
    table.pipeline.addPolicy({
      name: 'forget',
      async sendRequest(request, next) {
        if (request.method === 'POST' && !forgotten) {
          forgotten = true
          await ledgerOf().forget(held)
        }
        return next(request)
      },
    })
    const start = started(await ledger.request(asset('film'), event))
    expect([forgotten, start.input.run]).toEqual([true, 1])
    expect(await ledger.read(asset('film'))).toMatchObject({ state: 'running', run: 1, desired: 1 })
    expect([...(await keys('o.')), ...(await keys('s.'))]).toHaveLength(2)
  })

  it('P3: a late step of a pass of before makes no row, but where it may have written; then somebody looks again', async () => {
    const ledger = ledgerOf()
    const { claim, held } = await goneFilm(ledger)
    await ledger.forget(held)
    expect(await ledger.begin(claim, '')).toEqual({ answer: 'refused' })
    expect(await ledger.close(claim, 1, { outcome: 'inSync' })).toEqual({ closed: 'ignored' })
    expect(await etags()).toEqual({})
    expect(await ledger.check(claim, 1)).toBe('lost')
    expect(await ledger.read(asset('film'))).toMatchObject({ state: 'idle', run: 0, desired: 1, dueAt: now })
  })

  it('P3: a late step of a pass of before does not take the row that was made anew, though its run has the same number', async () => {
    const ledger = ledgerOf()
    const { claim, held } = await goneFilm(ledger)
    await ledger.forget(held)
    const anew = claimOf(started(await ledger.request(asset('film'), event)))
    await ledger.begin(anew, '')
    expect([anew.run, await ledger.begin(claim, '')]).toEqual([claim.run, { answer: 'refused' }])
    expect(await ledger.close(claim, 1, { outcome: 'inSync' })).toEqual({ closed: 'ignored' })
    expect(await ledger.check(claim, 1)).toBe('lost')
    expect(await ledger.read(asset('film'))).toMatchObject({
      state: 'running',
      pass: anew.pass,
      desired: 2,
      observed: 0,
    })
  })
})

describe('admission', () => {
  it('P4: never runs more assets than there are slots, however many ask at once on two ledgers', async () => {
    const ledgers = [ledgerOf(3), ledgerOf(3)]
    const asked = Array.from({ length: 20 }, (_, index) => ledgers[index % 2]?.request(asset(`film-${index}`), event))
    const starts = (await Promise.all(asked)).filter(start => start !== undefined)
    const admitted = await Promise.all(ledgers.map(ledger => ledger.admit('east>west')))
    expect(starts.length + admitted.flat().length).toBe(3)
    expect(await keys('s.')).toHaveLength(3)
    expect((await keys('o.')).length).toBe(20)
  })

  it('P4: policies do not wait for assets', async () => {
    const ledger = ledgerOf(1)
    await ledger.request(asset('film'), event)
    expect(await ledger.request(asset('second'), event)).toBeUndefined()
    expect(await ledger.request({ route: 'east>west', kind: 'contentKeyPolicy', name: 'p' }, event)).toBeDefined()
  })

  it('lets in events before bulk work, and both when their time has come', async () => {
    const ledger = ledgerOf(2)
    for (const name of ['bulk-1', 'bulk-2', 'bulk-3']) expect(await ledger.request(asset(name), bulk)).toBeUndefined()
    const busy = await Promise.all(['x', 'y'].map(name => ledger.request(asset(name), event)))
    expect(await ledger.request(asset('urgent'), event)).toBeUndefined()
    now += times.admitDelay
    expect(await ledger.admit('east>west')).toEqual([])
    for (const start of busy) {
      const claim = claimOf(started(start))
      await ledger.begin(claim, '')
      await ledger.close(claim, 1, { outcome: 'inSync' })
    }
    const names = (await ledger.admit('east>west')).map(({ input }) => input.unit.name)
    expect(names).toHaveLength(2)
    expect(names[0]).toBe('urgent')
  })

  it('P3: an account that does not answer is left alone until its time', async () => {
    const ledger = ledgerOf()
    await ledger.holdAccount('west', now + 60_000, 'TargetUnavailable')
    expect(await ledger.request(asset('film'), event)).toBeUndefined()
    await ledger.holdAccount('east', now + 90_000, 'SourceUnavailable')
    now += times.admitDelay
    expect(await ledger.admit('east>west')).toEqual([])
    now += 30_001
    expect((await ledger.admit('east>west')).map(({ input }) => input.unit.name)).toEqual(['film'])
  })

  it('P3: a start that nobody has heard of is repeated after its lease, as the same run', async () => {
    const ledger = ledgerOf()
    const first = started(await ledger.request(asset('film'), event))
    expect(await ledger.admit('east>west')).toEqual([])
    now += times.startLease + 1
    const [again] = await ledger.admit('east>west')
    expect(again?.instanceId).toBe(first.instanceId)
    expect(await keys('s.')).toHaveLength(1)
  })
})

describe('many at once', () => {
  /** A life of requests, admissions, passes and orphan checks, in whatever order chance has it. */
  const live = async (ledger: Ledger, names: readonly string[], steps: number) => {
    const any = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)]
    const claims: { claim: Claim; generation: number }[] = []
    const take = async (start: Start | undefined) => {
      if (start === undefined) return
      const begun = await ledger.begin(claimOf(start), '')
      if (begun.answer === 'begun') claims.push({ claim: claimOf(start), generation: begun.generation })
    }
    for (let step = 0; step < steps; step++) {
      const unit = asset(any(names) ?? 'none')
      const held = any(claims)
      const act = any(['event', 'bulk', 'admit', 'check', 'close', 'close', 'orphan'])
      if (act === 'event') await take(await ledger.request(unit, event))
      if (act === 'bulk') await ledger.request(unit, bulk)
      if (act === 'admit') for (const start of await ledger.admit('east>west')) await take(start)
      if (act === 'check' && held) await ledger.check(held.claim, held.generation, { blobs: step })
      if (act === 'close' && held) {
        const outcome = any([{ outcome: 'inSync' }, { outcome: 'blocked', code: 'PolicyInUse' }] as const)
        if (outcome !== undefined) await ledger.close(held.claim, held.generation, outcome)
      }
      if (act === 'orphan')
        for (const { row, etag } of await ledger.suspects('east>west'))
          await take(await ledger.orphaned(row, etag, 'missing'))
      now += times.admitDelay
    }
  }

  it('P4: every row has its one marker and slot, and no slot two rows, whatever two ledgers do', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `film-${index}`)
    const ledgers = [ledgerOf(3), ledgerOf(3)]
    await Promise.all(ledgers.flatMap(ledger => [1, 2, 3].map(() => live(ledger, names, 25))))
    const markers: string[] = []
    const slots: string[] = []
    for await (const row of table.listEntities<{ state: string; marker: string; slot: string }>({
      queryOptions: { filter: "RowKey ge 'u.' and RowKey lt 'u.~'" },
    })) {
      if (row.marker !== '') markers.push(row.marker)
      if (row.slot !== '') slots.push(row.slot)
      expect(row.slot !== '').toBe(row.state === 'running')
    }
    expect(new Set(await keys('o.'))).toEqual(new Set(markers))
    expect(new Set(await keys('s.'))).toEqual(new Set(slots))
    expect(new Set(slots).size).toBe(slots.length)
    expect(slots.length).toBeLessThanOrEqual(3)
  })

  it('P9: admission looks at no more of a backlog than it can start', async () => {
    const ledger = ledgerOf(2)
    const names = Array.from({ length: 120 }, (_, index) => `film-${index}`)
    for (const name of names) await ledger.request(asset(name), bulk)
    let calls = 0
    table.pipeline.addPolicy({
      name: 'count',
      sendRequest: (request, next) => {
        calls += 1
        return next(request)
      },
    })
    now += 1
    expect(await ledger.admit('east>west')).toHaveLength(2)
    expect(calls).toBeLessThan(25)
    calls = 0
    expect(await ledger.admit('east>west')).toEqual([])
    expect(calls).toBeLessThan(8)
  })

  it('P9: admission does not read what is due later', async () => {
    for (let index = 0; index < 30; index++) await ledgerOf(0).request(asset(`film-${index}`), event)
    let calls = 0
    table.pipeline.addPolicy({
      name: 'count',
      sendRequest: (request, next) => {
        calls += 1
        return next(request)
      },
    })
    expect(await ledgerOf(2).admit('east>west')).toEqual([])
    expect(calls).toBeLessThan(10)
  })
})

describe('orphans', () => {
  it('P3: a run whose instance has ended without a close is followed by a new one', async () => {
    const ledger = ledgerOf()
    const first = started(await ledger.request(asset('film'), event))
    await ledger.begin(claimOf(first), '')
    expect(await ledger.suspects('east>west')).toEqual([])
    now += times.orphanAge + 1
    const [suspect] = await ledger.suspects('east>west')
    if (suspect === undefined) throw new Error('no suspect')
    expect(await ledger.orphaned(suspect.row, suspect.etag, 'running')).toBeUndefined()
    const second = started(await ledger.orphaned(suspect.row, suspect.etag, 'finished'))
    expect(second.input.run).toBe(2)
    expect(await ledger.check(claimOf(first), 1)).toBe('lost')
    expect(await ledger.begin(claimOf(first), '')).toEqual({ answer: 'refused' })
    expect(await keys('s.')).toHaveLength(1)
    expect(await keys('o.')).toHaveLength(1)
  })

  it('P3: a sign of life after the row was read wins', async () => {
    const ledger = ledgerOf()
    const claim = claimOf(started(await ledger.request(asset('film'), event)))
    await ledger.begin(claim, '')
    now += times.passLease + 1
    const [suspect] = await ledger.suspects('east>west')
    if (suspect === undefined) throw new Error('no suspect')
    await ledger.check(claim, 1)
    expect(await ledger.orphaned(suspect.row, suspect.etag, 'missing')).toBeUndefined()
    expect(await ledger.check(claim, 1)).toBe('mine')
  })
})

describe('the table', () => {
  it('counts every request of many writers at once', async () => {
    const ledgers = [ledgerOf(), ledgerOf()]
    await Promise.all(Array.from({ length: 40 }, (_, index) => ledgers[index % 2]?.request(asset('film'), event)))
    expect(await ledgers[0]?.read(asset('film'))).toMatchObject({ desired: 40, run: 1 })
    expect(await keys('o.')).toHaveLength(1)
  })

  it('mends a marker that was lost or left behind', async () => {
    const ledger = ledgerOf(0)
    await ledger.request(asset('film'), bulk)
    const [marker] = await keys('o.')
    const { etag: _, timestamp: _when, ...columns } = await table.getEntity('east>west', marker ?? '')
    await table.deleteEntity('east>west', marker ?? '')
    await table.createEntity({
      ...columns,
      partitionKey: 'east>west',
      rowKey: `${marker?.slice(0, -64)}${'0'.repeat(64)}`,
    })
    now += times.priorityStep
    expect(await ledgerOf(1).admit('east>west')).toEqual([])
    expect(await keys('o.')).toEqual([])
    expect(await ledgerOf(1).request(asset('film'), event)).toBeDefined()
    expect(await keys('o.')).toHaveLength(1)
  })

  it('P3: a marker that comes back while a list is read is not taken for one that was left behind', async () => {
    const ledger = ledgerOf()
    const close = async (start: Start | undefined) => {
      const claim = claimOf(started(start))
      await ledger.begin(claim, '')
      await ledger.close(claim, 2, { outcome: 'blocked', code: 'TargetChanged' })
    }
    await close(await ledger.request(asset('film'), event))
    let moved = false
    table.pipeline.addPolicy({
      name: 'there and back',
      async sendRequest(request, next) {
        if (request.method !== 'GET' || !decodeURIComponent(request.url).includes("RowKey='u.") || moved)
          return next(request)
        moved = true
        const start = await ledger.request(asset('film'), event)
        const seen = await next(request)
        await close(start)
        return seen
      },
    })
    await ledger.list({ outcome: 'blocked' })
    expect(moved).toBe(true)
    expect((await ledger.list({ outcome: 'blocked' })).rows.map(({ name }) => name)).toEqual(['film'])
  })

  it('P3: a table that was deleted is made again, and work goes on', async () => {
    const ledger = ledgerOf()
    const claim = claimOf(started(await ledger.request(asset('film'), event)))
    await ledger.begin(claim, '')
    await table.deleteTable()
    expect(await ledger.check(claim, 1)).toBe('lost')
    now += times.admitDelay
    expect((await ledger.admit('east>west')).map(({ input }) => input.unit.name)).toEqual(['film'])
  })

  it('finds the locators that since a time no list has shown and no event told of, in pages, and forgets them', async () => {
    const ledger = ledgerOf()
    const one = (locator: string) => ({ locator, asset: `of-${locator}`, id: 'id', created: '2030' })
    const names = Array.from({ length: 230 }, (_, n) => `play-${n}`)
    await ledger.sightLocators('east>west', names.map(one), now)
    await ledger.rememberLocator('east>west', 'told', 'film', 'id')
    await ledger.sightLocators('east>west', [...names.slice(0, 225), 'play-1'].map(one), now + 2)
    expect(await ledger.sighting('east>west', 'PLAY-3')).toEqual(one('play-3'))
    const gone: UnsightedPage['locators'][number][] = []
    let cursor: string | undefined
    do {
      const page = await ledger.unsighted('east>west', now + 1, 2, cursor)
      gone.push(...page.locators)
      cursor = page.next
    } while (cursor !== undefined)
    const found = gone.map(({ locator }) => locator)
    expect([found.length, new Set(found)]).toEqual([6, new Set([...names.slice(225), 'told'])])
    expect((await ledger.unsighted('east>west', now, 10)).locators).toEqual([])
    await ledger.forgetLocators('east>west', [...gone, { locator: 'never-there', asset: '', etag: '*' }])
    expect((await ledger.unsighted('east>west', now + 1, 10)).locators).toEqual([])
    expect((await ledger.unsighted('east>west', now + 3, 300)).locators).toHaveLength(225)
  })

  it('P3: a locator that an event tells of or a list shows, while it is to be forgotten, is not', async () => {
    const ledger = ledgerOf()
    for (const name of ['told', 'shown', 'gone']) await ledger.rememberLocator('east>west', name, 'film', 'id')
    now += 1
    const { locators } = await ledger.unsighted('east>west', now, 10)
    await ledger.rememberLocator('east>west', 'told', 'other', 'new')
    await ledger.sightLocators('east>west', [{ locator: 'shown', asset: 'film', id: 'id', created: '2030' }], now)
    await ledger.forgetLocators('east>west', locators)
    const assets = ['told', 'shown', 'gone'].map(name => ledger.locatorAsset('east>west', name))
    expect(await Promise.all(assets)).toEqual(['other', 'film', undefined])
  })

  it('finds every locator that was seen with an id, in any case', async () => {
    const ledger = ledgerOf()
    const seen = (locator: string, id: string) => ({ locator, asset: `of-${locator}`, id, created: 'then' })
    await ledger.sightLocators('east>west', [seen('a', 'id-1'), seen('b', 'id-2'), seen('c', 'id-1')], now)
    const found = await ledger.locatorsWithId('east>west', 'ID-1')
    expect(found.map(({ locator, asset }) => [locator, asset]).toSorted()).toEqual([
      ['a', 'of-a'],
      ['c', 'of-c'],
    ])
  })

  it('P8: lists what an operator has withdrawn, page by page, and starts anew at a cursor that is none', async () => {
    const ledger = ledgerOf()
    await ledger.withdrawLocators('east>west', ['a', 'b', 'c'])
    const first = await ledger.withdrawals('east>west', 2)
    const second = await ledger.withdrawals('east>west', 2, first.next)
    expect(first.withdrawals).toHaveLength(2)
    expect(second.next).toBeUndefined()
    const all = [...first.withdrawals, ...second.withdrawals].toSorted((a, b) => a.locator.localeCompare(b.locator))
    expect(all).toEqual(['a', 'b', 'c'].map(locator => ({ locator, at: now })))
    expect(await ledger.withdrawals('east>west', 2, "o.' or")).toEqual(first)
  })

  it('P3: what became of a withdrawal is kept, makes none that was lifted, and is forgotten when it is made anew', async () => {
    const ledger = ledgerOf()
    const found = { locator: 'a', result: 'pending', asset: 'film' } as const
    const kept = async () => (await ledger.withdrawals('east>west', 10)).withdrawals
    await ledger.withdrawLocators('east>west', ['a'])
    await ledger.noteWithdrawals('east>west', [found, { locator: 'lifted', result: 'withdrawn' }])
    expect(await kept()).toEqual([{ ...found, at: now }])
    await ledger.withdrawLocators('east>west', ['a'])
    expect(await kept()).toEqual([{ locator: 'a', at: now }])
  })

  it('keeps documents, reports in the order of their pages, locators and holds', async () => {
    const ledger = ledgerOf()
    await ledger.saveOperation('o-1', { status: 'running', text: 'ü'.repeat(40_000) })
    expect(await ledger.operation('o-1')).toEqual({ status: 'running', text: 'ü'.repeat(40_000) })
    expect(await ledger.operation('o-2')).toBeUndefined()
    await ledger.saveReport('o-1', 10, ['c'])
    await ledger.saveReport('o-1', 9, ['a', 'b'])
    await ledger.saveReport('o-1', 9, ['a', 'b'])
    expect((await Array.fromAsync(ledger.report('o-1'))).flatMap(({ lines }) => lines)).toEqual(['a', 'b', 'c'])
    expect(await Array.fromAsync(ledger.report('o-1', 10))).toEqual([{ page: 10, lines: ['c'] }])
    await ledger.keepReport('o-1', 10, ['another'])
    await ledger.keepReport('o-1', 11, ['d'])
    const from = (await Array.fromAsync(ledger.report('o-1', 10))).flatMap(({ lines }) => lines)
    expect(from).toEqual(['c', 'd'])
    await ledger.removeReport('o-1')
    expect(await Array.fromAsync(ledger.report('o-1'))).toEqual([])
    expect((await Array.fromAsync(ledger.operations())).map(({ id }) => id)).toContain('o-1')
    await ledger.removeOperation('o-1')
    // Repeated, as after a crash.
    await ledger.removeOperation('o-1')
    expect((await Array.fromAsync(ledger.operations())).map(({ id }) => id)).not.toContain('o-1')
    await ledger.rememberLocator('east>west', `it's #1`, 'Film', 'id')
    expect(await ledger.locatorAsset('east>west', `IT'S #1`)).toBe('Film')
    expect(await ledger.locatorAsset('east>west', 'other')).toBeUndefined()
  })

  it('P3: a document that several change loses no change of any, and one that stays is not written', async () => {
    const ledger = ledgerOf()
    const add = (more: string) => (document: unknown) => ({
      found: [...((document as { found: string[] })?.found ?? []), more],
    })
    const names = Array.from({ length: 12 }, (_, n) => `change-${n}`)
    await Promise.all(names.map(name => ledger.changeOperation('o-1', add(name))))
    const { found } = (await ledger.operation('o-1')) as { found: string[] }
    expect(new Set(found)).toEqual(new Set(names))
    const before = await etags()
    expect(await ledger.changeOperation('o-1', () => undefined)).toBeUndefined()
    expect(await etags()).toEqual(before)
    // Nothing of a longer text is left behind.
    await ledger.changeOperation('o-1', () => ({ text: 'x'.repeat(70_000) }))
    await ledger.changeOperation('o-1', () => ({ text: 'short' }))
    expect(await ledger.operation('o-1')).toEqual({ text: 'short' })
  })

  it('knows no operation under a name that cannot be one', async () => {
    for (const id of ['a/b', 'a#b', `it's`, '', '\u0000', 'x'.repeat(2000)])
      expect(await ledgerOf().operation(id)).toBeUndefined()
  })

  it('keeps the later of two holds', async () => {
    const ledger = ledgerOf()
    await ledger.holdAccount('east', now + 60_000, 'TargetUnavailable')
    await ledger.holdAccount('east', now + 1000, 'SourceUnavailable')
    expect(await ledger.accountState('east')).toEqual({
      until: now + 60_000,
      code: 'TargetUnavailable',
      downSince: now,
    })
    expect(await ledger.accountState('west')).toEqual({})
  })

  it('P3: an outage that ends while a slow pass tells of it is over, and what the pass has met is a new one', async () => {
    const ledger = ledgerOf()
    const began = now
    await ledger.holdAccount('east', now + 60_000, 'SourceUnavailable')
    now += 3_600_000
    let ended = false
    table.pipeline.addPolicy({
      name: 'ends meanwhile',
      async sendRequest(request, next) {
        const answer = await next(request)
        if (request.method !== 'GET' || !decodeURIComponent(request.url).includes("RowKey='a.east'") || ended)
          return answer
        ended = true
        await ledger.accountAnswers('east', began)
        return answer
      },
    })
    await ledger.holdAccount('east', now + 60_000, 'SourceUnavailable')
    const state = { until: now + 60_000, code: 'SourceUnavailable', downSince: now }
    expect(await ledger.accountState('east')).toEqual(state)
    // Whoever has watched the old one to its end does not end the new one.
    await ledger.accountAnswers('east', began)
    expect(await ledger.accountState('east')).toEqual(state)
    await ledger.accountAnswers('east', now)
    expect(await ledger.accountState('east')).toEqual({})
  })

  it('keeps columns that another release added, and rows of kinds that only it knows', async () => {
    const ledger = ledgerOf()
    await ledger.request(asset('film'), bulk)
    const rowKey = `u.${(await ledger.read(asset('film')))?.hash}`
    await table.updateEntity({ partitionKey: 'east>west', rowKey, someday: 'kept' }, 'Merge')
    await ledger.request(asset('film'), event)
    expect(await table.getEntity('east>west', rowKey)).toMatchObject({ someday: 'kept', desired: 2 })
    await ledger.request(asset('other'), bulk)
    const other = `u.${(await ledger.read(asset('other')))?.hash}`
    await table.updateEntity({ partitionKey: 'east>west', rowKey: other, kind: 'liveEvent' }, 'Merge')
    expect(await ledger.admit('east>west')).toEqual([])
    expect((await keys('o.due-bulk.')).length).toBe(1)
  })

  it('rests a unit whose marker and slot were removed by hand', async () => {
    const ledger = ledgerOf()
    const claim = claimOf(started(await ledger.request(asset('film'), event)))
    await ledger.begin(claim, '')
    for (const rowKey of [...(await keys('o.')), ...(await keys('s.'))]) await table.deleteEntity('east>west', rowKey)
    expect(await ledger.close(claim, 1, { outcome: 'inSync' })).toMatchObject({ closed: 'idle' })
  })
})
