import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import {
  activities,
  called,
  deliver,
  encode,
  eventually,
  files,
  inSync,
  jobFinished,
  keysOf,
  publish,
  putBlob,
  sender,
  storageWritesTo,
  unit,
  writesTo,
} from './support.ts'

let stack: Stack
beforeAll(async () => {
  // Calls are counted here: nothing but the events is to make any.
  stack = await startStack({
    settings: Object.fromEntries(['discover', 'sweepLocators'].map(name => [`AzureWebJobs.${name}.Disabled`, 'true'])),
  })
})
afterAll(() => stack.close())

/** Since the last look. */
const cost = async (work: () => Promise<void>) => {
  const before = await activities(stack)
  stack.simulator.resetCounters()
  await work()
  const after = await activities(stack)
  const steps = Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]))
  const calls = (region: 'east' | 'west') => {
    const traffic = stack.simulator.appTraffic().filter(({ account }) => account === region)
    return traffic.map(({ operation }) => operation)
  }
  return { steps, east: calls('east'), west: calls('west') }
}

/** Not counted: asked once a minute an account, or for the address of the files. */
const counted = (operations: readonly string[]) =>
  operations.filter(name => !/^(Assets_ListContainerSas|LiveEvents_List|LiveOutputs_List)$/.test(name))

describe('from an event to a verified twin', () => {
  it('P9: the first copy of a clear asset with one locator takes five activities and a handful of calls', async () => {
    const { arm } = stack.accounts.east
    // Files and locator first, then the one event: what is counted is a single pass.
    const { steps, east, west } = await cost(async () => {
      await arm.put('assets/counted', { container: 'counted' })
      for (const [name, text] of [
        ['a.mp4', 'picture'],
        ['a.ism', '<smil/>'],
      ] as const)
        await putBlob(stack, 'east', 'counted', name, text)
      await arm.put('streamingLocators/counted', {
        assetName: 'counted',
        streamingPolicyName: 'Predefined_ClearStreamingOnly',
      })
      expect((await deliver(stack, JSON.stringify([jobFinished(stack, 'counted')]))).status).toBe(202)
      await inSync(stack, 'counted')
    })
    expect(steps).toEqual({
      surveyAsset: 1,
      withdrawLocators: 0,
      prepareTwin: 1,
      copyFiles: 1,
      publishTwin: 1,
      closeRun: 1,
      syncPolicy: 0,
    })
    expect(counted(east).length, counted(east).join(' ')).toBeLessThanOrEqual(8)
    expect(counted(west).length, counted(west).join(' ')).toBeLessThanOrEqual(8)
    expect(await files(stack, 'west', 'counted')).toEqual(await files(stack, 'east', 'counted'))
  })

  it('P7: a pass over a unit in sync is one activity that writes nothing', async () => {
    const { steps, west } = await cost(async () => {
      const before = await unit(stack, 'counted')
      await deliver(stack, JSON.stringify([jobFinished(stack, 'counted')]))
      await eventually(
        'the event was looked at',
        async () => ((await unit(stack, 'counted'))?.observed ?? 0) > (before?.observed ?? 0),
      )
      await inSync(stack, 'counted')
    })
    expect(steps).toEqual({
      surveyAsset: 1,
      withdrawLocators: 0,
      prepareTwin: 0,
      copyFiles: 0,
      publishTwin: 0,
      closeRun: 0,
      syncPolicy: 0,
    })
    expect(writesTo(stack, 'west')).toEqual([])
    expect(storageWritesTo(stack, 'west')).toBe(0)
    expect(west.length).toBeGreaterThan(0)
  })

  it('P7: the same event five times at once and again after the end copies every file once', async () => {
    await encode(stack, 'storm')
    await inSync(stack, 'storm')
    await stack.accounts.west.arm.list('assets')
    stack.simulator.resetCounters()
    await stack.accounts.east.arm.put('assets/storm-2', {})
    await stack.accounts.east.arm.put('transforms/ladder/jobs/storm-2', {
      input: { '@odata.type': '#Microsoft.Media.JobInputHttp', files: ['https://films.contoso.example/a.mov'] },
      outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'storm-2' }],
    })
    await eventually(
      'the job has finished',
      async () =>
        (await stack.accounts.east.arm.get('transforms/ladder/jobs/storm-2'))?.properties.state === 'Finished',
    )
    const event = JSON.stringify([jobFinished(stack, 'storm-2')])
    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(stack, event)))
    expect(answers.map(answer => answer.status)).toEqual([202, 202, 202, 202, 202])
    await inSync(stack, 'storm-2')
    const again = await deliver(stack, event)
    expect(again.status).toBe(202)
    await inSync(stack, 'storm-2')

    const blobs = (await files(stack, 'west', 'storm-2')) ?? []
    expect(blobs.length).toBe((await files(stack, 'east', 'storm-2'))?.length)
    expect(called(stack, 'storage', 'west', 'CopyBlobFromUrl')).toBe(blobs.length)
    expect(writesTo(stack, 'west').filter(operation => operation === 'Assets_CreateOrUpdate')).toHaveLength(1)
  })

  it('P1: an encrypted title with filters, a custom policy and several locators plays by the same address and keys', async () => {
    const { arm } = stack.accounts.east
    await encode(stack, 'premiere')
    await arm.put('contentKeyPolicies/token', tokenPolicy)
    await arm.put('accountFilters/mobile', {
      tracks: [{ trackSelections: [{ property: 'Type', operation: 'Equal', value: 'Video' }] }],
    })
    await arm.put('assets/premiere/assetFilters/trailer', {
      presentationTimeRange: { startTimestamp: 0, endTimestamp: 30_000_000, timescale: 10_000_000 },
    })
    await arm.put('streamingPolicies/two-keys', customPolicy)
    await publish(stack, 'premiere', 'premiere-aes', {
      streamingPolicyName: 'Predefined_ClearKey',
      defaultContentKeyPolicyName: 'token',
      filters: ['mobile', 'trailer'],
    })
    await publish(stack, 'premiere', 'premiere-custom', {
      streamingPolicyName: 'two-keys',
      defaultContentKeyPolicyName: 'token',
      alternativeMediaId: 'm-1',
    })
    await publish(stack, 'premiere', 'premiere-clear', { endTime: '2099-12-31T10:00:00Z' })
    await inSync(stack, 'premiere')
    await inSync(stack, 'two-keys', 'streamingPolicy')

    for (const locator of ['premiere-aes', 'premiere-custom']) {
      const keys = await keysOf(stack, 'west', locator)
      expect(keys).toEqual(await keysOf(stack, 'east', locator))
      expect(keys).not.toEqual([])
    }
    const comparison = await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)
    expect(comparison.differences).toEqual([])
  })

  it('P10: a locator that is deleted in A and announced stops in B, by its name alone', async () => {
    await stack.accounts.east.arm.delete('streamingLocators/premiere-clear')
    await sender(stack).locatorDeleted({ locatorName: 'premiere-clear' })
    await eventually(
      'the locator is gone from B',
      async () => (await stack.accounts.west.arm.get('streamingLocators/premiere-clear')) === undefined,
    )
    await inSync(stack, 'premiere')
    expect(await stack.accounts.west.arm.get('streamingLocators/premiere-aes')).toBeDefined()
  })

  it('P3: a locator whose event names no asset is found', async () => {
    const { arm } = stack.accounts.east
    await arm.put('streamingLocators/nameless', {
      assetName: 'premiere',
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
    })
    await sender(stack).locatorCreated({ locatorName: 'nameless' })
    await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/nameless'))
  })

  it('P5: nothing of all this wrote to the source', () => {
    expect(writesTo(stack, 'east')).toEqual([])
    const storage = stack.simulator.counters().storage.east ?? {}
    expect(
      Object.keys(storage).filter(name => !/^(ListBlobs|GetBlob|GetBlobProperties|GetContainerProperties)$/.test(name)),
    ).toEqual([])
  })
})

const odata = (type: string) => `#Microsoft.Media.${type}`
const tokenPolicy = {
  description: 'Signed-in viewers',
  options: [
    {
      name: 'token',
      configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
      restriction: {
        '@odata.type': odata('ContentKeyPolicyTokenRestriction'),
        issuer: 'https://issuer.contoso.example/',
        audience: 'viewers',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: {
          '@odata.type': odata('ContentKeyPolicySymmetricTokenKey'),
          keyValue: Buffer.alloc(32, 7).toString('base64'),
        },
        alternateVerificationKeys: [],
        requiredClaims: [],
      },
    },
    {
      name: 'open',
      configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
      restriction: { '@odata.type': odata('ContentKeyPolicyOpenRestriction') },
    },
  ],
}
const customPolicy = {
  envelopeEncryption: {
    enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false },
    contentKeys: { defaultKey: { label: 'first', policyName: 'token' }, keyToTrackMappings: [] },
    customKeyAcquisitionUrlTemplate: 'https://keys.contoso.example/{ContentKeyId}',
  },
}
