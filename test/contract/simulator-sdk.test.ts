import { join } from 'node:path'
import type { AzureMediaServices } from '@azure/arm-mediaservices'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryBlobStore } from '../../local/simulator/memory-blob-store.ts'
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts'
import { clientOf, topology } from './support/client.ts'
import { sdkFor, watchOperations } from './support/sdk.ts'
import { sdkWalk } from './support/sdk-walk.ts'

const place = ['media-east', 'contosoeast'] as const
const quick = { updateIntervalInMs: 5 }

/** Operations of the SDK on things that are not simulated. */
const left: Readonly<Record<string, string>> = {
  'operations.list': 'says what the provider can do, and is about no account',
  'privateLinkResources.list': 'network set-up',
  'privateLinkResources.get': 'network set-up',
  'privateEndpointConnections.list': 'network set-up',
  'privateEndpointConnections.get': 'network set-up',
  'privateEndpointConnections.createOrUpdate': 'network set-up',
  'privateEndpointConnections.delete': 'network set-up',
}

const clearKey = { odataType: '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' } as const
const symmetric = {
  odataType: '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey',
  keyValue: Buffer.from('a symmetric verification key'),
} as const
const protocols = { download: false, dash: true, hls: true, smoothStreaming: false }

describe('the SDK of the service', () => {
  let simulator: Simulator
  let client: AzureMediaServices

  beforeAll(async () => {
    const sampleDir = join(import.meta.dirname, '..', '..', 'local', 'sample')
    const speed = { jobMilliseconds: 30, operationMilliseconds: 20, pageSizes: { streamingLocators: 2, assets: 2 } }
    simulator = await startSimulator({ topology, blobStore: memoryBlobStore(), sampleDir, ...speed })
    client = sdkFor(simulator)
  })
  afterAll(() => simulator.close())

  it('creates, reads, updates, lists and deletes assets and filters', async () => {
    for (const name of ['one', 'two', 'three']) await client.assets.createOrUpdate(...place, name, {})
    expect((await client.assets.get(...place, 'one')).container).toMatch(/^asset-/)
    expect((await client.assets.update(...place, 'one', { description: 'first' })).description).toBe('first')
    expect(await Array.fromAsync(client.assets.list(...place), ({ name }) => name)).toEqual(['one', 'three', 'two'])
    const filter = { presentationTimeRange: { endTimestamp: 5, timescale: 1 }, tracks: [] }
    await client.assetFilters.createOrUpdate(...place, 'one', 'f', filter)
    await client.accountFilters.createOrUpdate(...place, 'f', filter)
    expect((await client.assetFilters.get(...place, 'one', 'f')).presentationTimeRange?.endTimestamp).toBe(5)
    expect(await Array.fromAsync(client.accountFilters.list(...place))).toHaveLength(1)
    const { assetContainerSasUrls } = await client.assets.listContainerSas(...place, 'one', {
      permissions: 'Read',
      expiryTime: new Date(Date.now() + 3_600_000),
    })
    expect(assetContainerSasUrls).toHaveLength(2)
    await expect(client.assets.getEncryptionKey(...place, 'one')).rejects.toMatchObject({ statusCode: 400 })
    await client.assets.delete(...place, 'three')
    await client.assets.delete(...place, 'three')
    await expect(client.assets.get(...place, 'three')).rejects.toMatchObject({ statusCode: 404, code: 'NotFound' })
  })

  it('P1: carries a policy with its secrets from one account to the other without loss', async () => {
    const restriction = {
      odataType: '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
      issuer: 'issuer',
      audience: 'audience',
      primaryVerificationKey: symmetric,
      restrictionTokenType: 'Jwt',
    } as const
    await client.contentKeyPolicies.createOrUpdate(...place, 'p', {
      options: [{ configuration: clearKey, restriction }],
    })
    const secrets = await client.contentKeyPolicies.getPolicyPropertiesWithSecrets(...place, 'p')
    const west = ['media-west', 'contosowest'] as const
    await client.contentKeyPolicies.createOrUpdate(...west, 'p', { options: secrets.options ?? [] })
    const copied = await client.contentKeyPolicies.getPolicyPropertiesWithSecrets(...west, 'p')
    expect(copied.options?.[0]?.restriction).toEqual(secrets.options?.[0]?.restriction)
  })

  it('creates policies and locators and asks for keys and paths', async () => {
    await client.streamingPolicies.create(...place, 'aes', {
      envelopeEncryption: { enabledProtocols: protocols, contentKeys: { defaultKey: { label: 'k' } } },
      defaultContentKeyPolicyName: 'p',
    })
    for (const name of ['a', 'b', 'c'])
      await client.streamingLocators.create(...place, name, { assetName: 'one', streamingPolicyName: 'aes' })
    expect(await Array.fromAsync(client.streamingLocators.list(...place))).toHaveLength(3)
    const { contentKeys } = await client.streamingLocators.listContentKeys(...place, 'a')
    expect(contentKeys?.[0]).toMatchObject({ type: 'EnvelopeEncryption', policyName: 'p' })
    const { streamingPaths } = await client.streamingLocators.listPaths(...place, 'a')
    expect(streamingPaths?.map(({ streamingProtocol }) => streamingProtocol)).toEqual(['Hls', 'Dash'])
    expect((await client.assets.listStreamingLocators(...place, 'one')).streamingLocators).toHaveLength(3)
    const again = { assetName: 'one', streamingPolicyName: 'aes' }
    await expect(client.streamingLocators.create(...place, 'a', again)).rejects.toMatchObject({ statusCode: 409 })
    expect(await Array.fromAsync(client.streamingPolicies.list(...place))).toHaveLength(7)
  })

  it('runs transforms and jobs', async () => {
    const preset = {
      odataType: '#Microsoft.Media.BuiltInStandardEncoderPreset',
      presetName: 'AdaptiveStreaming',
    } as const
    await client.transforms.createOrUpdate(...place, 't', { outputs: [{ preset }] })
    await client.jobs.create(...place, 't', 'j', {
      input: { odataType: '#Microsoft.Media.JobInputHttp', baseUri: 'https://source/', files: ['a.mp4'] },
      outputs: [{ odataType: '#Microsoft.Media.JobOutputAsset', assetName: 'two' }],
    })
    await expect.poll(async () => (await client.jobs.get(...place, 't', 'j')).state).toBe('Finished')
    await client.jobs.cancelJob(...place, 't', 'j')
    expect(await Array.fromAsync(client.jobs.list(...place, 't'))).toHaveLength(1)
    await client.jobs.delete(...place, 't', 'j')
  })

  it('waits for long-running operations', async () => {
    const { streamingEndpoints, liveEvents, liveOutputs } = client
    await streamingEndpoints.beginStartAndWait(...place, 'default', quick)
    expect((await streamingEndpoints.get(...place, 'default')).resourceState).toBe('Running')
    await streamingEndpoints.beginStopAndWait(...place, 'default', quick)
    const created = await streamingEndpoints.beginCreateAndWait(
      ...place,
      'second',
      { location: 'eastus2', scaleUnits: 1 },
      quick,
    )
    expect(created.resourceState).toBe('Stopped')
    await streamingEndpoints.beginUpdateAndWait(...place, 'second', { location: 'eastus2', description: 'x' }, quick)
    await streamingEndpoints.beginScaleAndWait(...place, 'second', { scaleUnit: 2 }, quick)
    expect((await streamingEndpoints.get(...place, 'second')).scaleUnits).toBe(2)
    await streamingEndpoints.beginDeleteAndWait(...place, 'second', quick)
    const event = { location: 'eastus2', input: { streamingProtocol: 'RTMP' } }
    await liveEvents.beginCreateAndWait(...place, 'live', event, quick)
    await liveOutputs.beginCreateAndWait(
      ...place,
      'live',
      'out',
      { assetName: 'two', archiveWindowLength: 'PT5M' },
      quick,
    )
    const outputs = await Array.fromAsync(liveOutputs.list(...place, 'live'))
    expect(outputs.map(({ assetName }) => assetName)).toEqual(['two'])
    await liveOutputs.beginDeleteAndWait(...place, 'live', 'out', quick)
    await liveEvents.beginStartAndWait(...place, 'live', quick)
    await liveEvents.beginStopAndWait(...place, 'live', {}, quick)
    await liveEvents.beginDeleteAndWait(...place, 'live', quick)
    expect(await Array.fromAsync(liveEvents.list(...place))).toEqual([])
  })

  it('creates, reads, updates and deletes accounts', async () => {
    const { mediaservices } = client
    const { storageAccounts } = await mediaservices.get(...place)
    const account = { location: 'westeurope', storageAccounts: storageAccounts ?? [] }
    const group = ['media-new', 'contosonew'] as const
    expect((await mediaservices.beginCreateOrUpdateAndWait(...group, account, quick)).location).toBe('West Europe')
    await mediaservices.beginUpdateAndWait(...group, { tags: { a: 'b' } }, quick)
    expect((await mediaservices.get(...group)).tags).toEqual({ a: 'b' })
    expect(await Array.fromAsync(mediaservices.listBySubscription())).toHaveLength(3)
    await mediaservices.delete(...group)
    await expect(mediaservices.get(...group)).rejects.toMatchObject({ statusCode: 404 })
  })

  it('is answered for every operation that it offers', async () => {
    const blobStore = memoryBlobStore()
    const fresh = await startSimulator({
      topology,
      blobStore,
      operationMilliseconds: 20,
      switches: { accountWrites: 'longRunning' },
    })
    const sdk = sdkFor(fresh)
    const operations = watchOperations(sdk)
    const upload = async (file: string, content: string) => {
      const { container } = await sdk.assets.get(...place, 'film')
      await blobStore.putBlob('contosoeaststore', container ?? '', file, Buffer.from(content), 'text/plain')
    }
    const encrypt = (asset: string) => clientOf(fresh)('POST', '/_sim/storage-encryption', { account: 'east', asset })
    await sdkWalk(sdk, encrypt, upload)
    await fresh.close()
    const uncalled = operations.offered.filter(operation => !operations.called.has(operation))
    expect(new Set(uncalled)).toEqual(new Set(Object.keys(left)))
    expect(operations.offered.length).toBeGreaterThan(90)
  })
})
