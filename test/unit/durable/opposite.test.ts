/** Two routes that lead to and fro: what the one made is never taken for the other's, whatever was lost or died. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ActivityDeps, Tools } from '../../../src/lib/durable/guard.ts'
import { movedHome } from '../../../src/lib/durable/moved-home.ts'
import { policyActivities } from '../../../src/lib/durable/policy-activities.ts'
import { surveyUnit } from '../../../src/lib/durable/survey-unit.ts'
import { type Facts, recordedOn } from '../../../src/lib/ledger/facts.ts'
import type { Ledger, UnitRow } from '../../../src/lib/ledger/ledger.ts'
import type { Unit } from '../../../src/lib/model.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const tools = { starter: { run: async () => true }, log: () => {} } as unknown as Tools
const depsOver = (ledger: Partial<Ledger>) =>
  ({
    ledger,
    pair: (key: string) => ground.eitherWay(key as 'east>west' | 'west>east'),
    measure: () => {},
    clock: Date.now,
  }) as unknown as ActivityDeps

/** It forgets everything at once. */
const lostLedger: Partial<Ledger> = {
  begin: async () => ({
    answer: 'begun',
    generation: 1,
    priority: 'event',
    facts: {},
    permissions: {},
    finishedAt: undefined,
    inSyncAt: undefined,
  }),
  check: async () => 'mine',
  close: async () => ({ closed: 'idle', before: {} as UnitRow }),
  routeState: async () => ({}),
  changeRoute: async (_route, change) => change({}),
  read: async () => undefined,
  admit: async () => [],
  list: async () => ({ rows: [] }),
}

const openPolicy = {
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ],
}

it.each([
  ['contentKeyPolicy', 'contentKeyPolicies', openPolicy],
  ['accountFilter', 'accountFilters', { firstQuality: { bitrate: 1 } }],
  [
    'streamingPolicy',
    'streamingPolicies',
    { noEncryption: { enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: true } } },
  ],
] as const)(
  'P5: a %s that its home deleted does not come back from its twin when the ledger is lost',
  async (kind, path, body) => {
    const { syncPolicy } = policyActivities(depsOver(lostLedger))
    const run = (route: string) =>
      syncPolicy({ unit: { route, kind, name: 'p' }, run: 1, pass: 'k.0', previous: '' }, tools)
    await ground.arm.east.put(`${path}/p`, body)
    await run('east>west')
    expect(await ground.arm.west.get(`${path}/p`)).toBeDefined()
    await ground.arm.east.delete(`${path}/p`)
    ground.simulator.counters.reset()
    await run('west>east')
    expect(ground.writes('east')).toEqual([])

    // One that its owner made in its place is at home there, and goes the other way.
    if (kind === 'accountFilter') return
    await ground.arm.west.delete(`${path}/p`)
    await ground.arm.west.put(`${path}/p`, body)
    await run('west>east')
    expect(await ground.arm.east.get(`${path}/p`)).toBeDefined()
  },
)

it('P7: a twin that is no more what its home is starts no run of the opposite route', async () => {
  const { syncPolicy } = policyActivities(depsOver(lostLedger))
  const unit = { kind: 'accountFilter', name: 'low' } as const
  await ground.arm.east.put('accountFilters/low', { firstQuality: { bitrate: 1 } })
  await syncPolicy({ unit: { ...unit, route: 'east>west' }, run: 1, pass: 'k.0', previous: '' }, tools)
  await ground.arm.east.put('accountFilters/low', { firstQuality: { bitrate: 2 } })
  const report = (route: string) => surveyUnit(depsOver(lostLedger), { ...unit, route }, {}, 'bulk')
  expect(await report('west>east')).toMatchObject({ equal: true, changes: [] })
  expect(await report('east>west')).toMatchObject({ equal: false })
})

it('P3: a home that moves is told to the opposite route as a whole, though the step dies before it was told', async () => {
  let facts: Facts = { owner: 'made', locators: ['film-a'], filters: ['low'] }
  const told: (Facts | undefined)[] = []
  const deps = depsOver({
    check: async (_pass, _generation, more) => {
      facts = recordedOn(facts, more)
      return 'mine'
    },
    request: async (_unit, { facts: given }) => {
      told.push(given)
      if (told.length === 1) throw new Error('The process died.')
      return undefined
    },
  })
  const unit: Unit = { route: 'east>west', kind: 'asset', name: 'film' }
  const pass = { unit, run: 1, pass: 'k.0', generation: 1 }
  const move = () => movedHome(deps, tools, ground.eitherWay('east>west'), pass, facts)
  await expect(move()).rejects.toThrow('The process died.')
  expect(await move()).toMatchObject({ home: 'target', owner: 'matched', locators: [] })
  expect(told[1]).toMatchObject({ locators: ['film-a'], filters: ['low'] })
})
