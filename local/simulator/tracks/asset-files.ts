/** The manifests of an asset in its container: read afresh each time, edited one after the other. */
import { conflict } from '../arm-errors.ts'
import type { BlobStore } from '../blob-store.ts'
import type { Kernel } from '../kernel.ts'
import { blobNames, type Place, reached } from '../resources/asset-containers.ts'
import { clientManifestOf } from './manifest.ts'

export const readFile = (kernel: Kernel, place: Place, name: string): Promise<string | undefined> =>
  reached(kernel, place, async () => {
    const bytes = await kernel.blobStore.readBlob(place.storageAccount, place.container, name)
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
  })

const writeFile = (kernel: Kernel, place: Place, name: string, content: string): Promise<void> =>
  reached(kernel, place, () =>
    kernel.blobStore.putBlob(
      place.storageAccount,
      place.container,
      name,
      Buffer.from(content),
      'application/octet-stream',
    ),
  )

interface ServerManifest {
  readonly name: string
  readonly text: string
}

/** The first server manifest in the root of the container; undefined where there is none. */
export const serverManifest = async (kernel: Kernel, place: Place): Promise<ServerManifest | undefined> => {
  const names = await blobNames(kernel, place)
  const name = names.find(blob => /^[^/]+\.ism$/i.test(blob))
  const text = name === undefined ? undefined : await readFile(kernel, place, name)
  return name === undefined || text === undefined ? undefined : { name, text }
}

/** Asked of an asset that cannot have tracks (contract section 5). */
export const requireManifest = async (kernel: Kernel, place: Place): Promise<ServerManifest> => {
  const manifest = await serverManifest(kernel, place)
  if (manifest === undefined) throw conflict('The asset has no server manifest (.ism), so that it has no tracks.')
  return manifest
}

const queues = new WeakMap<BlobStore, Map<string, Promise<unknown>>>()

/** Runs edits of one container after each other: each reads what the one before has written. */
export const inTurn = async <T>({ blobStore }: Kernel, place: Place, work: () => Promise<T>): Promise<T> => {
  const queue = queues.get(blobStore) ?? new Map<string, Promise<unknown>>()
  queues.set(blobStore, queue)
  const key = `${place.storageAccount}/${place.container}`
  const mine = (queue.get(key) ?? Promise.resolve()).then(work, work)
  queue.set(key, mine)
  try {
    return await mine
  } finally {
    if (queue.get(key) === mine) queue.delete(key)
  }
}

/** Writes the changed server manifest, and the client manifest where there is one. */
export const writeManifests = async (
  kernel: Kernel,
  place: Place,
  manifest: ServerManifest,
  ism: string,
  change: (ismc: string) => string,
): Promise<void> => {
  const client = clientManifestOf(ism)
  const ismc = client === undefined ? undefined : await readFile(kernel, place, client)
  if (client !== undefined && ismc !== undefined) await writeFile(kernel, place, client, change(ismc))
  await writeFile(kernel, place, manifest.name, ism)
}
