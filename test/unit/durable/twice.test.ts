/**
 * Steps that run twice at once, as a host may do with any: the real orchestrator, steps and ledger over real accounts.
 * Whatever either execution has made, the row and the mark know, so that it goes from B when A withdraws it.
 */
import { randomBytes } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { assetActivities } from '../../../src/lib/durable/asset-activities.ts'
import type { ActivityDeps, Tools } from '../../../src/lib/durable/guard.ts'
import type { OrchestrationContext } from '../../../src/lib/durable/orchestration.ts'
import { replicateAsset } from '../../../src/lib/durable/orchestrators/replicate-asset.ts'
import { policyActivities } from '../../../src/lib/durable/policy-activities.ts'
import type { Ledger, UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { createTableLedger } from '../../../src/lib/ledger/table-ledger.ts'
import { passId, type Unit } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { withMark } from '../../../src/lib/replicate/policy-mark.ts'
import { containerMetadata, readMark } from '../../../src/lib/storage/container.ts'
import { timing } from '../../../src/lib/timing.ts'
import { around, signal } from '../../support/interleaving.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const tools = { starter: { run: async () => true, purge: async () => {} }, log: () => {} } as unknown as Tools
let number = 0
let unit: Unit
let asset: string
let ledger: Ledger
beforeEach(async () => {
  number += 1
  asset = `film-${number}`
  unit = { route: 'east>west', kind: 'asset', name: asset }
  ledger = createTableLedger({
    table: TableClient.fromConnectionString(ground.ledgerConnection, `Twice${number}`, {
      allowInsecureConnection: true,
    }),
    timing: timing(1),
    clock: Date.now,
    randomKey: () => randomBytes(4).toString('hex'),
    routes: [{ key: unit.route, from: 'east', to: 'west', maxActive: 3, maxActivePolicies: 2 }],
  })
  await ledger.prepare()
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'a')
})

type Steps = ReturnType<typeof assetActivities>
/** Executes the step that is due; every execution may have a pair or a ledger of its own. */
type Execute = (over?: { readonly pair?: Pair; readonly ledger?: Ledger }) => Promise<unknown>

/** One run of the unit, from its request to its end. */
const run = async (around: (step: keyof Steps, execute: Execute) => Promise<unknown> = (_, execute) => execute()) => {
  const finishedAt = Date.now() + 10_000
  const start = await ledger.request(unit, { reason: 'jobFinished', priority: 'event', finishedAt })
  for (let input: unknown = start?.input; input !== undefined; ) {
    let next: unknown
    let due: { readonly name: keyof Steps; readonly input: never } | undefined
    const context: OrchestrationContext = {
      df: {
        getInput: () => input,
        callActivity: (name, given) => {
          due = { name: name as keyof Steps, input: given as never }
          return { isCompleted: false }
        },
        createTimer: () => ({ isCompleted: false }),
        continueAsNew: given => {
          next = given
        },
        currentUtcDateTime: new Date(),
      },
    }
    const steps = replicateAsset(context)
    for (let turn = steps.next(); !turn.done; ) {
      const { name, input: given } = due ?? { name: 'closeRun' as const, input: undefined as never }
      const execute: Execute = ({ pair = ground.pair(), ledger: over = ledger } = {}) =>
        assetActivities({ ledger: over, pair: () => pair, measure: () => {}, clock: Date.now } as ActivityDeps)[name](
          given,
          tools,
        )
      turn = steps.next(await around(name, execute))
    }
    input = next
  }
  return (await ledger.read(unit)) as UnitRow
}

/** A pair that looks at some locators later, and tells when it has made others. */
const looking = (later: Record<string, Promise<unknown>>, made: Record<string, () => void>): Pair => {
  const pair = ground.pair()
  const wait = (name: string) => later[name]
  return {
    ...pair,
    source: around(pair.source, 'locator', wait),
    target: around(
      around(pair.target, 'locator', wait),
      'putLocator',
      () => undefined,
      name => made[name]?.(),
    ),
  }
}

const streamed = { streamingPolicyName: 'Predefined_ClearStreamingOnly' }
const publish = (name: string) => ground.arm.east.put(`streamingLocators/${name}`, { assetName: asset, ...streamed })
const unpublish = (name: string) => ground.arm.east.delete(`streamingLocators/${name}`)
const inB = async (name: string) =>
  (await ground.arm.west.get(`streamingLocators/${name}`)) as
    | { readonly properties: { readonly streamingLocatorId: string } }
    | undefined

/** The row and the mark know what B has of these names, and nothing else. */
const expectKnown = async (names: readonly string[]) => {
  const row = await ledger.read(unit)
  expect(row?.facts.locators?.toSorted()).toEqual(names.toSorted())
  const ids = await Promise.all(names.map(async name => (await inB(name))?.properties.streamingLocatorId))
  const container = ground.pair().targetContainer({ storageAccount: 'contosoweststore', container: asset })
  const mark = readMark((await containerMetadata(container)) ?? {})
  expect(mark?.locators?.toSorted()).toEqual(ids.toSorted())
}

it.each(['first', 'second'])(
  'P3, P10: two executions of publishing make locators at once, the %s is heard, and none is forgotten',
  async heard => {
    await run()
    const names = [1, 2, 3].map(n => `l${n}-${asset}`)
    const [l1 = '', l2 = '', l3 = ''] = names
    for (const name of names) await publish(name)
    const [one, two, three, ended] = [signal(), signal(), signal(), signal()]
    let late: Promise<unknown> = Promise.resolve()
    await run(async (step, execute) => {
      if (step !== 'publishTwin') return execute()
      // The first makes 1, the second 2, the first 3, which the second comes to see.
      const first = execute({ pair: looking({ [l2]: two.opened }, { [l1]: one.open, [l3]: three.open }) })
      const until = heard === 'first' ? ended : three
      const second = execute({ pair: looking({ [l1]: one.opened, [l3]: until.opened }, { [l2]: two.open }) })
      const answers = { first, second: first.then(() => second) }
      late = second
      return answers[heard as keyof typeof answers]
    })
    ended.open()
    await late
    expect(await run()).toMatchObject({ outcome: 'inSync' })
    await expectKnown(names)

    for (const name of names) await unpublish(name)
    expect(await run()).toMatchObject({ outcome: 'inSync' })
    for (const name of names) expect(await inB(name)).toBeUndefined()
    await expectKnown([])
  },
)

it.each(['surveyAsset', 'withdrawLocators'] as const)(
  'P3, P10: a second execution of %s that ends late forgets nothing that was published meanwhile',
  async late => {
    const [gone, stays, comes] = ['gone', 'stays', 'comes'].map(name => `${name}-${asset}`) as [string, string, string]
    for (const name of [gone, stays]) await publish(name)
    await run()
    await unpublish(gone)
    await publish(comes)
    const published = signal()
    let second: Promise<unknown> = Promise.resolve()
    await run(async (step, execute) => {
      if (step === 'closeRun') {
        published.open()
        await second
      }
      const answer = execute()
      if (step !== late) return answer
      // A guarded step asks before it works, and after.
      let checks = late === 'surveyAsset' ? 1 : 0
      second = execute({ ledger: around(ledger, 'check', () => (checks++ === 0 ? undefined : published.opened)) })
      return answer
    })
    await expectKnown([stays, comes])
    await unpublish(comes)
    expect(await run()).toMatchObject({ outcome: 'inSync' })
    expect(await inB(comes)).toBeUndefined()
    await expectKnown([stays])
  },
)

it('P1, P3: two executions of a copy forget no file that either has begun to write', async () => {
  for (const name of ['b.mp4', 'c.mp4']) await ground.putBlob('east', asset, name, name)
  const row = await run(async (step, execute) => {
    if (step !== 'copyFiles') return execute()
    const begun = signal()
    const pair = ground.pair()
    const second = execute({ pair: around(pair, 'sourceContainer', () => begun.opened) })
    const answer = await execute()
    await ground.putBlob('east', asset, 'd.mp4', 'd')
    begun.open()
    await second
    return answer
  })
  expect(row).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
  await ground.deleteBlob('east', asset, 'a.mp4')
  expect(await run()).toMatchObject({ outcome: 'inSync' })
  expect(await ground.blobs('west', asset)).toEqual(await ground.blobs('east', asset))
})

/** A unit without files, every pass of which is one activity. */
const policyRuns = (policy: Unit) => async () => {
  const requested = await ledger.request(policy, { reason: 'resync', priority: 'event' })
  const { input } = requested ?? (await ledger.admit(policy.route))[0] ?? {}
  if (input === undefined) throw new Error('Nothing was started.')
  return (pair: Pair, over: Ledger = ledger) =>
    policyActivities({ ledger: over, pair: () => pair, measure: () => {}, clock: Date.now } as ActivityDeps).syncPolicy(
      { ...input, pass: passId(input.key, input.n) },
      tools,
    )
}
const putFilter = ({ name }: Unit, startTimestamp: number) =>
  ground.arm.east.put(`accountFilters/${name}`, { presentationTimeRange: { startTimestamp, timescale: 10_000_000 } })

it('P3, P5: a policy that another execution has just made is ours, whichever is heard', async () => {
  const policy: Unit = { ...unit, kind: 'accountFilter', name: `low-${asset}` }
  const put = (startTimestamp: number) => putFilter(policy, startTimestamp)
  const start = policyRuns(policy)
  await put(10_000_000)
  const [made, ended] = [signal(), signal()]
  const pair = ground.pair()
  const execute = await start()
  let looks = 0
  const first = execute({
    ...pair,
    target: around(
      // Proven when the other has come to its end.
      around(pair.target, 'accountFilter', () => (looks++ === 0 ? undefined : ended.opened)),
      'putAccountFilter',
      () => undefined,
      made.open,
    ),
  })
  await execute({ ...pair, target: around(pair.target, 'accountFilter', () => made.opened) })
  ended.open()
  await first
  expect((await ledger.read(policy))?.facts.owner).toBe('made')

  await put(20_000_000)
  await (await start())(pair)
  expect(await ledger.read(policy)).toMatchObject({ outcome: 'inSync' })
})

it.each(['before it takes the mark', 'after its delete'] as const)(
  'P3: a second execution of a removal that stops %s leaves a policy that was made since with its mark',
  async stops => {
    const policy: Unit = { ...unit, kind: 'accountFilter', name: `back-${asset}` }
    const start = policyRuns(policy)
    const pair = ground.pair()
    await putFilter(policy, 10_000_000)
    await (await start())(pair)
    await ground.arm.east.delete(`accountFilters/${policy.name}`)
    const [stopped, goOn] = [signal(), signal()]
    /** Stops after a call. */
    const stopping =
      <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        const answer = await call(...args)
        stopped.open()
        await goOn.opened
        return answer
      }
    const execute = await start()
    const late =
      stops === 'after its delete'
        ? execute({
            ...pair,
            target: { ...pair.target, deleteAccountFilter: stopping(pair.target.deleteAccountFilter) },
          })
        : execute(pair, { ...ledger, check: stopping(ledger.check) })
    await stopped.opened
    await execute(pair)
    // Where it no longer shows, that is looked at twice.
    if (stops === 'after its delete') await (await start())(pair)
    expect((await ledger.read(policy))?.facts.owner).toBe('gone')
    await putFilter(policy, 10_000_000)
    await (await start())(pair)
    goOn.open()
    await late
    // It has told the next pass to look again.
    await (await start())(pair)
    expect(await ground.arm.west.get(`accountFilters/${policy.name}`)).toBeDefined()
    expect((await withMark(pair, policy, {})).owner).toBe('made')
  },
)
