/** Calls every operation of the simulated service at least once, with bodies that use every part of the schemas. */
import type { Call } from './client.ts'

const time = (hours: number) => new Date(Date.UTC(2030, 0, 1, hours)).toISOString()
const protocols = { download: false, dash: true, hls: true, smoothStreaming: true }
const type = (name: string) => ({ '@odata.type': `#Microsoft.Media.${name}` })
const base64 = (text: string) => Buffer.from(text).toString('base64')

export const filter = {
  properties: {
    presentationTimeRange: { startTimestamp: 0, endTimestamp: 170_000_000, timescale: 10_000_000 },
    firstQuality: { bitrate: 128_000 },
    tracks: [{ trackSelections: [{ property: 'Type', operation: 'Equal', value: 'Audio' }] }],
  },
}

const playReady = {
  ...type('ContentKeyPolicyPlayReadyConfiguration'),
  licenses: [
    {
      allowTestDevices: true,
      securityLevel: 'SL150',
      beginDate: time(0),
      playRight: {
        scmsRestriction: 2,
        digitalVideoOnlyContentRestriction: false,
        imageConstraintForAnalogComponentVideoRestriction: true,
        imageConstraintForAnalogComputerMonitorRestriction: false,
        allowPassingVideoContentToUnknownOutput: 'Allowed',
      },
      licenseType: 'NonPersistent',
      contentKeyLocation: type('ContentKeyPolicyPlayReadyContentEncryptionKeyFromHeader'),
      contentType: 'UltraVioletStreaming',
    },
  ],
}

const fairPlay = {
  ...type('ContentKeyPolicyFairPlayConfiguration'),
  ask: base64('0123456789abcdef'),
  fairPlayPfxPassword: 'a password',
  fairPlayPfx: base64('a certificate'),
  rentalAndLeaseKeyType: 'PersistentLimited',
  rentalDuration: 3600,
}

const token = (key: object) => ({
  ...type('ContentKeyPolicyTokenRestriction'),
  issuer: 'https://issuer',
  audience: 'urn:audience',
  primaryVerificationKey: key,
  alternateVerificationKeys: [{ ...type('ContentKeyPolicyX509CertificateTokenKey'), rawBody: base64('certificate') }],
  requiredClaims: [{ claimType: 'urn:microsoft:azure:mediaservices:contentkeyidentifier' }],
  restrictionTokenType: 'Jwt',
})

/** All configurations and restrictions. */
export const contentKeyPolicy = {
  properties: {
    description: 'Everything',
    options: [
      {
        name: 'clear key',
        configuration: type('ContentKeyPolicyClearKeyConfiguration'),
        restriction: token({ ...type('ContentKeyPolicySymmetricTokenKey'), keyValue: base64('a symmetric secret') }),
      },
      {
        configuration: {
          ...type('ContentKeyPolicyWidevineConfiguration'),
          widevineTemplate: '{"allowed_track_types":"SD_HD"}',
        },
        restriction: token({ ...type('ContentKeyPolicyRsaTokenKey'), exponent: 'AQAB', modulus: base64('a modulus') }),
      },
      { configuration: playReady, restriction: type('ContentKeyPolicyOpenRestriction') },
      { configuration: fairPlay, restriction: type('ContentKeyPolicyUnknownRestriction') },
      {
        configuration: type('ContentKeyPolicyUnknownConfiguration'),
        restriction: type('ContentKeyPolicyOpenRestriction'),
      },
    ],
  },
}

export const secretsOfPolicy = [
  base64('0123456789abcdef'),
  'a password',
  base64('a certificate'),
  base64('a symmetric secret'),
  base64('a modulus'),
  base64('certificate'),
]

const tracks = [{ trackSelections: [{ property: 'FourCC', operation: 'Equal', value: 'hev1' }] }]

/** All encryption schemes, a key for some tracks, and custom addresses. */
export const streamingPolicy = {
  properties: {
    defaultContentKeyPolicyName: 'everything',
    envelopeEncryption: { enabledProtocols: protocols, contentKeys: { defaultKey: { label: 'aes' } } },
    commonEncryptionCenc: {
      enabledProtocols: protocols,
      clearTracks: tracks,
      contentKeys: {
        defaultKey: { label: 'cenc' },
        keyToTrackMappings: [{ label: 'cencHd', policyName: 'everything', tracks }],
      },
      drm: { playReady: { playReadyCustomAttributes: 'attributes' }, widevine: {} },
    },
    commonEncryptionCbcs: {
      enabledProtocols: protocols,
      contentKeys: { defaultKey: { label: 'cbcs' } },
      drm: { fairPlay: { allowPersistentLicense: true } },
    },
  },
}

const transform = {
  properties: {
    description: 'Any',
    outputs: [{ preset: { ...type('BuiltInStandardEncoderPreset'), presetName: 'AdaptiveStreaming' } }],
  },
}

const job = (label: string) => ({
  properties: {
    input: { ...type('JobInputHttp'), baseUri: 'https://source/', files: ['film.mp4'], label },
    outputs: [{ ...type('JobOutputAsset'), assetName: 'film' }],
    correlationData: { title: '42' },
  },
})

const endpoint = { location: 'eastus2', tags: { a: 'b' }, properties: { scaleUnits: 1, cdnEnabled: false } }
const liveEvent = { location: 'eastus2', properties: { input: { streamingProtocol: 'RTMP' } } }

type Settle = () => void | Promise<void>
type Upload = (file: string, content: string) => Promise<void>

/** Sends a long-running request and asks how it goes, at once and after its end. */
const polled = async (call: Call, settle: Settle, method: string, path: string, body?: unknown): Promise<void> => {
  const { headers } = await call(method, path, body)
  const ask = async () => {
    for (const name of ['azure-asyncoperation', 'location']) {
      const url = headers.get(name)
      if (url !== null) await call('GET', new URL(url).pathname + new URL(url).search)
    }
  }
  await ask()
  await settle()
  await ask()
}

const metadata = async (call: Call): Promise<void> => {
  await call('PUT', 'assets/film', {})
  await call('PUT', 'assets/film', { properties: { description: 'A film', alternateId: '42' } })
  await call('GET', 'assets/film')
  await call('PATCH', 'assets/film', { properties: { description: 'The film' } })
  await call('GET', "assets?$filter=name eq 'film'&$orderby=name&$top=5")
  await call('POST', 'assets/film/listContainerSas', {
    permissions: 'ReadWrite',
    expiryTime: new Date(Date.now() + 3.6e6),
  })
  await call('POST', 'assets/film/getEncryptionKey')
  for (const path of ['accountFilters/short', 'assets/film/assetFilters/short']) {
    await call('PUT', path, filter)
    await call('PUT', path, filter)
    await call('PATCH', path, { properties: { firstQuality: { bitrate: 1 } } })
    await call('GET', path)
    await call('GET', path.replace('/short', ''))
  }
  await call('PUT', 'contentKeyPolicies/everything', contentKeyPolicy)
  await call('GET', 'contentKeyPolicies/everything')
  await call('PATCH', 'contentKeyPolicies/everything', { properties: { description: 'All' } })
  await call('GET', 'contentKeyPolicies')
  await call('POST', 'contentKeyPolicies/everything/getPolicyPropertiesWithSecrets')
  await call('PUT', 'streamingPolicies/everything', streamingPolicy)
  await call('GET', 'streamingPolicies/everything')
  await call('GET', 'streamingPolicies')
  const locator = { assetName: 'film', streamingPolicyName: 'everything', filters: ['short'], startTime: time(0) }
  await call('PUT', 'streamingLocators/film', { properties: locator })
  await call('GET', 'streamingLocators/film')
  await call('GET', 'streamingLocators')
  await call('POST', 'streamingLocators/film/listContentKeys')
  await call('POST', 'streamingLocators/film/listPaths')
  await call('POST', 'assets/film/listStreamingLocators')
}

const text = (members: object) => ({ properties: { track: { ...type('TextTrack'), ...members } } })

/** @param upload puts a file into the container of the asset `film`. */
const tracksOf = async (call: Call, settle: Settle, upload: Upload): Promise<void> => {
  await call('GET', 'assets/film/tracks')
  await upload('film.ism', '<smil><body><switch><audio src="film.mp4" systemBitrate="96000" /></switch></body></smil>')
  await upload('german.vtt', 'WEBVTT\nLanguage: de\n')
  await upload('bad.vtt', 'no WebVTT')
  const path = 'assets/film/tracks/german'
  const hlsSettings = { default: true, forced: false, characteristics: 'public.easy-to-read' }
  await polled(call, settle, 'PUT', path, text({ fileName: 'german.vtt', playerVisibility: 'Hidden', hlsSettings }))
  await polled(call, settle, 'PUT', path, text({ fileName: 'german.vtt' }))
  await polled(call, settle, 'PUT', 'assets/film/tracks/bad', text({ fileName: 'bad.vtt' }))
  await polled(call, settle, 'PATCH', path, text({ displayName: 'Deutsch' }))
  await polled(call, settle, 'POST', `${path}/updateTrackData`)
  await call('GET', path)
  await call('GET', 'assets/film/tracks')
  await polled(call, settle, 'DELETE', path)
  await call('DELETE', path)
  await call('PUT', path, text({ fileName: 'none.vtt' }))
}

const encoding = async (call: Call, settle: Settle): Promise<void> => {
  await call('PUT', 'transforms/encode', transform)
  await call('PUT', 'transforms/encode', transform)
  await call('PATCH', 'transforms/encode', { properties: { description: 'Some' } })
  await call('GET', 'transforms/encode')
  await call('GET', 'transforms')
  for (const [name, label] of [
    ['good', ''],
    ['bad', 'simulate-error'],
    ['stopped', ''],
  ] as const) {
    await call('PUT', `transforms/encode/jobs/${name}`, job(label))
    await call('PATCH', `transforms/encode/jobs/${name}`, { properties: { priority: 'High' } })
  }
  await call('POST', 'transforms/encode/jobs/stopped/cancelJob')
  await call('DELETE', 'transforms/encode/jobs/stopped')
  await settle()
  await call('GET', 'transforms/encode/jobs/good')
  await call('GET', "transforms/encode/jobs?$filter=properties/state eq Microsoft.Media.JobState'Error'")
  await call('DELETE', 'transforms/encode/jobs/good')
}

const tracked = async (call: Call, settle: Settle): Promise<void> => {
  const operation = (method: string, path: string, body?: unknown) => polled(call, settle, method, path, body)
  await operation('PUT', 'streamingEndpoints/second', endpoint)
  await operation('POST', 'streamingEndpoints/second/start')
  await operation('POST', 'streamingEndpoints/second/scale', { scaleUnit: 2 })
  await operation('POST', 'streamingEndpoints/second/stop')
  await operation('PATCH', 'streamingEndpoints/second', { properties: { description: 'Another' } })
  await call('GET', 'streamingEndpoints/second')
  await call('GET', 'streamingEndpoints/second/skus')
  await call('GET', 'streamingEndpoints')
  await operation('DELETE', 'streamingEndpoints/second')
  await operation('PUT', 'liveEvents/show', liveEvent)
  for (const action of ['allocate', 'start', 'reset']) await operation('POST', `liveEvents/show/${action}`, {})
  await operation('PATCH', 'liveEvents/show', { ...liveEvent, tags: { a: 'b' } })
  await operation('PUT', 'liveEvents/show/liveOutputs/one', {
    properties: { assetName: 'film', archiveWindowLength: 'PT5M' },
  })
  await call('GET', 'liveEvents/show/liveOutputs/one')
  await call('GET', 'liveEvents/show/liveOutputs')
  await operation('DELETE', 'liveEvents/show/liveOutputs/one')
  await operation('POST', 'liveEvents/show/stop', {})
  await call('GET', 'liveEvents/show')
  await call('GET', 'liveEvents')
  await operation('DELETE', 'liveEvents/show')
}

const accounts = async (call: Call, settle: Settle): Promise<void> => {
  const { body } = await call('GET', '')
  const subscription = `/subscriptions/${body.id.split('/')[2]}`
  const { location, properties } = body
  const group = `${subscription}/resourceGroups/new`
  const path = `${group}/providers/Microsoft.Media/mediaServices`
  const account = { location, properties: { storageAccounts: properties.storageAccounts } }
  await call('PUT', `${path}/another`, { ...account, location: 'westeurope' })
  await call('PUT', `${path}/another`, { ...account, location: 'westeurope' })
  await call('GET', path)
  await call('GET', `${subscription}/providers/Microsoft.Media/mediaservices`)
  await call('DELETE', `${path}/another`)
  await call('POST', `${subscription}/providers/Microsoft.Media/locations/westus2/checkNameAvailability`, {
    name: 'another',
    type: 'MediaServices',
  })
  await call('POST', 'syncStorageKeys', { id: properties.storageAccounts[0].id })
  await call('POST', 'listEdgePolicies', { deviceId: 'device' })
  await call('PATCH', '?api-version=2021-11-01', { tags: { a: 'b' } })
  await call('PATCH', '/_sim/switches', { accountWrites: 'longRunning' })
  await polled(call, settle, 'PATCH', '?api-version=2021-11-01', { tags: { a: 'c' } })
  await polled(call, settle, 'PUT', `${path}/third`, { ...account, location: 'northeurope' })
  await call('PATCH', '/_sim/switches', { accountWrites: 'atOnce' })
}

const deletes = async (call: Call): Promise<void> => {
  for (const path of [
    'streamingLocators/film',
    'streamingPolicies/everything',
    'contentKeyPolicies/everything',
    'accountFilters/short',
    'assets/film/assetFilters/short',
    'assets/film',
    'transforms/encode',
  ]) {
    await call('DELETE', path)
    await call('DELETE', path)
  }
  await call('GET', 'assets/film')
}

/**
 * @param settle lets jobs and long-running operations come to their end.
 * @param upload puts a file into the container of the asset `film`.
 */
export const walk = async (call: Call, settle: Settle, upload: Upload): Promise<void> => {
  await accounts(call, settle)
  await metadata(call)
  await tracksOf(call, settle, upload)
  await encoding(call, settle)
  await tracked(call, settle)
  await deletes(call)
}
