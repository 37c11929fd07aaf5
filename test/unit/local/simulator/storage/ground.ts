/** Azurite behind the storage proxy, with two storage accounts, and clients of all kinds for them. */
import { BlobServiceClient, type StoragePipelineOptions, StorageSharedKeyCredential } from '@azure/storage-blob'
import { type Azurite, startAzurite } from '../../../../../local/azurite.ts'
import { Counters } from '../../../../../local/simulator/counters.ts'
import { Faults } from '../../../../../local/simulator/faults.ts'
import { createBlobStore } from '../../../../../local/simulator/storage/blob-store.ts'
import { type StorageOptions, startStorage } from '../../../../../local/simulator/storage/storage.ts'

const key = (seed: string) => Buffer.from(seed.repeat(8)).toString('base64')
const owners: Record<string, string> = { eaststore: 'east', weststore: 'west' }

export const east = 'eaststore'
export const west = 'weststore'

export const startGround = async (options: Partial<StorageOptions> = {}) => {
  const azurite: Azurite = await startAzurite({
    accounts: [
      { name: east, key: key('east-key') },
      { name: west, key: key('west-key') },
    ],
  })
  const faults = new Faults()
  const counters = new Counters()
  const storage = await startStorage({ azurite, faults, counters, accountOf: name => owners[name], ...options })
  return {
    azurite,
    faults,
    counters,
    storage,
    store: createBlobStore(azurite, storage.url),
    close: async () => {
      await storage.close()
      await azurite.close()
    },
  }
}
export type Ground = Awaited<ReturnType<typeof startGround>>

const noRetries: StoragePipelineOptions = { retryOptions: { maxTries: 1 } }

/** Puts a bearer token on every request; the SDK's own policy refuses plain http. */
export const bearerClient = (url: string, account: string, token = 'a-token'): BlobServiceClient => {
  const client = new BlobServiceClient(`${url}/${account}`, undefined, noRetries)
  const { pipeline } = (client as unknown as { storageClientContext: { pipeline: SdkPipeline } }).storageClientContext
  pipeline.addPolicy({
    name: 'bearer over http',
    sendRequest: (request, next) => {
      request.headers.set('authorization', `Bearer ${token}`)
      return next(request)
    },
  })
  return client
}
interface SdkPipeline {
  addPolicy(policy: {
    name: string
    sendRequest: (request: SdkRequest, next: (request: SdkRequest) => Promise<unknown>) => Promise<unknown>
  }): void
}
interface SdkRequest {
  headers: { set(name: string, value: string): void }
}

export const keyClient = (url: string, azurite: Azurite, account: string): BlobServiceClient =>
  new BlobServiceClient(
    `${url}/${account}`,
    new StorageSharedKeyCredential(account, azurite.accounts.find(({ name }) => name === account)?.key ?? ''),
    noRetries,
  )
