import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Comparison, compareAccounts } from '../../../../local/compare/compare.ts'
import type { CompareOptions, Progress } from '../../../../local/compare/context.ts'
import type { ArmClient, JsonObject } from '../../../../local/stack/arm.ts'

/** Containers by path, each file with its bytes. */
type Files = Record<string, Record<string, string>>

let server: Server
let files: Files
let storageUrl: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const [, container = '', blob] = url.pathname.split('/').map(decodeURIComponent)
    if (blob !== undefined) {
      const bytes = files[container]?.[blob]
      // Headers of a file stand before its bytes, if it has any.
      const [, headers = '{}', body = bytes] = /^(\{.*\})\n(.*)$/s.exec(bytes ?? '') ?? []
      return response.writeHead(200, JSON.parse(headers)).end(body)
    }
    const names = Object.keys(files[container] ?? {}).map(
      name => `<Blob><Name>${name.replaceAll('&', '&amp;')}</Name></Blob>`,
    )
    // Two pages, so that a listing that stops after one is seen.
    const first = url.searchParams.get('marker') === null
    const page = first ? names.slice(0, 1) : names.slice(1)
    response.end(
      `<EnumerationResults><Blobs>${page.join('')}</Blobs><NextMarker>${first ? '2!m' : ''}</NextMarker></EnumerationResults>`,
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  storageUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.close()
  await once(server, 'close')
})

interface Content {
  readonly lists: Record<string, Record<string, JsonObject>>
  /** Answers of actions, by path and action. */
  readonly actions: Record<string, JsonObject>
}

const content = (container: string): Content => ({
  lists: {
    assets: { film: { description: 'A film', container } },
    'assets/film/assetFilters': { half: { tracks: [] } },
    streamingLocators: {
      play: { streamingLocatorId: 'id-1', streamingPolicyName: 'p', filters: ['f'], contentKeys: [{ id: 'k' }] },
    },
    accountFilters: { f: { firstQuality: { bitrate: 1 } } },
    contentKeyPolicies: { viewers: { options: [] } },
    streamingPolicies: { p: { created: 'x' } },
  },
  actions: {
    'assets/film/listContainerSas': { assetContainerSasUrls: [`${storageUrl}/${container}?sig=s`] },
    'streamingLocators/play/listContentKeys': {
      contentKeys: [{ id: 'K', labelReferenceInStreamingPolicy: 'l', value: 'secret' }],
    },
    'streamingLocators/play/listPaths': { downloadPaths: [], streamingPaths: [{ paths: ['/id-1/film.ism/manifest'] }] },
    'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': { options: [{ name: 'one', secret: 's' }] },
  },
})

const account = ({ lists, actions }: Content): ArmClient => {
  const refuse = () => Promise.reject(new Error('a comparison only reads'))
  const list = async (path: string) =>
    Object.entries(lists[path] ?? {}).map(([name, properties]) => ({ id: name, name, properties }))
  return {
    accountId: '/account',
    list,
    async get(path) {
      const cut = path.lastIndexOf('/')
      return (await list(path.slice(0, cut))).find(({ name }) => name === path.slice(cut + 1))
    },
    async post(path, action) {
      return actions[`${path}/${action}`] ?? {}
    },
    put: refuse,
    patch: refuse,
    delete: refuse,
  }
}

let a: Content
let b: Content
beforeEach(() => {
  a = content('in-a')
  b = content('in-b')
  files = { 'in-a': { 'f.ism': '<smil/>', 'f & g.mp4': 'bytes' }, 'in-b': { 'f.ism': '<smil/>', 'f & g.mp4': 'bytes' } }
})

const compare = (options: CompareOptions = {}): Promise<Comparison> => compareAccounts(account(a), account(b), options)

describe('compareAccounts', () => {
  it('finds twins equal, counting blobs and bytes of all pages', async () => {
    // The container differs by nature, and an asset is not compared by it.
    const { assets, locators, differences } = await compare()
    expect(differences).toEqual([])
    expect(assets).toEqual([{ name: 'film', same: true, blobs: 2, bytes: 12 }])
    expect(locators).toEqual([
      { name: 'play', sameId: true, sameKeyIds: true, sameKeyValues: true, samePaths: true, sameProperties: true },
    ])
  })

  const spoils: readonly (readonly [string, () => void, string])[] = [
    ['a missing asset', () => delete b.lists.assets?.film, 'asset film is missing'],
    ['a missing blob', () => delete files['in-b']?.['f & g.mp4'], 'blob f & g.mp4 is missing'],
    ['bytes', () => Object.assign(files['in-b'] ?? {}, { 'f & g.mp4': 'bytez' }), 'blob f & g.mp4: bytes'],
    ['a description', () => Object.assign(b.lists.assets?.film ?? {}, { description: 'B' }), 'description'],
    ['an asset filter', () => delete b.lists['assets/film/assetFilters']?.half, 'half is missing'],
    ['a missing locator', () => delete b.lists.streamingLocators?.play, 'locator play is missing'],
    [
      'a locator id',
      () => Object.assign(b.lists.streamingLocators?.play ?? {}, { streamingLocatorId: 'x' }),
      'streamingLocatorId',
    ],
    ['locator filters', () => Object.assign(b.lists.streamingLocators?.play ?? {}, { filters: [] }), 'filters'],
    [
      'a key value',
      () =>
        Object.assign(b.actions, {
          'streamingLocators/play/listContentKeys': {
            contentKeys: [{ id: 'K', labelReferenceInStreamingPolicy: 'l', value: 'other' }],
          },
        }),
      'contentKeys[k].value',
    ],
    [
      'keys',
      () => Object.assign(b.actions, { 'streamingLocators/play/listContentKeys': { contentKeys: [] } }),
      'contentKeys[k]',
    ],
    [
      'paths',
      () => Object.assign(b.actions, { 'streamingLocators/play/listPaths': { downloadPaths: [] } }),
      'streamingPaths',
    ],
    ['an account filter', () => delete b.lists.accountFilters?.f, 'account filter f is missing'],
    [
      'a policy secret',
      () =>
        Object.assign(b.actions, {
          'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': { options: [{ name: 'one', secret: null }] },
        }),
      'content key policy viewers: options[one].secret',
    ],
    ['a streaming policy', () => delete b.lists.streamingPolicies?.p, 'streaming policy p is missing'],
  ]
  it.each(spoils)('sees a difference in %s', async (_, spoil, said) => {
    spoil()
    const { differences } = await compare()
    expect(differences.join('\n')).toContain(said)
  })

  it('compares content headers and metadata, and the bytes rather than what storage says of them', async () => {
    const head = (headers: object, body: string) => `${JSON.stringify(headers)}\n${body}`
    Object.assign(files['in-a'] ?? {}, {
      'f.ism': head({ 'content-type': 'text/xml', 'x-ms-meta-a': '1', 'content-encoding': 'gzip' }, 'no gzip'),
    })
    Object.assign(files['in-b'] ?? {}, {
      'f.ism': head({ 'content-type': 'text/xml', 'x-ms-meta-a': '2', 'content-md5': 'AAAA' }, 'no gzip'),
    })
    expect((await compare()).differences).toEqual([
      'asset film: blob f.ism: x-ms-meta-a, content-encoding: not as in A',
    ])
  })

  it('trusts the MD5 of storage only when told to', async () => {
    const blob = (body: string) => `${JSON.stringify({ 'content-md5': 'AAAA', 'content-length': 1 })}\n${body}`
    Object.assign(files['in-a'] ?? {}, { 'f.ism': blob('a') })
    Object.assign(files['in-b'] ?? {}, { 'f.ism': blob('b') })
    expect((await compare()).differences).toEqual(['asset film: blob f.ism: bytes: not as in A'])
    expect((await compare({ trustMd5: true })).differences).toEqual([])
  })

  it('tells apart what only B has: it keeps nothing from playing', async () => {
    Object.assign(b.lists.streamingLocators ?? {}, { extra: { streamingLocatorId: 'x' } })
    Object.assign(files['in-b'] ?? {}, { 'more.mp4': 'x' })
    const { differences, extras } = await compare({ labels: ['east', 'west'] })
    expect(differences).toEqual([])
    expect(extras).toEqual(['locator extra is only in west', 'asset film: blob more.mp4 is only in west'])
  })

  it('does not miss a locator that has expired in A, but compares one that B has', async () => {
    Object.assign(a.lists.streamingLocators?.play ?? {}, { endTime: '2020-01-01T00:00:00Z' })
    expect((await compare()).differences).toEqual(['locator play: endTime: not as in A'])
    delete b.lists.streamingLocators?.play
    expect((await compare()).differences).toEqual([])
  })

  it('calls secrets that it may not read a difference, even where both are hidden', async () => {
    const hidden = { options: [{ name: 'one', restriction: { primaryVerificationKey: { keyValue: null } } }] }
    for (const each of [a, b])
      Object.assign(each.actions, { 'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': hidden })
    expect((await compare()).differences.join()).toContain('keyValue (may not be read)')
    for (const each of [a, b])
      Object.assign(each.actions, { 'streamingLocators/play/listContentKeys': { contentKeys: [{ id: 'K' }] } })
    expect((await compare()).differences.join()).toContain('contentKeys: values that may not be read')
  })

  it('expects licence URLs of B with the host that the route wants', async () => {
    const policy = (host: string) => ({
      commonEncryptionCenc: {
        drm: { widevine: { customLicenseAcquisitionUrlTemplate: `https://${host}/w/{ContentKeyId}` } },
      },
    })
    a.lists.streamingPolicies = { p: policy('lic-east.contoso.com') }
    b.lists.streamingPolicies = { p: policy('lic.contoso.com') }
    const rewriteUrls = [{ from: 'LIC-EAST.contoso.com', to: 'lic.contoso.com' }]
    expect((await compare({ rewriteUrls })).differences).toEqual([])
    expect((await compare()).differences.join()).toContain('drm.widevine.customLicenseAcquisitionUrlTemplate')
    b.lists.streamingPolicies = a.lists.streamingPolicies
    expect((await compare({ rewriteUrls })).differences.join()).toContain('customLicenseAcquisitionUrlTemplate')
  })

  it('looks only at names with the prefix, and tells how far it is', async () => {
    Object.assign(a.lists.assets ?? {}, { other: {} })
    const seen: string[] = []
    const onProgress = ({ kind, done, total }: Progress) => seen.push(`${kind} ${done}/${total}`)
    expect((await compare({ prefix: 'FI', onProgress })).differences).toEqual([])
    expect(seen).toEqual(['assets 1/1'])
  })

  it('P6: names places, never values', async () => {
    Object.assign(b.actions, {
      'streamingLocators/play/listContentKeys': { contentKeys: [{ id: 'K', value: 'sesame' }] },
      'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': { options: [{ name: 'one', secret: 'sesame' }] },
    })
    const { differences } = await compare()
    expect(differences).not.toEqual([])
    expect(JSON.stringify(differences)).not.toContain('sesame')
  })
})
