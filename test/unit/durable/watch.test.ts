import { randomBytes } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Azurite, startAzurite } from '../../../local/azurite.ts'
import { dispatchRoute } from '../../../src/lib/durable/dispatch.ts'
import type { ActivityDeps, Tools } from '../../../src/lib/durable/guard.ts'
import { policyActivities } from '../../../src/lib/durable/policy-activities.ts'
import type { Starter } from '../../../src/lib/durable/runs.ts'
import type { Ledger } from '../../../src/lib/ledger/ledger.ts'
import { createTableLedger } from '../../../src/lib/ledger/table-ledger.ts'
import type { Route, Start, Unit } from '../../../src/lib/model.ts'
import type { Pair, Reach } from '../../../src/lib/replicate/pair.ts'
import type { SweepDeps } from '../../../src/lib/sweep/page.ts'
import { timing } from '../../../src/lib/timing.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite({ accounts: [{ name: 'hub', key: randomBytes(64).toString('base64') }] })
})
afterAll(() => azurite.close())

const route = { key: 'east>west', from: 'east', to: 'west', mode: 'replicate' } as Route
const unit: Unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'p' }
const minute = 60_000
let ledger: Ledger
let now: number
let reach: Record<'source' | 'target', Record<'control' | 'storage', Reach>>
let asked: string[]
let started: Start[]
let pages: string[]
let lines: string[]
let number = 0

beforeEach(async () => {
  number += 1
  now = Date.parse('2030-01-01T00:00:00Z')
  asked = []
  started = []
  pages = []
  lines = []
  reach = { source: { control: 'all', storage: 'all' }, target: { control: 'all', storage: 'all' } }
  ledger = createTableLedger({
    table: TableClient.fromConnectionString(azurite.connectionString('hub'), `Watch${number}`, {
      allowInsecureConnection: true,
    }),
    timing: timing(1),
    clock: () => now,
    randomKey: () => randomBytes(4).toString('hex'),
    routes: [{ key: 'east>west', from: 'east', to: 'west', maxActive: 3, maxActivePolicies: 2 }],
  })
  await ledger.prepare()
})

const pair = () =>
  ({
    route,
    timing: timing(1),
    clock: () => now,
    reach: async (side, plane) => {
      asked.push(`${side} ${plane}`)
      return reach[side][plane]
    },
  }) as Partial<Pair> as Pair
const starter = {
  run: async (start: Start | undefined) => {
    if (start !== undefined) started.push(start)
    return true
  },
  instance: async () => 'running',
  pages: async (operation: string) => {
    pages.push(operation)
  },
} as unknown as Starter
const newId = () => 'comparison-of-the-whole-route'
const deps = () => {
  const times = timing(1)
  const sweep = { routes: new Map([[route.key, route]]), ledger, clock: () => now, timing: times } as Partial<SweepDeps>
  return {
    routes: sweep.routes ?? new Map(),
    ledger,
    pair,
    clock: () => now,
    sweep: sweep as SweepDeps,
    newId,
    measure: () => {},
  }
}
const log = (line: unknown) => {
  lines.push(String(line))
}
const dispatch = () => dispatchRoute(deps(), starter, route, log)
/** Of the log, in its order. */
const told = () =>
  lines.map(line => (JSON.parse(line) as { event: string }).event).filter(name => name !== 'dispatched')
const pass = async ({ input }: Start) =>
  policyActivities(deps() as unknown as ActivityDeps).syncPolicy(
    { unit: input.unit, run: input.run, pass: `${input.key}.0`, previous: '' },
    { starter, log: () => {} } as unknown as Tools,
  )

it('P9: asks nobody while all accounts answer', async () => {
  await dispatch()
  expect(asked).toEqual([])
})

it('P3: an account that answers again is noticed without a hand, and what waited goes on', async () => {
  reach.source.control = 'none'
  await ledger.holdAccount('east', now + minute, 'SourceUnavailable')
  expect(await ledger.request(unit, { reason: 'jobFinished', priority: 'event' })).toBeUndefined()
  now += 5 * minute
  await ledger.holdAccount('east', now + minute, 'SourceUnavailable')
  await dispatch()
  expect(started).toEqual([])

  reach.source.control = 'all'
  await dispatch()
  expect(await ledger.accountState('east')).toEqual({})
  expect(started).toHaveLength(1)
  expect(told()).toEqual(['accountAnswers'])
  expect(lines).toContain('{"event":"dispatched","route":"east>west","started":1,"orphans":0}')
})

it.each(['source', 'target'] as const)(
  'P8: a %s that has not answered for ten minutes puts the route on hold, and units say so until it answers',
  async side => {
    const account = side === 'source' ? 'east' : 'west'
    const since = now
    reach[side].storage = 'none'
    await ledger.holdAccount(account, now + minute, side === 'source' ? 'SourceUnavailable' : 'TargetUnavailable')
    await ledger.request(unit, { reason: 'jobFinished', priority: 'event' })
    now += 9 * minute
    await dispatch()
    expect(await ledger.routeState(route.key)).toEqual({})
    for (const start of started.splice(0)) await ledger.begin({ unit, run: start.input.run, pass: 'gone.0' }, '')
    now += 2 * minute
    await dispatch()
    expect(await ledger.routeState(route.key)).toEqual({ hold: { side, since } })

    const other: Unit = { ...unit, name: 'q' }
    const start = await ledger.request(other, { reason: 'jobFinished', priority: 'event' })
    if (start === undefined) throw new Error('A unit of a route on hold must be able to say so.')
    expect(await pass(start)).toEqual({ to: 'end', closed: 'idle' })
    expect(await ledger.read(other)).toMatchObject({ outcome: 'waiting', code: 'OnHold' })
    expect((await ledger.list({ code: 'OnHold' })).rows.map(row => row.name)).toEqual(['q'])

    // Nothing is asked for again while the hold lasts.
    await dispatch()
    expect((await ledger.read(other))?.desired).toBe(1)

    reach[side].storage = 'some'
    now += minute
    await dispatch()
    const { hold, returned } = await ledger.routeState(route.key)
    expect(hold).toBeUndefined()
    // The target is compared first; a target that was away has not been worked in.
    expect(returned).toEqual(side === 'source' ? { at: now, since, operation: newId() } : undefined)
    expect(pages).toEqual(side === 'source' ? [newId()] : [])
    expect((await ledger.read(other))?.desired).toBe(2)
    expect(told()).toEqual(['holdBegan', 'accountAnswers', 'holdEnded'])
    expect(lines).toContain(`{"event":"holdBegan","route":"east>west","account":"${account}"}`)
  },
)

it('P10: an outage of a paused route counts, so that what was done in its target meanwhile is not undone', async () => {
  const paused: Route = { ...route, mode: 'paused' }
  const since = now
  reach.source.control = 'none'
  await ledger.holdAccount('east', now + minute, 'SourceUnavailable')
  now += 11 * minute
  await dispatchRoute(deps(), starter, paused, () => {})
  reach.source.control = 'all'
  now += minute
  await dispatchRoute(deps(), starter, paused, () => {})
  expect(await ledger.routeState(route.key)).toEqual({ returned: { at: now, since } })
  // The comparison waits until the route writes.
  expect(pages).toEqual([])
})

it('P10: an outage that nobody watched to its end, since the app was stopped, has ended all the same', async () => {
  const since = now
  await ledger.holdAccount('east', now + minute, 'SourceUnavailable')
  now += 60 * minute
  await dispatch()
  expect(await ledger.routeState(route.key)).toEqual({ returned: { at: now, since, operation: newId() } })
  expect(await ledger.accountState('east')).toEqual({})
  expect(pages).toEqual([newId()])
})

it('P10: every route of the source learns of an outage that one of them notices the end of', async () => {
  const since = now
  const [north, back] = [
    { ...route, key: 'east>north', to: 'north' },
    { ...route, key: 'west>east', from: 'west', to: 'east' },
  ]
  const routes = new Map([route, north, back].map(one => [one.key, one]))
  await ledger.holdAccount('east', now + minute, 'SourceUnavailable')
  now += 60 * minute
  const noticed = now
  for (const one of [route, north]) {
    await dispatchRoute({ ...deps(), routes }, starter, one, () => {})
    now += minute
  }
  expect((await ledger.routeState(north.key)).returned).toMatchObject({ at: noticed, since })
  expect((await ledger.routeState(back.key)).returned).toBeUndefined()
})

it('P10: a source that is another account stops the route until it is the known one again, or somebody confirms it', async () => {
  let account = 'new-id'
  const watched = () => ({ ...pair(), source: { mediaServiceId: async () => account } }) as unknown as Pair
  const look = () => dispatchRoute({ ...deps(), pair: watched }, starter, route, () => {})
  await ledger.changeRoute(route.key, () => ({ replaced: { found: 'new-id', at: now } }))
  const start = await ledger.request(unit, { reason: 'jobFinished', priority: 'event' })
  if (start === undefined) throw new Error('It must be able to say so.')
  await pass(start)
  expect(await ledger.read(unit)).toMatchObject({ outcome: 'blocked', code: 'SourceReplaced' })
  await look()
  expect((await ledger.read(unit))?.desired).toBe(1)
  account = 'known-id'
  await look()
  expect(await ledger.routeState(route.key)).toEqual({})
  expect((await ledger.read(unit))?.desired).toBe(2)
})

it('P8: a run that was lost is told, and so is one whose instance cannot be asked for, which keeps no other from going on', async () => {
  const other: Unit = { ...unit, name: 'q' }
  for (const one of [unit, other]) {
    const start = await ledger.request(one, { reason: 'jobFinished', priority: 'event' })
    if (start !== undefined) await ledger.begin({ unit: one, run: 1, pass: `${start.input.key}.0` }, '')
  }
  now += 20 * minute
  const [mute] = await ledger.suspects(route.key)
  const instance = async (id: string) => {
    if (id.includes(mute?.row.hash ?? '')) throw new TypeError('The task hub did not answer in time.')
    return 'missing'
  }
  await dispatchRoute(deps(), { ...starter, instance } as Starter, route, log)
  const found = lines.map(line => JSON.parse(line) as Record<string, unknown>)
  expect(found).toContainEqual({
    event: 'stepFailed',
    step: 'dispatch',
    route: 'east>west',
    kind: 'contentKeyPolicy',
    name: mute?.row.name,
    error: 'TypeError',
  })
  expect(found).toContainEqual(expect.objectContaining({ event: 'runOrphaned', run: 1 }))
})
