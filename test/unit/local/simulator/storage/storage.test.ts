import { RestError } from '@azure/storage-blob'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bearerClient, east, type Ground, keyClient, startGround, west } from './ground.ts'

const limit = 1000
let ground: Ground
let container = 0
const open = (account: string, token?: string) =>
  bearerClient(ground.storage.url, account, token).getContainerClient(`asset-${container}`)
const errorOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof RestError) return { status: error.statusCode, code: error.code }
  return error
}
const calls = (account: string, operation: string) =>
  ground.counters.report().storage[account]?.[operation]?.statuses ?? {}
const sasOf = async (account: string, blobUrl: string, permissions: 'rl' | 'rwl' = 'rl') =>
  `${blobUrl}?${new URL(await ground.store.containerSas(account, `asset-${container}`, permissions, new Date(Date.now() + 60_000))).search.slice(1)}`

beforeAll(async () => {
  ground = await startGround({
    largestCopy: limit,
    tokens: (token, account) => {
      if (token === 'bad-token') return 'unknown'
      return token === 'east-only' && account === west ? 'forbidden' : 'accepted'
    },
  })
})
afterAll(() => ground.close())

const name = "Ordner ü/a b+c%#'&=?.mp4"
const source = () => open(east).getBlockBlobClient(name)

beforeEach(async () => {
  container += 1
  await ground.store.ensureContainer(east, `asset-${container}`)
  await ground.store.ensureContainer(west, `asset-${container}`)
  await source().upload('0123456789', 10, {
    metadata: { MixedCase: 'v' },
    blobHTTPHeaders: { blobContentType: 'video/mp4' },
  })
  ground.counters.reset()
})
afterEach(() => ground.faults.remove(() => true))

describe('identity', () => {
  test('a token reads, writes, lists and deletes, whatever the names hold', async () => {
    const blob = source()
    await blob.setMetadata({ Other: 'w' })
    expect((await blob.downloadToBuffer()).toString()).toBe('0123456789')
    const listed = []
    for await (const item of open(east).listBlobsFlat({ includeMetadata: true }))
      listed.push([item.name, item.metadata])
    expect(listed).toEqual([[name, { Other: 'w' }]])
    await open(east).setMetadata({ twinstream_source: 'x' })
    expect((await open(east).getProperties()).metadata).toEqual({ twinstream_source: 'x' })
    await blob.delete()
    expect(await blob.exists()).toBe(false)
  })

  test('an unknown token is 401, a token without the role is 403', async () => {
    expect(await errorOf(open(east, 'bad-token').getProperties())).toMatchObject({ status: 401 })
    const list = await fetch(`${ground.storage.url}/${west}/asset-${container}?restype=container&comp=list`, {
      headers: { authorization: 'Bearer east-only', 'x-ms-version': '2021-12-02' },
    })
    expect([list.status, list.headers.get('x-ms-error-code')]).toEqual([403, 'AuthorizationPermissionMismatch'])
    expect(await list.text()).toContain('<Code>AuthorizationPermissionMismatch</Code>')
  })

  test('no credentials are let in nowhere', async () => {
    const read = await fetch(source().url)
    const write = await fetch(source().url, { method: 'PUT', body: 'x', headers: { 'x-ms-blob-type': 'BlockBlob' } })
    expect([read.status, write.status]).toEqual([403, 403])
    expect((await source().downloadToBuffer()).toString()).toBe('0123456789')
  })

  test('shared key and SAS pass; a SAS allows what it says and no more', async () => {
    const byKey = keyClient(ground.storage.url, ground.azurite, east).getContainerClient(`asset-${container}`)
    expect(await byKey.exists()).toBe(true)
    const url = await sasOf(east, source().url)
    expect(await (await fetch(url)).text()).toBe('0123456789')
    const write = (address: string) =>
      fetch(address, { method: 'PUT', body: 'x', headers: { 'x-ms-blob-type': 'BlockBlob' } })
    expect((await write(url)).status).toBe(403)
    expect((await write(await sasOf(east, source().url, 'rwl'))).status).toBe(201)
  })
})

describe('server-side copy', () => {
  test.each(['token', 'SAS'])('Copy Blob From URL across accounts with a %s on the source', async kind => {
    const target = open(west).getBlockBlobClient(name)
    const copied =
      kind === 'SAS'
        ? await target.syncCopyFromURL(await sasOf(east, source().url))
        : await target.syncCopyFromURL(source().url, { sourceAuthorization: { scheme: 'Bearer', value: 'a' } })
    expect(copied.copyStatus).toBe('success')
    const properties = await target.getProperties()
    expect([properties.contentLength, properties.contentType, properties.metadata]).toEqual([
      10,
      'video/mp4',
      { mixedcase: 'v' },
    ])
  })

  test('a source without credentials, or with a token that may not read there, is refused', async () => {
    const target = open(east).getBlockBlobClient('copy')
    await open(west).getBlockBlobClient('x').upload('x', 1)
    const from = open(west).getBlockBlobClient('x').url
    expect(await errorOf(target.syncCopyFromURL(from))).toMatchObject({ code: 'CannotVerifyCopySource' })
    const sourceAuthorization = { scheme: 'Bearer' as const, value: 'east-only' }
    expect(await errorOf(target.syncCopyFromURL(from, { sourceAuthorization }))).toEqual({
      status: 403,
      code: 'CannotVerifyCopySource',
    })
  })

  test('Put Block From URL across accounts stages ranges, Put Block List commits them', async () => {
    const target = open(west).getBlockBlobClient('large')
    const sourceAuthorization = { scheme: 'Bearer' as const, value: 'a' }
    await target.stageBlockFromURL(btoa('1'), source().url, 0, 4, { sourceAuthorization })
    await target.stageBlockFromURL(btoa('2'), await sasOf(east, source().url), 4, 6)
    expect((await target.getBlockList('uncommitted')).uncommittedBlocks).toHaveLength(2)
    await target.commitBlockList([btoa('1'), btoa('2')])
    expect((await target.downloadToBuffer()).toString()).toBe('0123456789')
    expect(calls('west', 'PutBlockFromUrl')).toEqual({ 201: 2 })
    expect([calls('west', 'GetBlockList'), calls('west', 'PutBlockList')]).toEqual([{ 200: 1 }, { 201: 1 }])
  })

  test('a pinned source that changed is 412 SourceConditionNotMet, a pinned target 412 ConditionNotMet', async () => {
    const target = open(west).getBlockBlobClient('copy')
    const from = await sasOf(east, source().url)
    const pinned = target.syncCopyFromURL(from, { sourceConditions: { ifMatch: '"0x1"' } })
    expect(await errorOf(pinned)).toEqual({ status: 412, code: 'SourceConditionNotMet' })
    const etag = (await source().getProperties()).etag ?? ''
    const unchanged = target.syncCopyFromURL(from, { sourceConditions: { ifNoneMatch: etag } })
    expect(await errorOf(unchanged)).toEqual({ status: 412, code: 'SourceConditionNotMet' })
    await target.syncCopyFromURL(from)
    const other = target.syncCopyFromURL(from, {
      conditions: { ifMatch: '"0x1"' },
      sourceConditions: { ifMatch: etag },
    })
    expect(await errorOf(other)).toEqual({ status: 412, code: 'ConditionNotMet' })
  })

  test('Copy Blob From URL ends at its limit of size, Copy Blob and Put Block From URL go on', async () => {
    await source().upload('x'.repeat(limit), limit)
    const from = await sasOf(east, source().url)
    expect((await open(west).getBlockBlobClient('fits').syncCopyFromURL(from)).copyStatus).toBe('success')
    await source().upload('x'.repeat(limit + 1), limit + 1)
    const tooLarge = open(west).getBlockBlobClient('large')
    expect(await errorOf(tooLarge.syncCopyFromURL(from))).toEqual({ status: 409, code: 'CannotVerifyCopySource' })
    const unlimited = await open(west).getBlockBlobClient('asynchronous').beginCopyFromURL(from)
    expect((await unlimited.pollUntilDone()).copyStatus).toBe('success')
    await tooLarge.stageBlockFromURL(btoa('1'), from, 0, limit + 1)
    await tooLarge.commitBlockList([btoa('1')])
    expect((await tooLarge.getProperties()).contentLength).toBe(limit + 1)
  })

  test('a source under another host is not found, as Azurite has it', async () => {
    const from = (await sasOf(east, source().url)).replace('127.0.0.1', 'localhost')
    const copied = open(west).getBlockBlobClient('copy').syncCopyFromURL(from)
    expect(await errorOf(copied)).toEqual({ status: 404, code: 'CannotVerifyCopySource' })
  })

  test('the source check of a copy is no traffic of the client', async () => {
    await open(west)
      .getBlockBlobClient('copy')
      .syncCopyFromURL(await sasOf(east, source().url))
    expect(ground.counters.report().storage).toEqual({
      west: { CopyBlobFromUrl: { count: 1, statuses: { 202: 1 } } },
    })
  })
})

describe('faults', () => {
  const copy = async () =>
    open(west)
      .getBlockBlobClient('copy')
      .syncCopyFromURL(await sasOf(east, source().url))

  test('an outage of an account closes every connection to its storage, and to no other', async () => {
    ground.faults.add({ account: 'east', plane: 'storage', kind: 'outage' })
    expect(await errorOf(open(east).getProperties())).toMatchObject({ code: 'ECONNRESET' })
    expect((await open(west).getProperties()).lastModified).toBeInstanceOf(Date)
    expect(calls('east', 'GetContainerProperties')).toEqual({ none: 1 })
  })

  test('a storage account goes by its own name, too', async () => {
    const url = await sasOf(east, source().url)
    ground.faults.add({ account: east, plane: 'storage', kind: '503', count: 1 })
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([503, 200])
  })

  test('an outage of the source account fails copies from it', async () => {
    ground.faults.add({ account: 'east', plane: 'storage', kind: 'outage' })
    expect(await errorOf(copy())).toEqual({ status: 503, code: 'CannotVerifyCopySource' })
    const block = open(west).getBlockBlobClient('copy')
    const staged = block.stageBlockFromURL(btoa('1'), await sasOf(east, source().url))
    expect(await errorOf(staged)).toEqual({ status: 503, code: 'CannotVerifyCopySource' })
    ground.faults.remove(() => true)
    expect((await copy()).copyStatus).toBe('success')
  })

  test('a busy service says 503 ServerBusy, with and without Retry-After; a slow one 500 OperationTimedOut', async () => {
    const url = await sasOf(east, source().url)
    ground.faults.add({ account: 'east', plane: 'storage', kind: '503', retryAfter: 7, count: 1 })
    const busy = await fetch(url)
    expect([busy.status, busy.headers.get('x-ms-error-code'), busy.headers.get('retry-after')]).toEqual([
      503,
      'ServerBusy',
      '7',
    ])
    ground.faults.add({ account: 'east', plane: 'storage', kind: '503', count: 1 })
    expect((await fetch(url)).headers.get('retry-after')).toBeNull()
    ground.faults.add({ account: 'east', plane: 'storage', kind: '500', operation: 'GetBlob', count: 1 })
    const slow = await fetch(url)
    expect([slow.status, slow.headers.get('x-ms-error-code')]).toEqual([500, 'OperationTimedOut'])
    expect(calls('east', 'GetBlob')).toEqual({ 503: 2, 500: 1 })
  })

  test('a lost reply: the write is done, the client learns nothing', async () => {
    ground.faults.add({ account: 'west', plane: 'storage', kind: 'lostReply', operation: 'CopyBlobFromUrl', count: 1 })
    expect(await errorOf(copy())).toMatchObject({ code: 'ECONNRESET' })
    expect((await open(west).getBlockBlobClient('copy').downloadToBuffer()).toString()).toBe('0123456789')
    expect(calls('west', 'CopyBlobFromUrl')).toEqual({ none: 1 })
  })

  test('latency holds requests to the account, and copies from it', async () => {
    ground.faults.add({ account: 'east', plane: 'storage', kind: 'latency', milliseconds: 150 })
    const started = performance.now()
    await copy()
    expect(performance.now() - started).toBeGreaterThanOrEqual(149)
  })
})

test('bodies go through as streams, byte for byte', async () => {
  const bytes = new Uint8Array(8 * 2 ** 20).map((_, index) => (index * 31) % 251)
  const blob = open(east).getBlockBlobClient('large')
  await blob.uploadData(bytes, { maxSingleShotSize: 2 * 2 ** 20, blockSize: 2 ** 20, concurrency: 4 })
  expect(Buffer.compare(await blob.downloadToBuffer(), bytes)).toBe(0)
  expect((await blob.downloadToBuffer(5, 10)).toString('hex')).toBe(Buffer.from(bytes.subarray(5, 15)).toString('hex'))
})

test('the store of the media service: containers, names, bytes, beside faults and counters', async () => {
  ground.faults.add({ account: '*', plane: 'storage', kind: 'outage' })
  const { store } = ground
  await store.ensureContainer(east, 'fresh')
  await store.ensureContainer(east, 'fresh')
  await store.putBlob(east, 'fresh', 'b.ism', Buffer.from('two'), 'text/xml')
  await store.putBlob(east, 'fresh', 'a.mp4', Buffer.from('one'), 'video/mp4')
  expect(await store.listBlobNames(east, 'fresh')).toEqual(['a.mp4', 'b.ism'])
  const read = ['a.mp4', 'none'].map(async name => (await store.readBlob(east, 'fresh', name))?.length)
  expect(await Promise.all(read)).toEqual([3, undefined])
  expect(await store.containerExists(east, 'fresh')).toBe(true)
  await store.deleteContainer(east, 'fresh')
  await store.deleteContainer(east, 'fresh')
  expect([await store.containerExists(east, 'fresh'), await store.listBlobNames(east, 'fresh')]).toEqual([false, []])
  expect(ground.counters.report().storage).toEqual({})
  await expect(store.ensureContainer('nobody', 'x')).rejects.toThrow('nobody')
})
