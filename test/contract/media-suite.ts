import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  compareAsset,
  compareFilter,
  compareKeys,
  compareLocator,
  comparePolicyBody,
  compareStreamingPolicy,
} from '../../src/lib/media/compare.ts'
import type { MediaWriter, Page } from '../../src/lib/media/ports.ts'
import type { ContentKeyPolicyBody, FilterProperties, Json, LocatorWrite } from '../../src/lib/media/resources.ts'
import { Secret } from '../../src/lib/secret.ts'
import { isServiceError } from '../../src/lib/service-error.ts'

/** An account to write to. The suite makes objects of random names and removes all but its assets. */
export interface MediaUnderTest {
  readonly media: MediaWriter
  /** Attached to the account. */
  readonly storageAccountName: string
  /** Called once at the end. */
  readonly close: () => Promise<void>
}

const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'success',
    (error: unknown) => (isServiceError(error) ? error.kind : String(error)),
  )

const isListed = async <T extends { readonly name: string }>(
  list: (cursor?: string) => Promise<Page<T>>,
  name: string,
) => {
  let page = await list()
  while (!page.items.some(item => item.name === name)) {
    if (page.next === undefined) return false
    page = await list(page.next)
  }
  return true
}

const base64 = (length: number) => randomBytes(length).toString('base64')

const clearKey = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' }
const open = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' }

const policyWith = (description: string, ...options: { readonly [name: string]: Json }[]): ContentKeyPolicyBody =>
  new Secret({ description, options })

const tokenOption = (): { readonly [name: string]: Json } => ({
  name: 'token',
  configuration: clearKey,
  restriction: {
    '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
    issuer: 'https://issuer.example/',
    audience: 'players',
    primaryVerificationKey: {
      '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey',
      keyValue: base64(32),
    },
    alternateVerificationKeys: [
      { '@odata.type': '#Microsoft.Media.ContentKeyPolicyRsaTokenKey', exponent: 'AQAB', modulus: base64(128) },
    ],
    requiredClaims: [{ claimType: 'urn:microsoft:azure:mediaservices:contentkeyidentifier' }],
    restrictionTokenType: 'Jwt',
  },
})

const envelope = (policyName: string): { readonly [name: string]: Json } => ({
  defaultContentKeyPolicyName: policyName,
  envelopeEncryption: {
    enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false },
    contentKeys: { defaultKey: { label: 'everything' } },
  },
})

/** What the rest of the app relies on of any media account: run it against every adapter. */
export const mediaSuite = (title: string, start: () => Promise<MediaUnderTest>): void => {
  describe(`media account: ${title}`, () => {
    const id = randomBytes(4).toString('hex')
    const name = (what: string) => `${what}-${id}`
    let account: MediaUnderTest
    let media: MediaWriter
    let close: (() => Promise<void>) | undefined

    const locatorWrite = (more: Partial<LocatorWrite> = {}): LocatorWrite => ({
      assetName: name('Asset'),
      streamingLocatorId: randomUUID(),
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      endTime: '9999-12-31T23:59:59.9999999Z',
      filters: [],
      contentKeys: [],
      ...more,
    })

    beforeAll(async () => {
      account = await start()
      media = account.media
      close = account.close
      await media.putAsset(name('Asset'), {
        container: name('container'),
        storageAccountName: account.storageAccountName,
        alternateId: 'alternate',
        description: 'first',
      })
    })

    afterAll(async () => {
      await close?.()
    })

    test('the account has an id that stays', async () => {
      const first = await media.mediaServiceId()
      expect(first).not.toBe('')
      expect(await media.mediaServiceId()).toBe(first)
    })

    test('what is not there is undefined, and deleting it succeeds', async () => {
      const none = name('none')
      const found = [
        await media.asset(none),
        await media.accountFilter(none),
        await media.assetFilter(name('Asset'), none),
        await media.locator(none),
        await media.contentKeyPolicy(none),
        await media.contentKeyPolicyBody(none),
        await media.streamingPolicy(none),
      ]
      expect(found).toEqual(Array(7).fill(undefined))
      await media.deleteLocator(none)
      await media.deleteAccountFilter(none)
      await media.deleteAssetFilter(name('Asset'), none)
      await media.deleteContentKeyPolicy(none)
      await media.deleteStreamingPolicy(none)
    })

    test('what hangs below something missing is notFound', async () => {
      const none = name('none')
      expect(await kindOf(media.assetFilters(none))).toBe('notFound')
      expect(await kindOf(media.assetLocators(none))).toBe('notFound')
      expect(await kindOf(media.containerSas(none))).toBe('notFound')
      expect(await kindOf(media.contentKeys(none))).toBe('notFound')
    })

    test('an asset keeps what it was given, in any case of its name, and can be updated', async () => {
      const asset = await media.asset(name('asset').toUpperCase())
      expect(asset).toMatchObject({
        name: name('Asset'),
        container: name('container'),
        storageAccountName: account.storageAccountName,
        storageEncryptionFormat: 'None',
      })
      const write = {
        container: name('container'),
        storageAccountName: account.storageAccountName,
        description: 'second',
      }
      await media.putAsset(name('Asset'), write)
      const updated = await media.asset(name('Asset'))
      expect(compareAsset(updated ?? {}, write)).toEqual([])
      expect(updated?.assetId).toBe(asset?.assetId)
      expect(await isListed(cursor => media.assets(cursor), name('Asset'))).toBe(true)
    })

    test('P1: filters keep 64-bit times to the last digit, on an asset and on the account', async () => {
      const filter = (startTimestamp: string): FilterProperties => ({
        presentationTimeRange: {
          startTimestamp,
          endTimestamp: '9223372036854775807',
          timescale: '10000000',
          forceEndTimestamp: false,
        },
        firstQuality: { bitrate: 128_000 },
        tracks: [{ trackSelections: [{ property: 'Type', operation: 'Equal', value: 'Audio' }] }],
      })
      const [asset, filterName] = [name('Asset'), name('filter')]
      await media.putAssetFilter(asset, filterName, filter('9007199254740993'))
      await media.putAccountFilter(filterName, filter('9007199254740993'))
      await media.putAssetFilter(asset, filterName, filter('9007199254740995'))
      const [onAsset] = (await media.assetFilters(asset)).filter(one => one.name === filterName)
      expect(await media.assetFilter(asset, filterName)).toEqual(onAsset)
      const onAccount = await media.accountFilter(filterName)
      if (!onAsset || !onAccount) throw new Error('the filters are missing')
      expect(compareFilter(onAsset, { properties: filter('9007199254740995') })).toEqual([])
      expect(compareFilter(onAccount, { properties: filter('9007199254740993') })).toEqual([])
      expect(await isListed(cursor => media.accountFilters(cursor), filterName)).toBe(true)
      await media.deleteAssetFilter(asset, filterName)
      await media.deleteAccountFilter(filterName)
      expect((await media.assetFilters(asset)).map(one => one.name)).not.toContain(filterName)
      expect(await media.accountFilter(filterName)).toBeUndefined()
    })

    test('P1: a content key policy comes back with its secrets, and can be updated', async () => {
      const policy = name('policy')
      const first = policyWith('first', tokenOption())
      const created = await media.putContentKeyPolicy(policy, first)
      const readBack = await media.contentKeyPolicyBody(policy)
      if (!readBack) throw new Error('the policy is missing')
      expect(comparePolicyBody(readBack, first)).toEqual([])
      await media.putContentKeyPolicy(policy, readBack)
      const again = await media.contentKeyPolicyBody(policy)
      expect(again && comparePolicyBody(again, first)).toEqual([])
      const second = policyWith('second', tokenOption(), { name: 'open', configuration: clearKey, restriction: open })
      expect((await media.putContentKeyPolicy(policy, second)).policyId).toBe(created.policyId)
      const changed = await media.contentKeyPolicyBody(policy)
      expect(changed && comparePolicyBody(changed, second)).toEqual([])
      expect(changed && comparePolicyBody(changed, first)).not.toEqual([])
      expect(await isListed(cursor => media.contentKeyPolicies(cursor), policy)).toBe(true)
      await media.deleteContentKeyPolicy(policy)
      expect(await media.contentKeyPolicy(policy)).toBeUndefined()
    })

    test('P1: a policy whose secrets are masked is refused before anything is sent', async () => {
      const policy = name('masked')
      const { restriction, ...option } = tokenOption()
      const masked = {
        ...(restriction as object),
        primaryVerificationKey: { '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey', keyValue: null },
      }
      const write = media.putContentKeyPolicy(policy, policyWith('masked', { ...option, restriction: masked }))
      expect(await kindOf(write)).toBe('unknownType')
      expect(await media.contentKeyPolicy(policy)).toBeUndefined()
    })

    test('a streaming policy is created once, and the predefined ones are there', async () => {
      const [policy, keys] = [name('streaming'), name('streamingkeys')]
      await media.putContentKeyPolicy(keys, policyWith('', { configuration: clearKey, restriction: open }))
      await media.putStreamingPolicy(policy, envelope(keys))
      const readBack = await media.streamingPolicy(policy)
      expect(readBack && compareStreamingPolicy(readBack, { properties: envelope(keys) })).toEqual([])
      expect(await kindOf(media.putStreamingPolicy(policy, envelope(keys)))).toBe('conflict')
      expect(await media.streamingPolicy('Predefined_ClearKey')).toBeDefined()
      expect(await isListed(cursor => media.streamingPolicies(cursor), policy)).toBe(true)
      await media.deleteStreamingPolicy(policy)
      await media.deleteContentKeyPolicy(keys)
      expect(await media.streamingPolicy(policy)).toBeUndefined()
    })

    test('P1: a clear locator keeps its id, times, filters and alternative id, and is created once', async () => {
      const [locator, filter] = [name('Clear'), name('locatorfilter')]
      await media.putAccountFilter(filter, { tracks: [] })
      const write = locatorWrite({
        startTime: '2020-02-03T04:05:06.1234567Z',
        alternativeMediaId: 'alternative',
        filters: [filter],
      })
      await media.putLocator(locator, write)
      const readBack = await media.locator(locator.toLowerCase())
      if (!readBack) throw new Error('the locator is missing')
      expect(compareLocator(readBack, { ...readBack, ...write, contentKeys: [] })).toEqual([])
      expect(await kindOf(media.putLocator(locator, write))).toBe('conflict')
      expect((await media.assetLocators(name('Asset'))).map(one => one.name)).toContain(locator)
      expect(await isListed(cursor => media.locators(cursor), locator)).toBe(true)
      expect(await media.contentKeys(locator)).toEqual([])
      await media.deleteLocator(locator)
      expect(await media.locator(locator)).toBeUndefined()
      await media.deleteAccountFilter(filter)
    })

    test('P1: an encrypted locator keeps the ids, labels and values of its keys, also when made again', async () => {
      const [locator, policy] = [name('Encrypted'), name('locatorkeys')]
      await media.putContentKeyPolicy(policy, policyWith('', { configuration: clearKey, restriction: open }))
      const write = locatorWrite({
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: policy,
        contentKeys: [{ id: randomUUID(), label: 'clearKeyDefault', value: new Secret(base64(16)) }],
      })
      const wanted = write.contentKeys.map(key => ({ ...key, type: 'EnvelopeEncryption' }))
      for (const _ of ['first', 'again']) {
        await media.putLocator(locator, write)
        const readBack = await media.locator(locator)
        if (!readBack) throw new Error('the locator is missing')
        expect(readBack.contentKeys.map(key => key.id)).toEqual(write.contentKeys.map(key => key.id))
        expect(
          compareLocator(readBack, {
            ...readBack,
            ...write,
            contentKeys: write.contentKeys.map(({ value: _, ...key }) => key),
          }),
        ).toEqual([])
        expect(compareKeys(await media.contentKeys(locator), wanted)).toEqual([])
        await media.deleteLocator(locator)
      }
      await media.deleteContentKeyPolicy(policy)
    })

    test('the SAS address leads to the container', async () => {
      const sas = await media.containerSas(name('Asset'))
      expect(new URL(sas.reveal()).pathname).toMatch(new RegExp(`/${name('container')}$`))
      expect(new URL(sas.reveal()).searchParams.get('sig')).toBeTruthy()
    })

    test('live outputs are told as a set', async () => {
      expect([...(await media.liveOutputAssets())]).not.toContain(name('Asset').toLowerCase())
    })
  })
}
