/** The storage as the media service finds it while an outage lasts. */
import type { BlobStore } from './blob-store.ts'

/**
 * The store for the service itself: while a storage account is in outage, whatever asks for its containers and blobs
 * fails. Signing an address and asking whether there is such an account need no storage.
 */
export const darkenedByOutages = (store: BlobStore, isDark: (storageAccount: string) => boolean): BlobStore => {
  const unlessDark =
    <Rest extends unknown[], T>(work: (storageAccount: string, ...rest: Rest) => Promise<T>) =>
    async (storageAccount: string, ...rest: Rest): Promise<T> => {
      if (isDark(storageAccount)) throw new Error(`The storage account ${storageAccount} does not answer.`)
      return work(storageAccount, ...rest)
    }
  return {
    has: name => store.has?.(name) ?? true,
    ensureContainer: unlessDark((...of) => store.ensureContainer(...of)),
    deleteContainer: unlessDark((...of) => store.deleteContainer(...of)),
    containerExists: unlessDark((...of) => store.containerExists(...of)),
    listBlobNames: unlessDark((...of) => store.listBlobNames(...of)),
    readBlob: unlessDark((...of) => store.readBlob(...of)),
    putBlob: unlessDark((...of) => store.putBlob(...of)),
    containerSas: (...of) => store.containerSas(...of),
  }
}
