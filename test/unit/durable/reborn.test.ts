/** Policies and account filters that are born in the source under the name of one whose home had moved to the target. */
import { randomBytes } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ActivityDeps, Tools } from '../../../src/lib/durable/guard.ts'
import { policyActivities } from '../../../src/lib/durable/policy-activities.ts'
import { surveyUnit } from '../../../src/lib/durable/survey-unit.ts'
import type { Permissions } from '../../../src/lib/ledger/facts.ts'
import type { Ledger } from '../../../src/lib/ledger/ledger.ts'
import { createTableLedger } from '../../../src/lib/ledger/table-ledger.ts'
import { passId, type Unit } from '../../../src/lib/model.ts'
import { withMark } from '../../../src/lib/replicate/policy-mark.ts'
import { timing } from '../../../src/lib/timing.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
let ledger: Ledger
let deps: ActivityDeps
beforeAll(async () => {
  ground = await startTwoRegions()
  const room = { maxActive: 3, maxActivePolicies: 2 }
  ledger = createTableLedger({
    table: TableClient.fromConnectionString(ground.ledgerConnection, 'Reborn', { allowInsecureConnection: true }),
    timing: timing(1),
    clock: Date.now,
    randomKey: () => randomBytes(4).toString('hex'),
    routes: [
      { key: 'east>west', from: 'east', to: 'west', ...room },
      { key: 'west>east', from: 'west', to: 'east', ...room },
    ],
  })
  await ledger.prepare()
  deps = {
    ledger,
    pair: (key: string) => ground.eitherWay(key as 'east>west' | 'west>east'),
    measure: () => {},
    clock: Date.now,
  } as unknown as ActivityDeps
})
afterAll(() => ground.close())

const tools = { starter: { run: async () => true, purge: async () => {} }, log: () => {} } as unknown as Tools
const pass = async (unit: Unit, permissions: Permissions = {}) => {
  const start = await ledger.request(unit, { reason: 'resync', priority: 'event', permissions })
  if (start === undefined) throw new Error('Nothing was started.')
  const { input } = start
  await policyActivities(deps).syncPolicy({ ...input, pass: passId(input.key, input.n) }, tools)
  return ledger.read(unit)
}

const protocols = { download: false, dash: true, hls: true, smoothStreaming: false }
it.each([
  ['accountFilter', 'accountFilters', { firstQuality: { bitrate: 1 } }],
  ['streamingPolicy', 'streamingPolicies', { noEncryption: { enabledProtocols: protocols } }],
] as const)(
  'P1: a %s that is born in the source after the target has lost its own is replicated from there',
  async (kind, path, body) => {
    const here: Unit = { route: 'east>west', kind, name: 'reborn' }
    const back: Unit = { ...here, route: 'west>east' }
    const object = `${path}/reborn`
    await ground.arm.east.put(object, body)
    await pass(here)
    await pass(here, { moveHome: true })
    await pass(back, { adopt: true })
    await ground.arm.west.delete(object)
    // What the decision left in the source is a twin, and does not come back.
    await pass(here)
    expect(await ground.arm.west.get(object)).toBeUndefined()
    expect(await pass(back)).toMatchObject({ outcome: 'inSync', facts: { owner: 'gone' } })
    expect(await ground.arm.east.get(object)).toBeUndefined()
    expect(await pass(here)).toMatchObject({ outcome: 'inSync', facts: { home: 'target' } })

    await ground.arm.east.put(object, body)
    expect(await surveyUnit(deps, here, {}, 'bulk')).toMatchObject({ equal: false })
    expect(await pass(here)).toMatchObject({ outcome: 'inSync', facts: { home: 'source', owner: 'made' } })
    expect(await ground.arm.west.get(object)).toBeDefined()
    expect((await withMark(ground.eitherWay('east>west'), here, {})).owner).toBe('made')
  },
)
