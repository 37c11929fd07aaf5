import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FaultRule } from '../../local/simulator/fault-rules.ts'
import { memoryBlobStore } from '../../local/simulator/memory-blob-store.ts'
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts'
import type { Call } from '../../src/lib/media/arm/policies.ts'
import { createArmWriter } from '../../src/lib/media/arm/writer.ts'
import type { Account } from '../../src/lib/model.ts'
import { isServiceError } from '../../src/lib/service-error.ts'
import { mediaSuite } from './media-suite.ts'

const accountAt = (endpoint: string): Account => ({
  key: 'east',
  provider: 'arm',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'media-east',
  accountName: 'contosoeast',
  location: 'eastus2',
  endpoint,
  storageEndpoints: { contosoeaststore: 'http://127.0.0.1:1' },
  credential: { kind: 'setting', setting: 'EAST_TOKEN' },
  storageAccess: 'credential',
  notFoundCodes: ['NotFound'],
})

const start = () =>
  startSimulator({
    topology: { accounts: { east: accountAt('http://127.0.0.1') } },
    blobStore: memoryBlobStore(),
    pageSizes: { assets: 2, contentKeyPolicies: 2, streamingPolicies: 2, streamingLocators: 2 },
  })

const writerFor = (simulator: Simulator, calls: Call[] = []) =>
  createArmWriter(accountAt(simulator.url), {
    credential: { getToken: async () => ({ token: 'any', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    clock: Date.now,
    liveOutputsFor: 60_000,
    onCall: call => calls.push(call),
    retries: { count: 2, delay: 1 },
  })

mediaSuite('ARM, against the simulator', async () => {
  const simulator = await start()
  return {
    media: writerFor(simulator),
    storageAccountName: 'contosoeaststore',
    close: () => simulator.close(),
  }
})

describe('ARM adapter, when the simulator fails', () => {
  let simulator: Simulator

  beforeAll(async () => {
    simulator = await start()
    await writerFor(simulator).putAsset('movie', { container: 'movie', storageAccountName: 'contosoeaststore' })
  })

  afterAll(() => simulator.close())

  const withFault = async <T>(rule: FaultRule, run: () => Promise<T>): Promise<T | { kind: string }> => {
    simulator.faults.add(rule)
    try {
      return await run()
    } catch (error) {
      if (isServiceError(error)) return { kind: error.kind }
      throw error
    } finally {
      simulator.faults.remove(() => true)
    }
  }

  test.each<[string, Omit<FaultRule, 'account'>, string]>([
    ['an outage', { kind: 'outage' }, 'unavailable'],
    ['resets', { kind: 'reset' }, 'unavailable'],
    ['500', { kind: '500' }, 'unavailable'],
    ['503', { kind: '503' }, 'unavailable'],
    ['503 with Retry-After', { kind: '503', retryAfter: 9 }, 'throttled'],
    ['429', { kind: '429' }, 'throttled'],
    ['429 with Retry-After', { kind: '429', retryAfter: 9 }, 'throttled'],
  ])('P3: %s is data', async (_, rule, kind) => {
    const outcome = await withFault({ account: 'east', ...rule }, () => writerFor(simulator).asset('movie'))
    expect(outcome).toEqual({ kind })
  })

  test('P3: a hiccup is ridden out', async () => {
    const outcome = await withFault({ account: 'east', kind: '500', count: 2 }, () =>
      writerFor(simulator).asset('movie'),
    )
    expect(outcome).toMatchObject({ name: 'movie' })
  })

  test('P3: a locator whose answer was lost is a conflict after the retry, and is there', async () => {
    const media = writerFor(simulator)
    const locator = {
      assetName: 'movie',
      streamingLocatorId: randomUUID(),
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      endTime: '9999-12-31T23:59:59.9999999Z',
      filters: [],
      contentKeys: [],
    }
    const put = () => media.putLocator('lost', locator)
    expect(await withFault({ account: 'east', kind: 'lostReply', count: 1 }, put)).toEqual({ kind: 'conflict' })
    expect(await media.locator('lost')).toMatchObject({ streamingLocatorId: locator.streamingLocatorId })
  })

  test('P9: what is told of calls is what the service counted', async () => {
    const calls: Call[] = []
    simulator.counters.reset()
    const media = writerFor(simulator, calls)
    await media.asset('movie')
    await media.asset('none')
    await media.assetLocators('movie')
    await withFault({ account: 'east', kind: '500', count: 1 }, () => media.locator('lost'))
    const counted = Object.values(simulator.counters.report().accounts.east ?? {})
    expect(calls).toHaveLength(counted.reduce((sum, { count }) => sum + count, 0))
    expect(calls.map(({ operation, status }) => [operation, status])).toEqual([
      ['assets.get', 200],
      ['assets.get', 404],
      ['assets.listStreamingLocators', 200],
      ['streamingLocators.get', 500],
      ['streamingLocators.get', 200],
    ])
    expect(calls[2]?.remaining).toMatchObject({ bucket: 'subscription-resource-requests' })
  })

  test('P10: an account that is gone is an error, not the absence of its objects', async () => {
    const account = { ...accountAt(simulator.url), accountName: 'contosogone' }
    const media = createArmWriter(account, {
      credential: { getToken: async () => ({ token: 'any', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
      clock: Date.now,
      liveOutputsFor: 60_000,
    })
    for (const asked of [media.locator('lost'), media.deleteLocator('lost'), media.mediaServiceId(), media.assets()])
      await expect(asked).rejects.toMatchObject({ name: 'ServiceError', kind: 'notFound' })
  })
})
