import http, { type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planBlocks } from '../../../src/lib/storage/blocks.ts'
import { commitBlocks, copyWhole, type Job, stageBlock, writeEmpty } from '../../../src/lib/storage/copy-blob.ts'
import { blobItem, containerAt } from './support/listing-server.ts'

let url: string
let seen: IncomingHttpHeaders = {}
const server = http.createServer((request, response) => {
  request.resume()
  seen = request.headers
  response.writeHead(201).end()
})
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/twin`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const item = blobItem('film', { etag: '"source"', size: 10, tags: { a: '1' } })
const [block] = planBlocks(item, 16)

const writes: Readonly<Record<string, (job: Job) => Promise<void>>> = {
  'Copy Blob From URL': job => copyWhole(job, {}),
  'Put Block From URL': job =>
    block === undefined ? Promise.reject(new Error('no block')) : stageBlock(job, block, {}),
  'Put Block List': job => commitBlocks(job, [], {}),
  'Put Blob': job => writeEmpty(job, {}),
}
const reading = ['Copy Blob From URL', 'Put Block From URL']
const replacing = ['Copy Blob From URL', 'Put Block List', 'Put Blob']

test.each(Object.keys(writes))('P2: %s is pinned to what was listed, at both ends it touches', async name => {
  const job = { source: containerAt('http://east/film'), target: containerAt(url), item }
  await writes[name]?.({ ...job, replaces: '"twin"' })
  expect(seen['x-ms-source-if-match']).toBe(reading.includes(name) ? '"source"' : undefined)
  expect(seen['if-match']).toBe(replacing.includes(name) ? '"twin"' : undefined)
  expect(seen['x-ms-tags']).toBe(replacing.includes(name) ? 'a=1' : undefined)
  await writes[name]?.({ ...job, replaces: undefined })
  expect(seen['x-ms-source-if-match']).toBe(reading.includes(name) ? '"source"' : undefined)
  expect(seen['if-none-match']).toBe(replacing.includes(name) ? '*' : undefined)
})
