/** `rl` reads and lists, `rwl` also writes, `rwdl` also deletes: the three permissions of listContainerSas. */
export type SasPermissions = 'rl' | 'rwl' | 'rwdl'

/** The blob storage behind the media accounts, as far as they need it. */
export interface BlobStore {
  /** Whether there is such a storage account; without this method there is any. */
  has?(storageAccount: string): boolean
  ensureContainer(storageAccount: string, container: string): Promise<void>
  /** Deleting a container that is not there succeeds. */
  deleteContainer(storageAccount: string, container: string): Promise<void>
  containerExists(storageAccount: string, container: string): Promise<boolean>
  /** Names in ascending order; empty when the container is not there. */
  listBlobNames(storageAccount: string, container: string): Promise<string[]>
  /** Undefined when the blob is not there. */
  readBlob(storageAccount: string, container: string, name: string): Promise<Uint8Array | undefined>
  putBlob(
    storageAccount: string,
    container: string,
    name: string,
    bytes: Uint8Array,
    contentType: string,
  ): Promise<void>
  /** An absolute URL with SAS that goes through the fault proxy. */
  containerSas(storageAccount: string, container: string, permissions: SasPermissions, expires: Date): Promise<string>
}
