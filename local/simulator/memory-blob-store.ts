/** Blob storage that is only remembered, for replays and tests of the control plane alone. */
import type { BlobStore } from './blob-store.ts'

export interface MemoryBlobStore extends BlobStore {
  readonly containers: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>
}

export const memoryBlobStore = (): MemoryBlobStore => {
  const containers = new Map<string, Map<string, Uint8Array>>()
  const key = (storageAccount: string, container: string) => `${storageAccount}/${container}`
  const ensure = (storageAccount: string, container: string) => {
    const found = containers.get(key(storageAccount, container)) ?? new Map<string, Uint8Array>()
    containers.set(key(storageAccount, container), found)
    return found
  }
  return {
    containers,
    async ensureContainer(storageAccount, container) {
      ensure(storageAccount, container)
    },
    async deleteContainer(storageAccount, container) {
      containers.delete(key(storageAccount, container))
    },
    containerExists: async (storageAccount, container) => containers.has(key(storageAccount, container)),
    listBlobNames: async (storageAccount, container) =>
      [...(containers.get(key(storageAccount, container))?.keys() ?? [])].toSorted((a, b) => a.localeCompare(b)),
    readBlob: async (storageAccount, container, name) => containers.get(key(storageAccount, container))?.get(name),
    async putBlob(storageAccount, container, name, bytes) {
      ensure(storageAccount, container).set(name, bytes)
    },
    containerSas: async (storageAccount, container, permissions, expires) =>
      `https://${storageAccount}.blob.core.windows.net/${container}?sv=2019-02-02&sr=c&sig=c2ln` +
      `&se=${expires.toISOString().slice(0, 19)}Z&sp=${permissions}`,
  }
}
