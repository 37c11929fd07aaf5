import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Secret } from '../../../../src/lib/secret.ts'
import type { BlobItem, Container } from '../../../../src/lib/storage/ports.ts'
import { pageXml } from './listing-xml.ts'

export const blobItem = (name: string, more: Partial<BlobItem> = {}): BlobItem => ({
  name,
  size: 1_000,
  etag: '"0x8DE0000000000"',
  lastModified: Date.UTC(2026, 10, 1),
  blobType: 'BlockBlob',
  md5: 'DMF1ucDxtqgxw5niaXcmYQ==',
  contentType: 'video/mp4',
  metadata: {},
  ...more,
})

export const containerAt = (url: string, query = 'sv=2025&sig=canary%2Bsignature'): Container => ({
  url,
  access: async () => ({ kind: 'sas', query: new Secret(query) }),
})

/**
 * Answers List Blobs from generated rows, a page at a time.
 * @param withoutTagRight refuses listings with index tags, as the service does and Azurite does not.
 */
export const startListingServer = async (
  row: (index: number) => BlobItem,
  count: number,
  { withoutTagRight = false } = {},
) => {
  const markers: string[] = []
  const server = http.createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://server')
    if (withoutTagRight && searchParams.get('include')?.split(',').includes('tags'))
      return void response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end()
    const start = Number(searchParams.get('marker') ?? 0)
    const end = Math.min(count, start + Number(searchParams.get('maxresults')))
    markers.push(searchParams.get('marker') ?? '')
    const items = Array.from({ length: end - start }, (_, index) => row(start + index))
    response.setHeader('content-type', 'application/xml')
    response.end(pageXml(items, end < count ? String(end) : ''))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    container: containerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/asset`),
    markers,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
