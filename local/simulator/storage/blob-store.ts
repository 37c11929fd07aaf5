import { BlobServiceClient, type ContainerClient, RestError, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { Azurite } from '../../azurite.ts'
import type { BlobStore } from '../blob-store.ts'
import { serviceSas } from './signatures.ts'

/**
 * The storage as the media service itself reaches it: beside the proxy, so that its own work is neither counted nor
 * failed. Only the SAS it hands out lead through the proxy.
 *
 * @param storageUrl address of the proxy.
 */
export const createBlobStore = (azurite: Pick<Azurite, 'blobUrl' | 'accounts'>, storageUrl: string): BlobStore => {
  const keyOf = (name: string) => {
    const account = azurite.accounts.find(candidate => candidate.name === name)
    if (account === undefined) throw new Error(`The simulator has no storage account ${name}`)
    return account
  }
  const services = new Map<string, BlobServiceClient>()
  const container = (storageAccount: string, name: string): ContainerClient => {
    const service =
      services.get(storageAccount) ??
      new BlobServiceClient(
        `${azurite.blobUrl}/${storageAccount}`,
        new StorageSharedKeyCredential(storageAccount, keyOf(storageAccount).key),
      )
    services.set(storageAccount, service)
    return service.getContainerClient(name)
  }
  const namesOf = async (client: ContainerClient): Promise<string[]> => {
    const names: string[] = []
    for await (const { name } of client.listBlobsFlat()) names.push(name)
    return names
  }
  const unlessMissing = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) return undefined
      throw error
    }
  }

  return {
    has: storageAccount => azurite.accounts.some(({ name }) => name === storageAccount),
    async ensureContainer(storageAccount, name) {
      await container(storageAccount, name).createIfNotExists()
    },
    async deleteContainer(storageAccount, name) {
      await container(storageAccount, name).deleteIfExists()
    },
    containerExists: (storageAccount, name) => container(storageAccount, name).exists(),
    async listBlobNames(storageAccount, name) {
      return (await unlessMissing(namesOf(container(storageAccount, name)))) ?? []
    },
    readBlob: (storageAccount, name, blob) =>
      unlessMissing(container(storageAccount, name).getBlobClient(blob).downloadToBuffer()),
    async putBlob(storageAccount, name, blob, bytes, contentType) {
      await container(storageAccount, name)
        .getBlockBlobClient(blob)
        .uploadData(bytes, { blobHTTPHeaders: { blobContentType: contentType } })
    },
    async containerSas(storageAccount, name, permissions, expires) {
      const sas = serviceSas(keyOf(storageAccount), { container: name, permissions, expires: expires.getTime() })
      return `${storageUrl}/${storageAccount}/${name}?${sas}`
    },
  }
}
