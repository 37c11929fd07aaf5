import type { ContainerClient } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planBlocks } from '../../../src/lib/storage/blocks.ts'
import { compareContainers, verifyContainers } from '../../../src/lib/storage/compare.ts'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { copyWholeOrStaged } from '../../../src/lib/storage/copy-blob.ts'
import { realEffects } from '../../../src/lib/storage/http.ts'
import { listBlobs } from '../../../src/lib/storage/listing.ts'
import type { Container } from '../../../src/lib/storage/ports.ts'
import { type Accounts, startAccounts } from './support/accounts.ts'
import { type Fault, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { gather, ordinally } from './support/gather.ts'

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

/** Blobs above 4 bytes go in blocks of 4. */
const small = { wholeBytes: 4, blockBytes: 4 }

const put = (container: ContainerClient, name: string, content = name, options = {}) =>
  container.getBlockBlobClient(name).upload(content, Buffer.byteLength(content), options)

const read = async (container: ContainerClient, name: string) =>
  (await container.getBlobClient(name).downloadToBuffer()).toString()

/** Id of a block of another version of the source; all ids of a blob are of one length. */
const oldBlock = Buffer.from(`${'0'.repeat(32)}-00000`).toString('base64')

/** Name of the blob that a request is about. */
const blobOf = (request: string) => /([^/]*)\?/.exec(request)?.[1] ?? ''

/** What a twin shares with its source. */
const facts = async (container: Container) =>
  (await gather(listBlobs(container))).map(({ etag: _, lastModified: __, ...item }) => item)

const headers = {
  blobContentType: 'video/mp4',
  blobContentEncoding: 'identity',
  blobContentLanguage: 'de-AT',
  blobContentDisposition: 'attachment; filename="a b.mp4"',
  blobCacheControl: 'max-age=60',
}

describe('P1: a twin has the names, bytes, content headers, metadata, MD5 and tier of its source', () => {
  const names = [
    'plain.mp4',
    'with blank',
    ' leading and trailing ',
    '100%25 %20 %',
    'a#b?c&d=e+f;g,h@i:j$k!l*m\'n"o',
    '(brackets)[and]{braces}<angles>',
    'back\\slash|pipe^caret`tick~tilde',
    'folder/sub folder/file.ts',
    'double//slash',
    'ünïcödé ß 日本語 \u{1f600}',
    'tab\there',
    'no-break\u00a0space',
    `long-${'x'.repeat(1_019)}`,
    'x.ism',
    'x.ismc',
  ]

  test.each([
    ['by whole copies', {}],
    ['by blocks', { limits: small }],
    ['under a live locator', { live: true }],
  ])('%s', async (_, options) => {
    const { east, west, source, target } = await accounts.pair()
    for (const [index, name] of names.entries())
      await put(east, name, `content of ${name}`, {
        blobHTTPHeaders: headers,
        metadata: { Index: String(index), quoted: `a "b" <c> & 'd'` },
        ...(index % 3 === 0 ? { tier: 'Cool' } : {}),
      })
    await put(east, 'empty', '', { blobHTTPHeaders: headers, metadata: { a: 'b' }, tier: 'Cool' })
    const result = await copyContainer({ source, target, ...options })
    expect(result).toMatchObject({ copied: names.length + 1, left: 0, changed: 0, archived: [] })
    expect(await facts(target)).toEqual(await facts(source))
    for (const name of names) expect(await read(west, name)).toBe(`content of ${name}`)
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
  })

  test('P7: a second copy writes nothing', async () => {
    const { east, source, target } = await accounts.pair({ through: proxy.url })
    for (const name of ['a', 'b', 'x.ism']) await put(east, name)
    await copyContainer({ source, target })
    proxy.reset(() => 'none')
    expect(await copyContainer({ source, target })).toMatchObject({ copied: 0, left: 0 })
    expect(proxy.seen.filter(request => !request.startsWith('GET'))).toEqual([])
    expect(proxy.seen).toHaveLength(2)
  })

  test('append blobs become block blobs of the same bytes', async () => {
    const { east, west, source, target } = await accounts.pair()
    const log = east.getAppendBlobClient('log')
    await log.create()
    await log.appendBlock('first ', 6)
    await log.appendBlock('second', 6)
    // It has no MD5, so its copy must be younger by a second: the copy looks again until it is.
    expect(await copyContainer({ source, target })).toMatchObject({ left: 0 })
    expect(await read(west, 'log')).toBe('first second')
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
  })
})

describe('replacing', () => {
  test('what differs is copied again, and nothing else is touched', async () => {
    const { east, west, source, target } = await accounts.pair()
    for (const name of ['same', 'bytes', 'header', 'meta', 'blocks-and-bytes']) await put(east, name)
    await copyContainer({ source, target })
    await put(west, 'surplus')
    const untouched = (await west.getBlobClient('same').getProperties()).etag
    await put(east, 'bytes', 'BYTES')
    await put(east, 'blocks-and-bytes', 'BLOCKS-AND-BYTES')
    await put(east, 'header', 'header', { blobHTTPHeaders: headers })
    await put(east, 'meta', 'meta', { metadata: { a: 'b' } })
    expect(await compareContainers(source, target)).toMatchObject({ missing: 0, changed: 4, extra: 1 })
    expect(await copyContainer({ source, target, limits: { wholeBytes: 10, blockBytes: 4 } })).toMatchObject({
      copied: 4,
    })
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
    expect(await read(west, 'blocks-and-bytes')).toBe('BLOCKS-AND-BYTES')
    expect((await west.getBlobClient('same').getProperties()).etag).toBe(untouched)
    expect(await read(west, 'surplus')).toBe('surplus')
  })

  test('a tier alone is set without a copy', async () => {
    const { east, west, source, target } = await accounts.pair()
    await put(east, 'a')
    await copyContainer({ source, target })
    const { etag } = await west.getBlobClient('a').getProperties()
    await east.getBlobClient('a').setAccessTier('Cool')
    expect(await copyContainer({ source, target })).toMatchObject({ copied: 1, left: 0 })
    expect(await west.getBlobClient('a').getProperties()).toMatchObject({ etag, accessTier: 'Cool' })
  })

  test('archived blobs are skipped and named', async () => {
    const { east, source, target } = await accounts.pair()
    await put(east, 'a')
    await put(east, 'cold')
    await east.getBlobClient('cold').setAccessTier('Archive')
    expect(await copyContainer({ source, target })).toMatchObject({ copied: 1, left: 0, archived: ['cold'] })
    expect(await compareContainers(source, target)).toMatchObject({ missing: 1, archived: ['cold'] })
  })
})

describe('P2: never mixed', () => {
  /** Runs `meddle` once, just before the first request that looks like this reaches the service. */
  const justBefore = (pattern: RegExp, meddle: () => Promise<unknown>) => {
    let done = false
    proxy.reset(async (_, request): Promise<Fault> => {
      if (!done && pattern.test(`${request.method} ${request.url}`) && request.headers['x-ms-version'] !== undefined) {
        done = true
        await meddle()
      }
      return 'none'
    })
  }

  test.each([
    ['a whole copy', /^PUT .*\/film\?/, {}],
    ['the second block', /^PUT .*comp=block&blockid=.*MDAwMD[Ee]/, { limits: small }],
    ['the commit', /^PUT .*comp=blocklist/, { limits: small }],
  ])('a source overwritten just before %s is copied whole and new', async (what, pattern, options) => {
    const { east, west, source, target } = await accounts.pair({ through: proxy.url })
    await put(east, 'film', 'old old old')
    justBefore(pattern, () => put(east, 'film', 'new new new'))
    const first = await copyContainer({ source, target, ...options })
    // What was staged whole may be committed: it is the old version, and the next look sees that.
    if (what !== 'the commit') expect(first).toMatchObject({ changed: 1, left: 0, copied: 1 })
    else await copyContainer({ source, target, ...options })
    expect(await read(west, 'film')).toBe('new new new')
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
  })

  test('a source that keeps changing is left, and counted', async () => {
    const { east, source, target } = await accounts.pair({ through: proxy.url })
    await put(east, 'film', '0')
    let version = 0
    proxy.reset(async (_, request): Promise<Fault> => {
      if (request.method === 'PUT') await put(east, 'film', String(++version))
      return 'none'
    })
    expect(await copyContainer({ source, target })).toMatchObject({ copied: 0, left: 1, leftAt: 'film', changed: 3 })
    expect(await verifyContainers(source, target)).toMatchObject({ equal: false })
  })

  test('a source that goes away is no error, once the listing says so', async () => {
    const { east, source, target } = await accounts.pair({ through: proxy.url })
    await put(east, 'a')
    await put(east, 'film')
    justBefore(/^PUT .*\/film\?/, () => east.deleteBlob('film'))
    expect(await copyContainer({ source, target })).toMatchObject({ copied: 1, left: 0, changed: 1 })
  })

  test.each([
    ['a whole copy', {}],
    ['blocks', { limits: small }],
  ])(
    'P5: what somebody else writes to the target meanwhile is seen before it is replaced, by %s',
    async (_, options) => {
      const { east, west, source, target } = await accounts.pair({ through: proxy.url })
      await put(east, 'film', 'from the source')
      const etags: (string | undefined)[] = []
      justBefore(/^PUT .*\/film\?(?!comp=block&)/, async () => {
        etags.push((await put(west, 'film', 'from a stranger')).etag)
      })
      expect(await copyContainer({ source, target, ...options })).toMatchObject({ copied: 1, left: 0 })
      const last = proxy.seen.filter(request => request.startsWith('GET') && request.includes('comp=list'))
      expect(etags).toHaveLength(1)
      expect(last).toHaveLength(4)
      expect(await read(west, 'film')).toBe('from the source')
    },
  )

  test('manifests come last, .ismc before .ism', async () => {
    const { east, source, target } = await accounts.pair({ through: proxy.url })
    for (const name of ['a.ism', 'a.ismc', 'b.mp4', 'z.mp4']) await put(east, name)
    proxy.reset(() => 'none')
    await copyContainer({ source, target })
    const order = proxy.seen.filter(request => request.startsWith('PUT')).map(blobOf)
    expect(order.slice(0, 2).toSorted(ordinally)).toEqual(['b.mp4', 'z.mp4'])
    expect(order.slice(2)).toEqual(['a.ismc', 'a.ism'])
  })
})

describe('P3: what was begun is not lost', () => {
  test('staged blocks are used again after an abort, and only those of the same version', async () => {
    const { east, west, source, target } = await accounts.pair({ through: proxy.url })
    await put(east, 'film', '0123456789abcdefghij')
    const stop = new AbortController()
    const staged = () => proxy.seen.filter(request => request.startsWith('PUT') && request.includes('comp=block&'))
    proxy.reset(() => {
      if (staged().length === 3) stop.abort(new Error('enough'))
      return 'none'
    })
    const options = { source, target, limits: small, concurrency: 1 }
    await expect(copyContainer({ ...options, signal: stop.signal })).rejects.toThrow('enough')
    proxy.reset(() => 'none')
    expect(await copyContainer(options)).toMatchObject({ copied: 1, left: 0 })
    expect(staged().length).toBeLessThanOrEqual(3)
    expect(await read(west, 'film')).toBe('0123456789abcdefghij')

    await put(east, 'film', 'ABCDEFGHIJ0123456789')
    proxy.reset(() => 'none')
    await copyContainer(options)
    expect(staged()).toHaveLength(5)
    expect(await read(west, 'film')).toBe('ABCDEFGHIJ0123456789')
  })

  test('a slice ends between blobs and says what is left; the next goes on from there', async () => {
    const { east, source, target } = await accounts.pair()
    for (const name of ['a', 'b', 'c', 'x.ism']) await put(east, name)
    let now = 0
    const options = { source, target, concurrency: 1, sliceMilliseconds: 10, clock: () => (now += 4) }
    const first = await copyContainer(options)
    expect(first.left).toBeGreaterThan(0)
    expect(first.copied + first.left).toBe(4)
    expect(first.leftAt).toBe(['a', 'b', 'c', 'x.ism'][first.copied])
    let last = first
    for (let slices = 0; last.left > 0 && slices < 8; slices++) last = await copyContainer(options)
    expect(last.left).toBe(0)
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
  })

  test.each(['words', ''])(
    'P3: blocks that were staged under a live locator, and never committed, keep no file away: %j',
    async content => {
      const { east, west, source, target } = await accounts.pair()
      await put(east, 'film.ism', content)
      await west.getBlockBlobClient('film.ism').stageBlock(oldBlock, 'old', 3)
      expect(await copyContainer({ source, target })).toMatchObject({ copied: 1, left: 0 })
      expect(await read(west, 'film.ism')).toBe(content)
      expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
    },
  )

  test('P5: what somebody else makes meanwhile is kept, whether blocks of ours wait beside it or not', async () => {
    const { east, west, source, target } = await accounts.pair()
    await put(east, 'film.ism', 'ours')
    await put(west, 'film.ism', 'theirs')
    await west.getBlockBlobClient('film.ism').stageBlock(oldBlock, 'old', 3)
    const [item] = await gather(listBlobs(source))
    if (item === undefined) throw new Error('There is no item.')
    const job = { source, target, item, replaces: undefined }
    await expect(copyWholeOrStaged(job, planBlocks(item, 4), { effects: realEffects })).rejects.toMatchObject({
      serviceCode: 'BlobAlreadyExists',
    })
    expect(await read(west, 'film.ism')).toBe('theirs')
  })

  test('a slice that is over at once still copies something', async () => {
    const { east, source, target } = await accounts.pair()
    for (const name of ['a', 'b']) await put(east, name)
    expect(await copyContainer({ source, target, sliceMilliseconds: 0 })).toMatchObject({
      copied: 1,
      left: 1,
      leftAt: 'b',
    })
  })

  test('`until` ends it at once, also before manifests', async () => {
    const { east, source, target } = await accounts.pair()
    for (const name of ['a', 'b']) await put(east, name)
    expect(await copyContainer({ source, target, until: () => true })).toMatchObject({
      copied: 0,
      left: 2,
      leftAt: 'a',
    })
    for (const name of ['x.ismc', 'x.ism']) await put(east, name)
    let asked = 0
    expect(await copyContainer({ source, target, until: () => ++asked > 1 })).toMatchObject({
      copied: 2,
      left: 2,
      leftAt: 'x.ism',
    })
  })
})

describe('how far it is', () => {
  test.each([
    ['whole copies', {}, false],
    ['blocks', { wholeBytes: 1, blockBytes: 2 }, false],
    ['blocks staged under a live locator', {}, true],
  ])('grows to all blobs and bytes, which the comparison before has told: %s', async (_, limits, live) => {
    const { east, west, source, target } = await accounts.pair()
    for (const name of ['a', 'b', 'c', 'd']) await put(east, name, 'eight by')
    await put(west, 'a', 'old')
    await put(west, 'extra')
    const { missing, changed, bytesToCopy } = await compareContainers(source, target)
    expect({ blobs: missing + changed, bytes: bytesToCopy }).toEqual({ blobs: 4, bytes: 32 })
    let now = 0
    const told: { blobs: number; bytes: number }[] = []
    const until = (soFar: { blobs: number; bytes: number }) => {
      told.push(soFar)
      return false
    }
    const options = { source, target, limits, live, concurrency: 1, clock: () => (now += 2_000), until }
    expect(await copyContainer(options)).toMatchObject({ copied: 4, copiedBytes: 32 })
    expect(told[0]).toEqual({ blobs: 0, bytes: 0 })
    const bytes = told.map(soFar => soFar.bytes)
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    expect(bytes.at(-1)).toBeGreaterThan(8)
    expect(bytes.at(-1)).toBeLessThanOrEqual(32)
  })
})

describe('under a live locator', () => {
  const film = { 'a.mp4': 'old a', 'b.mp4': 'old b', 'x.ism': 'old ism', 'x.ismc': 'old ismc', empty: '' }
  const fill = async (east: ContainerClient, age: string) => {
    for (const [name, content] of Object.entries(film)) await put(east, name, content.replace('old', age))
  }
  const published = async () => {
    const pair = await accounts.pair({ through: proxy.url })
    await fill(pair.east, 'old')
    await copyContainer(pair)
    await fill(pair.east, 'new')
    await put(pair.east, 'new.mp4', 'brand new')
    return pair
  }

  test('P2: new files come first, replacements in one burst, manifests last', async () => {
    const { east, west, source, target } = await published()
    proxy.reset(() => 'none')
    const result = await copyContainer({ source, target, live: true })
    expect(result).toMatchObject({ copied: 5, left: 0 })
    expect(result.burstMilliseconds).toBeGreaterThanOrEqual(0)
    const writes = proxy.seen
      .filter(request => request.startsWith('PUT') && !request.includes('comp=block&'))
      .map(blobOf)
    expect(writes[0]).toBe('new.mp4')
    expect(writes.slice(1, 3).toSorted(ordinally)).toEqual(['a.mp4', 'b.mp4'])
    expect(writes.slice(3)).toEqual(['x.ismc', 'x.ism'])
    const reads = proxy.seen.findLastIndex(request => request.includes('comp=list') && request.includes('/east/'))
    expect(reads).toBeGreaterThan(proxy.seen.findLastIndex(request => request.includes('comp=block&')))
    for (const name of Object.keys(film)) expect(await read(west, name)).toBe(await read(east, name))
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
  })

  test('P2: nothing is replaced while the source moves on, and all of it once it rests', async () => {
    const { east, west, source, target } = await published()
    let moves = 0
    proxy.reset(async (_, request): Promise<Fault> => {
      // The source changes whenever everything has been staged.
      if (request.url?.includes('comp=block&blockid') && moves < 9) await put(east, 'b.mp4', `new b ${++moves}`)
      return 'none'
    })
    const result = await copyContainer({ source, target, live: true, concurrency: 1 })
    expect(result.left).toBeGreaterThan(0)
    expect(result.changed).toBeGreaterThan(0)
    for (const [name, content] of Object.entries(film)) expect(await read(west, name)).toBe(content)
    proxy.reset(() => 'none')
    expect(await copyContainer({ source, target, live: true })).toMatchObject({ left: 0 })
    expect(await read(west, 'b.mp4')).toBe(`new b ${moves}`)
    expect(await verifyContainers(source, target)).toMatchObject({ equal: true })
  })

  test('P2: a source that changes after all was staged is staged again before anything is committed', async () => {
    const { east, west, source, target } = await published()
    let listings = 0
    proxy.reset(async (_, request): Promise<Fault> => {
      const listing = request.url?.includes('comp=list') && request.url.includes('/east/')
      if (listing && ++listings === 2) await put(east, 'b.mp4', 'newest b')
      return 'none'
    })
    expect(await copyContainer({ source, target, live: true })).toMatchObject({ left: 0, changed: 1 })
    const restaged = proxy.seen.findLastIndex(
      request => request.startsWith('PUT') && /b\.mp4\?comp=block&/.test(request),
    )
    const committed = proxy.seen.findIndex(request => request.startsWith('PUT') && /comp=blocklist/.test(request))
    expect(committed).toBeGreaterThan(restaged)
    expect(await read(west, 'b.mp4')).toBe('newest b')
  })

  test('P3: what one slice has staged, the next does not stage again', async () => {
    const { east, west, source, target } = await published()
    let now = 0
    const staged = () => proxy.seen.filter(request => request.startsWith('PUT') && request.includes('comp=block&'))
    proxy.reset(() => 'none')
    const slice = { source, target, live: true, concurrency: 1, sliceMilliseconds: 8, clock: () => (now += 4) }
    const first = await copyContainer(slice)
    expect(first.left).toBeGreaterThan(0)
    for (const [name, content] of Object.entries(film)) expect(await read(west, name)).toBe(content)
    const before = staged().length
    expect(before).toBeGreaterThan(0)
    await copyContainer({ source, target, live: true })
    expect(staged()).toHaveLength(4)
    expect(await read(west, 'x.ism')).toBe(await read(east, 'x.ism'))
  })

  test('`until` is asked once more before the burst', async () => {
    const { west, source, target } = await published()
    let asked = 0
    expect(await copyContainer({ source, target, live: true, until: () => ++asked > 1 })).toMatchObject({ left: 4 })
    for (const [name, content] of Object.entries(film)) expect(await read(west, name)).toBe(content)
  })
})
