/** The main job, shown: two titles are encoded and published in region A, and region B becomes their twin. */
import { AzureKeyCredential } from '@azure/eventgrid'
import { createLocatorEventSender } from '../../src/lib/events/sender.ts'
import { type Comparison, compareAccounts } from '../compare/compare.ts'
import { regions, regionsIn, routings } from '../stack/regions.ts'
import type { Stack } from '../stack/stack.ts'
import { untilInSync, type Wanted } from './progress.ts'
import { activityCounts, assetResults, objection, type Summary } from './summary.ts'
import { encode, names, prepare, publish, titles } from './titles.ts'

const route = 'east>west'

const wanted: readonly Wanted[] = [
  { kind: 'accountFilter', name: names.accountFilter },
  { kind: 'contentKeyPolicy', name: names.keyPolicy },
  ...titles.map(({ asset }) => ({ kind: 'asset', name: asset })),
]

/** Tells the app of new locators, as a publisher does. Resolves when the topic has accepted all. */
const announce = async (stack: Stack, locators: readonly Awaited<ReturnType<typeof publish>>[]): Promise<void> => {
  const sender = createLocatorEventSender({
    endpoint: stack.topic.endpoint,
    topicId: stack.topic.id,
    credential: new AzureKeyCredential(stack.topic.key),
    schema: 'EventGrid',
    account: stack.accounts.east.accountId,
  })
  for (const locator of locators) await sender.locatorCreated(locator)
}

/** What is new hands out nothing: an owner who means to fail over has the origin of B run as that of A does. */
const startOrigins = async (stack: Stack, say: (line: string) => void): Promise<void> => {
  for (const region of regionsIn(routings.there)) {
    const { arm } = stack.accounts[region]
    await arm.post('streamingEndpoints/default', 'scale', { scaleUnit: 1 })
    await arm.post('streamingEndpoints/default', 'start')
  }
  say('east, west: the streaming endpoints are running')
}

const publishTitles = async (stack: Stack, say: (line: string) => void): Promise<void> => {
  const { arm } = stack.accounts.east
  say(`east: encoding ${titles.map(({ asset }) => asset).join(' and ')}`)
  await encode(
    arm,
    titles.map(({ asset }) => asset),
    'first-job',
  )
  say('east: the job has finished; its event goes to the app')
  await prepare(arm)
  const locators = []
  for (const title of titles) {
    locators.push(await publish(arm, title))
    say(`east: ${title.asset} is published as ${title.locator}, ${title.encrypted ? 'AES-encrypted' : 'clear'}`)
  }
  await announce(stack, locators)
}

const verdict = (comparison: Comparison): string =>
  comparison.differences.length === 0
    ? `verified: ${comparison.assets.reduce((sum, { blobs }) => sum + blobs, 0)} files byte by byte, ` +
      `${comparison.locators.length} locators with ids, key ids, key values and paths`
    : `NOT verified: ${comparison.differences.join('; ')}`

/**
 * @param stopped ends the wait; the demo then rejects with its reason.
 */
export const runDemo = async (stack: Stack, say: (line: string) => void, stopped: AbortSignal): Promise<Summary> => {
  await startOrigins(stack, say)
  await publishTitles(stack, say)
  const announced = performance.now()
  const units = await untilInSync(stack.api, route, wanted, say, stopped)
  const millisecondsFromEventToInSync = Math.round(performance.now() - announced)
  // Before this program's own look at both accounts, which is not the app's work.
  const calls = await stack.simulator.appCalls()
  const activities = activityCounts(await stack.api.counters())

  const comparison = await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)
  say(verdict(comparison))
  const assets = assetResults(comparison, units)
  const reason = objection(comparison, assets, titles.length)
  const { locators, accountFilters, contentKeyPolicies, streamingPolicies } = comparison
  return {
    verified: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    accounts: Object.fromEntries(
      regionsIn(routings.there).map(key => [key, { name: regions[key].accountName, location: regions[key].location }]),
    ),
    route,
    assets,
    locators,
    accountFilters,
    contentKeyPolicies,
    streamingPolicies,
    millisecondsFromEventToInSync,
    millisecondsCopying: units.reduce((sum, { facts }) => sum + (facts.millisecondsCopying ?? 0), 0),
    durable: { activities },
    calls,
  }
}
