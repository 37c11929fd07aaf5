/** The storage that everything is copied in: two accounts of one Azurite, filled afresh. */
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { join } from 'node:path'
import {
  AccountSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { type Azurite, startAzurite } from '../../local/azurite.ts'
import { cpuOf } from './measure.ts'
import { inParallel } from './raw.ts'

export interface BlobSpec {
  readonly name: string
  readonly bytes: number
}

/** A container by addresses with access: one of its own, and one of its whole account for those who need that. */
export interface Place {
  readonly url: string
  readonly accountUrl: string
  readonly name: string
}

export interface Storage {
  readonly source: Place
  /** A new and empty container of the other account. */
  freshTarget(): Promise<Place>
  /** Requests of clients since the last call. */
  requests(): Promise<number>
  /** CPU time that the storage has taken so far, in milliseconds; undefined where the system does not tell. */
  cpu(): number | undefined
  /** Milliseconds added to each copy from now on. */
  slow(milliseconds: number): Promise<void>
  close(): Promise<void>
}

const key = Buffer.from('a key of a storage account that exists in benchmarks only').toString('base64')
const contentTypes: Readonly<Record<string, string>> = { mp4: 'video/mp4', ism: 'application/xml' }

const inAnHour = (): Date => new Date(Date.now() + 3_600_000)

const service = (azurite: Azurite, account: string): BlobServiceClient =>
  new BlobServiceClient(`${azurite.blobUrl}/${account}`, new StorageSharedKeyCredential(account, key))

const create = async (azurite: Azurite, account: string, name: string): Promise<Place> => {
  const client = service(azurite, account)
  const container = client.getContainerClient(name)
  await container.create()
  const [url, accountUrl] = await Promise.all([
    container.generateSasUrl({ permissions: ContainerSASPermissions.parse('racwdl'), expiresOn: inAnHour() }),
    client.generateAccountSasUrl(inAnHour(), AccountSASPermissions.parse('rwdlac'), 'sco'),
  ])
  return { url, accountUrl, name }
}

const control = (azurite: Azurite, query = ''): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = http.get(`${azurite.blobUrl}/_bench${query}`, { agent: false }, answer => {
      let text = ''
      answer.on('data', chunk => {
        text += String(chunk)
      })
      answer.on('end', () => resolve(Number(text)))
    })
    request.on('error', reject)
  })

const fill = async (azurite: Azurite, container: string, blobs: readonly BlobSpec[]): Promise<void> => {
  const client = service(azurite, 'east').getContainerClient(container)
  const bytes = randomBytes(Math.max(...blobs.map(blob => blob.bytes)))
  await inParallel(16, blobs, async blob => {
    const type = contentTypes[blob.name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    await client.getBlockBlobClient(blob.name).upload(bytes.subarray(0, blob.bytes), blob.bytes, {
      blobHTTPHeaders: { blobContentType: type },
    })
  })
}

/** Starts Azurite, in memory, and fills a container of its account `east`. Nothing of this is measured. */
export const startBenchStorage = async (blobs: readonly BlobSpec[]): Promise<Storage> => {
  const azurite = await startAzurite({
    accounts: ['east', 'west'].map(name => ({ name, key })),
    entry: join(import.meta.dirname, 'azurite.ts'),
  })
  const source = await create(azurite, 'east', 'source')
  await fill(azurite, 'source', blobs)
  let targets = 0
  return {
    source,
    freshTarget: () => create(azurite, 'west', `target-${++targets}`),
    requests: () => control(azurite),
    cpu: () => cpuOf(azurite.pid),
    slow: async milliseconds => void (await control(azurite, `?latency=${milliseconds}`)),
    close: () => azurite.close(),
  }
}
