/** Calls every operation of the SDK on the simulated resources, each as a program would that has nothing yet. */
import type { AzureMediaServices, BuiltInStandardEncoderPreset, ContentKeyPolicyOption } from '@azure/arm-mediaservices'

const east = ['media-east', 'contosoeast'] as const
const quick = { updateIntervalInMs: 5 }

interface Pages<T> {
  byPage(): AsyncIterable<T[]>
}
/** Reads a list in both ways that the SDK has; they must show the same. */
const listed = async <T>(list: () => AsyncIterable<T> & Pages<T>): Promise<T[]> => {
  const items = await Array.fromAsync(list())
  const pages = await Array.fromAsync(list().byPage())
  if (pages.flat().length !== items.length) throw new Error('The pages of a list hold something else than the list.')
  return items
}

interface Headers {
  get(name: string): string | undefined
}
/** Options of a long-running call that note under which id it can be asked for. */
const noting = () => {
  const noted = {
    ...quick,
    id: '',
    onResponse: ({ headers }: { readonly headers: Headers }) => {
      noted.id ||= /operation(?:s|Statuses)\/([^?]+)/i.exec(headers.get('azure-asyncoperation') ?? '')?.[1] ?? ''
    },
  }
  return noted
}

const accounts = async (client: AzureMediaServices) => {
  const { mediaservices, locations, mediaServicesOperationStatuses, mediaServicesOperationResults } = client
  const { storageAccounts = [] } = await mediaservices.get(...east)
  await locations.checkNameAvailability('westeurope', { name: 'contosonew', type: 'MediaServices' })
  const added = ['media-new', 'contosonew'] as const
  const created = noting()
  await mediaservices.beginCreateOrUpdateAndWait(...added, { location: 'westeurope', storageAccounts }, created)
  await mediaServicesOperationStatuses.get('westeurope', created.id)
  await mediaServicesOperationResults.get('westeurope', created.id)
  await mediaservices.beginUpdateAndWait(...added, { tags: { a: 'b' } }, quick)
  await mediaservices.syncStorageKeys(...added, { id: storageAccounts[0]?.id ?? '' })
  await mediaservices.listEdgePolicies(...added, { deviceId: 'device' })
  await listed(() => mediaservices.list('media-new'))
  await listed(() => mediaservices.listBySubscription())
  await mediaservices.delete(...added)
}

const protocols = { download: true, dash: true, hls: true, smoothStreaming: false }
const expiryTime = new Date(Date.now() + 3_600_000)

/** @param upload puts a file into the container of the asset `film`. */
const tracks = async ({ tracks, operationStatuses, operationResults }: AzureMediaServices, upload: Upload) => {
  const german = [...east, 'film', 'german'] as const
  const track = { odataType: '#Microsoft.Media.TextTrack', fileName: 'german.vtt' } as const
  await upload('film.ism', '<smil><body><switch></switch></body></smil>')
  await upload('german.vtt', 'WEBVTT')
  const created = noting()
  await tracks.beginCreateOrUpdateAndWait(...german, { track }, created)
  await operationStatuses.get(...german, created.id)
  await operationResults.get(...german, created.id)
  await tracks.get(...german)
  await Array.fromAsync(tracks.list(...east, 'film'))
  await tracks.beginUpdateAndWait(...german, { track: { ...track, displayName: 'Deutsch' } }, quick)
  await tracks.beginUpdateTrackDataAndWait(...german, quick)
  await tracks.beginDeleteAndWait(...german, quick)
}

type Upload = (file: string, content: string) => Promise<unknown>
type Encrypt = (asset: string) => Promise<unknown>

const assets = async ({ assets, assetFilters, accountFilters }: AzureMediaServices, encrypt: Encrypt) => {
  await assets.createOrUpdate(...east, 'film', {})
  await assets.get(...east, 'film')
  await assets.update(...east, 'film', { description: 'A film' })
  await listed(() => assets.list(...east))
  await assets.listContainerSas(...east, 'film', { permissions: 'Read', expiryTime })
  await assets.listStreamingLocators(...east, 'film')
  await encrypt('film')
  await assets.getEncryptionKey(...east, 'film')
  await assetFilters.createOrUpdate(...east, 'film', 'short', {})
  await assetFilters.update(...east, 'film', 'short', { firstQuality: { bitrate: 1 } })
  await assetFilters.get(...east, 'film', 'short')
  await listed(() => assetFilters.list(...east, 'film'))
  await assetFilters.delete(...east, 'film', 'short')
  await accountFilters.createOrUpdate(...east, 'short', {})
  await accountFilters.update(...east, 'short', { firstQuality: { bitrate: 1 } })
  await accountFilters.get(...east, 'short')
  await listed(() => accountFilters.list(...east))
  await accountFilters.delete(...east, 'short')
}

const open: ContentKeyPolicyOption = {
  configuration: { odataType: '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
  restriction: { odataType: '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
}

const publishing = async ({ contentKeyPolicies, streamingPolicies, streamingLocators }: AzureMediaServices) => {
  await contentKeyPolicies.createOrUpdate(...east, 'open', { options: [open] })
  await contentKeyPolicies.update(...east, 'open', { description: 'Open', options: [open] })
  await contentKeyPolicies.get(...east, 'open')
  await contentKeyPolicies.getPolicyPropertiesWithSecrets(...east, 'open')
  await listed(() => contentKeyPolicies.list(...east))
  await streamingPolicies.create(...east, 'clear', { noEncryption: { enabledProtocols: protocols } })
  await streamingPolicies.get(...east, 'clear')
  await listed(() => streamingPolicies.list(...east))
  await streamingLocators.create(...east, 'film', { assetName: 'film', streamingPolicyName: 'clear' })
  await streamingLocators.get(...east, 'film')
  await streamingLocators.listContentKeys(...east, 'film')
  await streamingLocators.listPaths(...east, 'film')
  await listed(() => streamingLocators.list(...east))
  await streamingLocators.delete(...east, 'film')
  await streamingPolicies.delete(...east, 'clear')
  await contentKeyPolicies.delete(...east, 'open')
}

const preset: BuiltInStandardEncoderPreset = {
  odataType: '#Microsoft.Media.BuiltInStandardEncoderPreset',
  presetName: 'AdaptiveStreaming',
}

const encoding = async ({ transforms, jobs }: AzureMediaServices) => {
  const job = ['encode', 'film'] as const
  await transforms.createOrUpdate(...east, 'encode', { outputs: [{ preset }] })
  await transforms.update(...east, 'encode', { description: 'Encodes', outputs: [{ preset }] })
  await transforms.get(...east, 'encode')
  await listed(() => transforms.list(...east))
  const input = { odataType: '#Microsoft.Media.JobInputHttp', files: ['https://source/film.mp4'] } as const
  const outputs = [{ odataType: '#Microsoft.Media.JobOutputAsset', assetName: 'film' } as const]
  await jobs.create(...east, ...job, { input, outputs })
  await jobs.update(...east, ...job, { input, outputs, priority: 'High' })
  await jobs.cancelJob(...east, ...job)
  await listed(() => jobs.list(...east, 'encode'))
  while ((await jobs.get(...east, ...job)).state !== 'Canceled');
  await jobs.delete(...east, ...job)
  await transforms.delete(...east, 'encode')
}

const streaming = async ({ streamingEndpoints }: AzureMediaServices) => {
  const second = [...east, 'second'] as const
  const created = noting()
  await streamingEndpoints.beginCreateAndWait(...second, { location: 'eastus2', scaleUnits: 1 }, created)
  await streamingEndpoints.asyncOperation(...east, created.id)
  await streamingEndpoints.operationLocation(...second, created.id)
  await streamingEndpoints.beginUpdateAndWait(...second, { location: 'eastus2', description: 'Second' }, quick)
  await streamingEndpoints.get(...second)
  await streamingEndpoints.skus(...second)
  await listed(() => streamingEndpoints.list(...east))
  await streamingEndpoints.beginScaleAndWait(...second, { scaleUnit: 2 }, quick)
  await streamingEndpoints.beginStartAndWait(...second, quick)
  const stop = await streamingEndpoints.beginStop(...second, quick)
  await stop.pollUntilDone()
  await streamingEndpoints.beginDeleteAndWait(...second, quick)
}

const live = async ({ liveEvents, liveOutputs }: AzureMediaServices) => {
  const show = [...east, 'show'] as const
  const event = { location: 'eastus2', input: { streamingProtocol: 'RTMP' } }
  const created = noting()
  await liveEvents.beginCreateAndWait(...show, event, created)
  await liveEvents.asyncOperation(...east, created.id)
  await liveEvents.operationLocation(...show, created.id)
  await liveEvents.beginUpdateAndWait(...show, { ...event, description: 'A show' }, quick)
  await liveEvents.get(...show)
  await listed(() => liveEvents.list(...east))
  await liveEvents.beginAllocateAndWait(...show, quick)
  await liveEvents.beginStartAndWait(...show, quick)
  await liveEvents.beginResetAndWait(...show, quick)
  const recorded = noting()
  const output = { assetName: 'film', archiveWindowLength: 'PT5M' }
  await liveOutputs.beginCreateAndWait(...show, 'out', output, recorded)
  await liveOutputs.asyncOperation(...east, recorded.id)
  await liveOutputs.operationLocation(...show, 'out', recorded.id)
  await liveOutputs.get(...show, 'out')
  await listed(() => liveOutputs.list(...show))
  await liveOutputs.beginDeleteAndWait(...show, 'out', quick)
  await liveEvents.beginStopAndWait(...show, {}, quick)
  await liveEvents.beginDeleteAndWait(...show, quick)
}

/**
 * @param encrypt makes an asset one with storage encryption, which only the old v2 API could make.
 * @param upload puts a file into the container of the asset `film`.
 */
export const sdkWalk = async (client: AzureMediaServices, encrypt: Encrypt, upload: Upload): Promise<void> => {
  await accounts(client)
  await assets(client, encrypt)
  await tracks(client, upload)
  await publishing(client)
  await encoding(client)
  await streaming(client)
  await live(client)
  await client.assets.delete(...east, 'film')
}
