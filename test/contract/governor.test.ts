/** The governor behind the ARM adapter, against the simulator's own buckets. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Faults } from '../../local/simulator/faults.ts'
import { memoryBlobStore } from '../../local/simulator/memory-blob-store.ts'
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts'
import { createArmReader } from '../../src/lib/media/arm/reader.ts'
import { Governor } from '../../src/lib/media/governor/governor.ts'
import type { Account, Priority } from '../../src/lib/model.ts'
import { isServiceError } from '../../src/lib/service-error.ts'
import { timing } from '../../src/lib/timing.ts'
import { MemoryBudgets } from '../unit/media/governor/support.ts'

const minute = 60_000

/** Two accounts of one subscription, reached with one token. */
const account = (key: 'east' | 'west', endpoint: string): Account => ({
  key,
  provider: 'arm',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: `media-${key}`,
  accountName: `contoso${key}`,
  location: key === 'east' ? 'eastus2' : 'westus2',
  endpoint,
  storageEndpoints: {},
  credential: { kind: 'identity' },
  storageAccess: 'credential',
  notFoundCodes: ['NotFound'],
})

let simulator: Simulator
let faults: Faults
/** Of the governor alone: the simulator's hour goes on as it does. */
let now: number
let store: MemoryBudgets
beforeEach(async () => {
  faults = new Faults()
  now = Date.now()
  store = new MemoryBudgets()
  const accounts = { east: account('east', 'http://127.0.0.1'), west: account('west', 'http://127.0.0.1') }
  simulator = await startSimulator({ topology: { accounts }, blobStore: memoryBlobStore(), faults })
})
afterEach(() => simulator.close())

const newGovernor = () =>
  new Governor({
    store,
    clock: () => now,
    timing: timing(1),
    sleep: async milliseconds => {
      now += milliseconds
    },
  })

/** Lists the keys of a locator that is not there: it is counted like any other. @returns why there was no answer. */
const askerOf = (governor: Governor, key: 'east' | 'west', priority: Priority) => {
  const of = account(key, simulator.url)
  const reader = createArmReader(of, {
    credential: { getToken: async () => ({ token: 'app', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    clock: () => now,
    liveOutputsFor: minute,
    gate: governor.gate(of, { route: 'east>west', priority }),
  })
  return async (): Promise<string> => {
    try {
      await reader.contentKeys('no-such-locator')
      return 'answered'
    } catch (error) {
      if (!isServiceError(error)) throw error
      return error.kind === 'notFound' ? 'answered' : error.kind
    }
  }
}

const counted = (): number =>
  simulator.traffic
    .lines(() => true)
    .split('\n')
    .filter(line => line.includes('listContentKeys')).length

/** What the service says is left, asked with a call of somebody else. */
const leftNow = async (): Promise<number> => {
  const { subscriptionId, resourceGroup, accountName } = account('east', '')
  const path = `subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaServices/${accountName}`
  const response = await fetch(
    `${simulator.url}/${path}/streamingLocators/none/listContentKeys?api-version=2022-08-01`,
    {
      method: 'POST',
      headers: { authorization: 'Bearer app' },
    },
  )
  return Number(response.headers.get('x-ms-ratelimit-remaining-subscription-writes'))
}

test('P9: bulk work over two accounts of one subscription, by two instances, takes 60 of 100 calls of the one bucket they share', async () => {
  const [one, other] = [newGovernor(), newGovernor()]
  const asks = [askerOf(one, 'east', 'bulk'), askerOf(one, 'west', 'bulk'), askerOf(other, 'west', 'bulk')]
  const work = async (ask: () => Promise<string>) => {
    for (;;) {
      const answer = await ask()
      if (answer !== 'answered') return answer
    }
  }
  expect(await Promise.all([...asks, ...asks].map(work))).toEqual(Array(6).fill('budgetUsed'))
  const left = await leftNow()
  expect(left).toBeGreaterThanOrEqual(480 - 1)
  expect(left).toBeLessThan(500)
  expect(await askerOf(other, 'east', 'event')()).toBe('answered')
})

test('P9: a 429 without Retry-After is not tried again blindly, and work goes on when the service takes calls again', async () => {
  const ask = askerOf(newGovernor(), 'east', 'event')
  expect(await ask()).toBe('answered')
  const { id } = faults.add({ account: '*', plane: 'control', kind: '429' })
  const begun = now
  const answers: string[] = []
  while (now < begun + 10 * minute) {
    answers.push(await ask())
    now += 500
  }
  // After 5 seconds, then after twice as long each time.
  expect(answers.filter(answer => answer === 'throttled').length).toBeGreaterThan(2)
  expect(faults.list().find(fault => fault.id === id)?.hits).toBeLessThanOrEqual(8)
  faults.remove(() => true)
  const restored = now
  let answer = await ask()
  while (answer !== 'answered' && now < restored + 11 * minute) {
    now += 5000
    answer = await ask()
  }
  expect(answer).toBe('answered')
  expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill('answered'))
  expect(counted()).toBeLessThan(40)
})
