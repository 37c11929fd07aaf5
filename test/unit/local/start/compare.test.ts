import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ArmClient, JsonObject } from '../../../../local/stack/arm.ts'
import { type Comparison, compareAccounts } from '../../../../local/start/compare.ts'

/** Containers by path, each file with its bytes. */
type Files = Record<string, Record<string, string>>

let server: Server
let files: Files
let storageUrl: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const [, container = '', blob] = url.pathname.split('/').map(decodeURIComponent)
    if (blob !== undefined) return response.end(files[container]?.[blob])
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
    'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': { options: [{ secret: 's' }] },
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

const compare = (): Promise<Comparison> => compareAccounts(account(a), account(b))

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
    ['bytes', () => Object.assign(files['in-b'] ?? {}, { 'f & g.mp4': 'bytez' }), 'blob f & g.mp4 differs'],
    ['a description', () => Object.assign(b.lists.assets?.film ?? {}, { description: 'B' }), 'description'],
    ['an asset filter', () => delete b.lists['assets/film/assetFilters']?.half, 'half is missing'],
    ['a missing locator', () => delete b.lists.streamingLocators?.play, 'locator play is missing'],
    ['a locator id', () => Object.assign(b.lists.streamingLocators?.play ?? {}, { streamingLocatorId: 'x' }), 'sameId'],
    ['locator filters', () => Object.assign(b.lists.streamingLocators?.play ?? {}, { filters: [] }), 'sameProperties'],
    [
      'a key value',
      () =>
        Object.assign(b.actions, {
          'streamingLocators/play/listContentKeys': {
            contentKeys: [{ id: 'K', labelReferenceInStreamingPolicy: 'l', value: 'other' }],
          },
        }),
      'sameKeyValues',
    ],
    [
      'keys',
      () => Object.assign(b.actions, { 'streamingLocators/play/listContentKeys': { contentKeys: [] } }),
      'sameKeyIds',
    ],
    [
      'paths',
      () => Object.assign(b.actions, { 'streamingLocators/play/listPaths': { downloadPaths: [] } }),
      'samePaths',
    ],
    ['an account filter', () => delete b.lists.accountFilters?.f, 'accountFilters/f is missing'],
    [
      'a policy secret',
      () =>
        Object.assign(b.actions, {
          'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': { options: [{ secret: null }] },
        }),
      'viewers differs',
    ],
    ['a streaming policy', () => delete b.lists.streamingPolicies?.p, 'streamingPolicies/p is missing'],
  ]
  it.each(spoils)('sees a difference in %s', async (_, spoil, said) => {
    spoil()
    const { differences } = await compare()
    expect(differences.join('\n')).toContain(said)
  })

  it('P6: names places, never values', async () => {
    Object.assign(b.actions, {
      'streamingLocators/play/listContentKeys': { contentKeys: [{ id: 'K', value: 'sesame' }] },
      'contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets': { options: [{ secret: 'sesame' }] },
    })
    const { differences } = await compare()
    expect(differences).not.toEqual([])
    expect(JSON.stringify(differences)).not.toMatch(/sesame|secret/)
  })
})
