/** What the demo publishes in region A, by the calls a publisher would make. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ArmClient, JsonObject } from '../stack/arm.ts'

export const names = {
  transform: 'adaptive-streaming',
  accountFilter: 'up-to-360p',
  assetFilter: 'first-half',
  keyPolicy: 'viewers-with-token',
} as const

export interface Title {
  readonly asset: string
  readonly locator: string
  readonly encrypted: boolean
}

export const titles: readonly Title[] = [
  { asset: 'city-at-dusk', locator: 'city-at-dusk-clear', encrypted: false },
  { asset: 'city-premiere', locator: 'city-premiere-aes', encrypted: true },
]

const odata = (type: string) => `#Microsoft.Media.${type}`

const preset: JsonObject = { '@odata.type': odata('BuiltInStandardEncoderPreset'), presetName: 'AdaptiveStreaming' }

/** Viewers show a JWT that is signed with a key of this run. */
const keyPolicy = (verificationKey: string): JsonObject => ({
  description: 'Viewers who are signed in',
  options: [
    {
      name: 'signed-in',
      configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
      restriction: {
        '@odata.type': odata('ContentKeyPolicyTokenRestriction'),
        issuer: 'https://login.contoso.example/',
        audience: 'viewers',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: {
          '@odata.type': odata('ContentKeyPolicySymmetricTokenKey'),
          keyValue: verificationKey,
        },
        alternateVerificationKeys: [],
        requiredClaims: [{ claimType: 'country', claimValue: 'any' }],
      },
    },
  ],
})

const accountFilter: JsonObject = {
  tracks: [
    {
      trackSelections: [
        { property: 'Type', operation: 'Equal', value: 'Video' },
        { property: 'Bitrate', operation: 'Equal', value: '0-400000' },
      ],
    },
    { trackSelections: [{ property: 'Type', operation: 'Equal', value: 'Audio' }] },
  ],
}

const assetFilter: JsonObject = {
  presentationTimeRange: { startTimestamp: 0, endTimestamp: 50_000_000, timescale: 10_000_000 },
  firstQuality: { bitrate: 128_000 },
}

/** Encodes one source into an output asset for each title. Resolves when the job has finished. */
export const encode = async (arm: ArmClient, assets: readonly string[], job: string): Promise<void> => {
  await arm.put(`transforms/${names.transform}`, {
    description: 'A ladder of renditions with AAC audio',
    outputs: [{ preset, onError: 'StopProcessingJob' }],
  })
  for (const asset of assets) await arm.put(`assets/${asset}`, { description: `${asset}, encoded for streaming` })
  const path = `transforms/${names.transform}/jobs/${job}`
  await arm.put(path, {
    input: { '@odata.type': odata('JobInputHttp'), files: ['https://films.contoso.example/city.mov'] },
    outputs: assets.map(assetName => ({ '@odata.type': odata('JobOutputAsset'), assetName })),
  })
  for (;;) {
    const state = (await arm.get(path))?.properties.state
    if (state === 'Finished') return
    if (state === 'Error' || state === 'Canceled') throw new Error(`The encoding job ended as ${state}.`)
    await sleep(100)
  }
}

/** Policies and filters that the locators will name. */
export const prepare = async (arm: ArmClient): Promise<void> => {
  await arm.put(`accountFilters/${names.accountFilter}`, accountFilter)
  await arm.put(`contentKeyPolicies/${names.keyPolicy}`, keyPolicy(randomBytes(40).toString('base64')))
}

/** Publishes a title and says what the event has to say. */
export const publish = async (arm: ArmClient, { asset, locator, encrypted }: Title) => {
  await arm.put(`assets/${asset}/assetFilters/${names.assetFilter}`, assetFilter)
  const { properties } = await arm.put(`streamingLocators/${locator}`, {
    assetName: asset,
    alternativeMediaId: `contoso-${asset}`,
    ...(encrypted
      ? { streamingPolicyName: 'Predefined_ClearKey', defaultContentKeyPolicyName: names.keyPolicy }
      : { streamingPolicyName: 'Predefined_ClearStreamingOnly', filters: [names.accountFilter] }),
  })
  return { locatorName: locator, assetName: asset, streamingLocatorId: String(properties.streamingLocatorId) }
}
