import type { ContainerClient } from '@azure/storage-blob'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTags } from '../../../src/lib/storage/access.ts'
import { compareContainers, verifyContainers } from '../../../src/lib/storage/compare.ts'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { listBlobs } from '../../../src/lib/storage/listing.ts'
import { type Accounts, startAccounts } from './support/accounts.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { gather } from './support/gather.ts'
import { blobItem, containerAt, startListingServer } from './support/listing-server.ts'

let accounts: Accounts
let proxy: FaultProxy
beforeAll(async () => {
  accounts = await startAccounts()
  proxy = await startFaultProxy(accounts.azurite.blobUrl)
})
afterAll(async () => {
  await proxy.close()
  await accounts.azurite.close()
})

const put = (container: ContainerClient, name: string, content: string, tags: Record<string, string> = {}) =>
  container.getBlockBlobClient(name).upload(content, content.length, { tags })

const tagsOf = async (container: ContainerClient, name: string) => (await container.getBlobClient(name).getTags()).tags

/** Containers whose tags may be read and written. */
const tagged = async () => {
  const { east, west } = await accounts.pair()
  const [source, target] = [await accounts.open(east, 'rlt', proxy.url), await accounts.open(west, 'rwdlt', proxy.url)]
  return { east, west, source: withTags(source, true), target: withTags(target, true) }
}

const tags = { 'a key': 'x=1/2', Kind: 'a+b : c.d_e-f', empty: '' }

test.each([
  ['a whole copy', 'abcd', {}],
  ['blocks', 'abcdefghi', { limits: { wholeBytes: 4, blockBytes: 4 } }],
  ['an empty blob', '', {}],
  ['a burst under a live locator', 'abcd', { live: true }],
])('P1: index tags come along with %s', async (_, content, options) => {
  const { east, west, source, target } = await tagged()
  await put(east, 'a', content, tags)
  await put(east, 'b', content)
  await put(west, 'a', 'old', { other: '1' })
  await copyContainer({ source, target, ...options })
  expect(await tagsOf(west, 'a')).toEqual(tags)
  expect(await tagsOf(west, 'b')).toEqual({})
  expect(await verifyContainers(source, target)).toMatchObject({ equal: true, summary: { tagsUntold: 0 } })
})

test.each([
  ['another value', { Kind: 'new' }, { Kind: 'old' }],
  ['other capitals', { Kind: 'a' }, { kind: 'a' }],
  ['a tag too many', {}, { Kind: 'a' }],
])('P1: %s is mended without writing the blob again', async (_, wanted, found) => {
  const { east, west, source, target } = await tagged()
  await put(east, 'a', 'abcd', wanted)
  await put(west, 'a', 'abcd', found)
  const before = await west.getBlobClient('a').getProperties()
  expect(await compareContainers(source, target)).toMatchObject({ missing: 0, changed: 1 })
  expect(await copyContainer({ source, target })).toMatchObject({ copied: 1, left: 0 })
  expect(await tagsOf(west, 'a')).toEqual(wanted)
  expect((await west.getBlobClient('a').getProperties()).etag).toBe(before.etag)
  expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
})

test('P8: tags that are left are counted, and need no right', async () => {
  const { east, west } = await accounts.pair()
  const [source, target] = [await accounts.open(east, 'rl', proxy.url), await accounts.open(west, 'rwdl', proxy.url)]
  await put(east, 'a', 'abcd', tags)
  await put(east, 'b', 'abcd')
  proxy.reset(() => 'none')
  await copyContainer({ source, target })
  expect(await tagsOf(west, 'a')).toEqual({})
  expect(await verifyContainers(source, target)).toMatchObject({ equal: true, summary: { tagsUntold: 1 } })
  expect(proxy.seen.filter(request => request.includes('tags'))).toEqual([])
})

test('P8: a right that is missing says which side lacks it', async () => {
  const server = await startListingServer(() => blobItem('a'), 1, { withoutTagRight: true })
  try {
    const refused = withTags(containerAt(server.container.url), true)
    const rows = gather(listBlobs(refused, { side: 'source' }))
    await expect(rows).rejects.toMatchObject({
      kind: 'unauthorized',
      serviceCode: 'AuthorizationPermissionMismatch',
      side: 'source',
    })
  } finally {
    await server.close()
  }
})
