/** Sweeps across kills, a lost ledger, and the switch from observing to replicating. */
import { readFile, writeFile } from 'node:fs/promises'
import { TableClient } from '@azure/data-tables'
import { afterEach, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import type { Topology } from '../../local/stack/regions.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { activities, encode, eventually, inSync, storageWritesTo, unit, writesTo } from './support.ts'
import { sweep, sweepView, timers } from './sweep-support.ts'

let stack: Stack
afterEach(() => stack.close())

const inMode =
  (mode: string) =>
  (made: Topology): Topology => ({ ...made, routes: made.routes.map(one => ({ ...one, mode })) })

/** As an operator does it: the topology is changed, and the app restarts. */
const setMode = async (mode: string): Promise<void> => {
  const file = JSON.parse(await readFile(stack.settingsFile, 'utf8')) as { Values: Record<string, string> }
  const { Values } = file
  Values.TWINSTREAM_TOPOLOGY = JSON.stringify(inMode(mode)(JSON.parse(Values.TWINSTREAM_TOPOLOGY ?? '')))
  await writeFile(stack.settingsFile, JSON.stringify(file))
  await stack.host.kill('SIGKILL')
  await stack.host.start()
}

/** No sweep but those that are fired. */
const quiet = Object.fromEntries(['discover', 'sweepLocators'].map(name => [`AzureWebJobs.${name}.Disabled`, 'true']))

const clear = (asset: string) => ({ assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly' })
const different = async () => (await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences
const become = async (what: string) => eventually(what, async () => (await different()).length === 0, 60_000)

const openPolicy = (description: string) => ({
  description,
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ],
})

const makePolicies = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await stack.accounts.east.arm.put(`contentKeyPolicies/p${n}`, openPolicy(`p${n}`))
}

it('P3: a route that observes surveys and reports what is older than the app; once it replicates, it flows', async () => {
  stack = await startStack({ topology: inMode('observe') })
  stack.simulator.outage('east', 'events')
  await encode(stack, 'film')
  await stack.accounts.east.arm.put('streamingLocators/film-clear', clear('film'))
  const { operation } = await sweep(stack, 'full')
  expect(operation?.counts).toMatchObject({ seen: 1, requested: 0 })
  const report = await (await stack.api.fetch('/api/operations/sweep-full-east_west/report')).text()
  expect(JSON.parse(report)).toMatchObject({
    kind: 'asset',
    name: 'film',
    changes: expect.arrayContaining(['the asset is missing', 'locator film-clear is missing']),
  })
  expect(await unit(stack, 'film')).toBeUndefined()
  expect([writesTo(stack, 'west'), storageWritesTo(stack, 'west')]).toEqual([[], 0])

  await setMode('replicate')
  await stack.api.fire('discover')
  await inSync(stack, 'film')
  await become('B is the twin of A')
})

it('P3: a host killed in the middle of a full comparison goes on at the page where it was', async () => {
  stack = await startStack({ settings: quiet })
  stack.simulator.outage('east', 'events')
  await makePolicies(45)
  const slow = { account: 'west', plane: 'control', operation: 'ContentKeyPolicies_Get', kind: 'latency' } as const
  const { id } = stack.simulator.fault({ ...slow, milliseconds: 300 })
  await stack.api.fire(timers.full)
  const seen = async () => (await sweepView(stack, 'full')).operation?.counts.seen ?? 0
  await eventually('two pages are done', async () => (await seen()) >= 20)
  await stack.host.kill('SIGKILL')
  stack.simulator.clearFaults()
  stack.simulator.outage('east', 'events')
  expect(id).toBeDefined()
  const calls = () => stack.simulator.appTraffic().filter(one => one.operation === 'ContentKeyPolicies_List').length
  const before = calls()
  await stack.host.start()
  const ended = await eventually('the comparison ended', async () => {
    const view = await sweepView(stack, 'full')
    return view.operation?.status === 'succeeded' ? view : undefined
  })
  expect(ended.operation?.counts).toMatchObject({ seen: 45, requested: 45 })
  // Five list pages in all; those before the kill are not asked for again, but for the one under way.
  expect(calls() - before).toBeLessThanOrEqual(4)
  await become('B is the twin of A')
})

it('P3: a ledger that is deleted is rebuilt from both accounts: nothing is copied again, nothing deleted', async () => {
  stack = await startStack({ settings: quiet })
  await encode(stack, 'film')
  await makePolicies(3)
  const { arm } = stack.accounts.east
  for (const region of ['east', 'west'] as const)
    await stack.accounts[region].arm.put('contentKeyPolicies/theirs', openPolicy('theirs'))
  await arm.put('streamingLocators/film-aes', {
    assetName: 'film',
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'p0',
  })
  await sweep(stack, 'full')
  await become('B is the twin of A')
  await inSync(stack, 'film')
  stack.simulator.resetCounters()

  const table = TableClient.fromConnectionString(stack.hubConnection, 'TwinstreamUnits', {
    allowInsecureConnection: true,
  })
  await table.deleteTable()
  await stack.api.fire(timers.full)
  const owner = async (name: string, kind = 'asset') =>
    ((await unit(stack, name, kind))?.facts as { owner?: string } | undefined)?.owner
  await eventually('the ledger knows the film again', async () => (await owner('film')) === 'made', 60_000)
  await inSync(stack, 'film')
  for (const name of ['p0', 'p1', 'p2', 'theirs']) await inSync(stack, name, 'contentKeyPolicy')
  expect(storageWritesTo(stack, 'west')).toBe(0)
  expect(writesTo(stack, 'west')).toEqual([])
  expect(await different()).toEqual([])

  await eventually('the first comparison has ended', async () => {
    return (await sweepView(stack, 'full')).operation?.status === 'succeeded'
  })
  const before = await activities(stack)
  await sweep(stack, 'full')
  expect(await activities(stack)).toEqual(before)

  // Made by us: a later edit follows without a hand. Equal, but somebody else's: it is theirs.
  expect([await owner('p1', 'contentKeyPolicy'), await owner('theirs', 'contentKeyPolicy')]).toEqual([
    'made',
    'matched',
  ])
  for (const name of ['p1', 'theirs']) await arm.put(`contentKeyPolicies/${name}`, openPolicy('edited'))
  await sweep(stack, 'full')
  await eventually('the edit is in B', async () => {
    const twin = await stack.accounts.west.arm.get('contentKeyPolicies/p1')
    return twin?.properties.description === 'edited'
  })
  await eventually('what is theirs is left alone', async () => {
    return (await unit(stack, 'theirs', 'contentKeyPolicy'))?.code === 'TargetNotOurs'
  })
})
