import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from 'vitest'
import { compareContainers } from '../../../src/lib/storage/compare.ts'
import { listBlobs } from '../../../src/lib/storage/listing.ts'
import { hurried } from './support/accounts.ts'
import { gather } from './support/gather.ts'
import { blobItem, containerAt, startListingServer } from './support/listing-server.ts'
import { pageXml } from './support/listing-xml.ts'

const row = (index: number) =>
  blobItem(`folder/${String(index).padStart(7, '0')}.mp4`, { size: index, metadata: { index: String(index) } })

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

const serve = async (...args: Parameters<typeof startListingServer>) => {
  const server = await startListingServer(...args)
  closing.push(server.close)
  return server
}

test('6,000 blobs come in two pages, whole and in order', async () => {
  const { container, markers } = await serve(row, 6_000)
  const items = await gather(listBlobs(container))
  expect(items).toHaveLength(6_000)
  expect(items.at(5_432)).toEqual(row(5_432))
  expect(items.every((item, index) => item.size === index)).toBe(true)
  expect(markers).toEqual(['', '5000'])
})

test('the next page is fetched while one is consumed, and only one', async () => {
  const { container, markers } = await serve(row, 50)
  const items = listBlobs(container, { pageSize: 10 })
  await items.next()
  while (markers.length < 2) await new Promise(setImmediate)
  expect(markers).toEqual(['', '10'])
  for (let n = 0; n < 9; n++) await items.next()
  expect(markers).toEqual(['', '10'])
  await items.return(undefined)
})

test('a page without rows is not the end, and the end is where no marker is', async () => {
  const pages = [pageXml([row(1)], 'a'), pageXml([], 'b'), pageXml([row(2)])]
  const server = http.createServer((_, response) => response.end(pages.shift()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise(resolve => server.close(() => resolve())))
  const container = containerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)
  expect(await gather(listBlobs(container))).toEqual([row(1), row(2)])
})

test('P2: a row that makes no sense is an error, never a shorter container', async () => {
  const broken = pageXml([row(1), row(2), row(3)]).replace(/<Etag>[^<]*(?=<\/Etag><Content-Length>2<)/, '<Etag>')
  const server = http.createServer((_, response) => response.end(broken))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise(resolve => server.close(() => resolve())))
  const container = containerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)
  const items = listBlobs(container, { side: 'source' })
  expect(await items.next()).toMatchObject({ value: row(1) })
  await expect(items.next()).rejects.toMatchObject({ kind: 'unavailable', side: 'source' })
})

test('a listing that does not move on ends in an error', async () => {
  const server = http.createServer((_, response) => response.end(pageXml([row(1)], 'same')))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise(resolve => server.close(() => resolve())))
  const container = containerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)
  await expect(gather(listBlobs(container, { effects: hurried }))).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a failure of the page fetched ahead reaches the reader when it gets there', async () => {
  let requests = 0
  const server = http.createServer((_, response) => {
    if (requests++ === 0) response.end(pageXml([row(1)], 'next'))
    else response.writeHead(403, { 'x-ms-error-code': 'AuthenticationFailed' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise(resolve => server.close(() => resolve())))
  const container = containerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)
  const items = listBlobs(container, { side: 'source' })
  expect(await items.next()).toMatchObject({ value: { name: row(1).name } })
  while (requests < 2) await new Promise(setImmediate)
  await expect(items.next()).rejects.toMatchObject({ kind: 'unauthorized', side: 'source' })
})

test('memory does not grow with the container: 40,000 blobs a side', { timeout: 120_000 }, async () => {
  const source = await serve(row, 40_000)
  const target = await serve(index => ({ ...row(index), etag: '"other"' }), 40_000)
  let highest = 0
  let count = 0
  // What is in use once garbage is gone; without that the moment of a collection decides. All rows would be 80 MB; two
  // pages a side and the generated answers, which live in this process too, are far less.
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const inUse = () => {
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = inUse()
  const onSource = () => {
    if (++count % 10_000 === 0) highest = Math.max(highest, inUse())
  }
  expect(await compareContainers(source.container, target.container, { onSource })).toMatchObject({
    blobs: 40_000,
    missing: 0,
    changed: 0,
    extra: 0,
  })
  expect(highest - before).toBeLessThan(50 * 1024 * 1024)
})
